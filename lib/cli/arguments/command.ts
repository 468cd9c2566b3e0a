// What the commands share that have options: parsing that ends with an exit code
// instead of the process.
import { CommanderError } from 'commander';
import { ExitCode } from '../exit-codes.js';
import { standardOutput } from '../printers/output.js';
import { run, UsageError } from '../run.js';
import type { Definition } from './definition.js';

/** Parses `args` and runs the command's action; returns the exit code. */
export function runCommand(
  { command }: Pick<Definition, 'command'>,
  args: readonly string[],
  action: () => Promise<number>,
): Promise<number> {
  const program = command.name();
  let shown = '';
  command.configureOutput({
    writeOut(text) {
      shown += text;
    },
    outputError() {}, // reported by run
  });
  return run(program, args.includes('--json'), async () => {
    try {
      command.parse([...args], { from: 'user' });
      return await action();
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      if (error.exitCode !== 0) throw new UsageError(`${inOneLine(error)} (see ${program} --help)`);
      await standardOutput().write(Buffer.from(shown)); // --help, --version
      return ExitCode.ok;
    }
  });
}

/** commander's message, whose suggestion is a line of its own. */
function inOneLine({ message }: CommanderError): string {
  return message.replace(/^error: /, '').replace('\n(Did you mean', ' (did you mean');
}
