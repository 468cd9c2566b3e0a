// minitalk completion
import { completionWithOptions, type Shell } from '../arguments/completion.js';
import { bashCompletion } from '../completion/bash.js';
import { fishCompletion } from '../completion/fish.js';
import { type Grammar, grammars } from '../completion/grammar.js';
import { zshCompletion } from '../completion/zsh.js';
import { ExitCode } from '../exit-codes.js';
import { standardOutput } from '../printers/output.js';

const scripts: Record<Shell, (grammars: readonly Grammar[]) => string> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

export function completionCommand(
  args: readonly string[],
  name = 'minitalk completion',
): Promise<number> {
  return completionWithOptions(args, name, async (shell) => {
    await standardOutput().write(Buffer.from(scripts[shell](grammars())));
    return ExitCode.ok;
  });
}
