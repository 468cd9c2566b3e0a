// The command line of minitalk completion.
import { Argument } from 'commander';
import { runCommand } from './command.js';
import { type Definition, define, meanings, newCommand } from './definition.js';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

export function defineCompletion(name = 'minitalk completion'): Definition {
  const command = newCommand(name, 'print what completes its words in a shell')
    .description(
      'Print the script with which a shell completes commands, options, servers and signals.',
    )
    .addArgument(new Argument('<shell>', 'whose completion').choices(shells));
  return define(command, {
    notes: [
      'It completes minitalk, minitalk-server and minitalk-client. Servers are those that "minitalk list" shows at that moment.',
    ],
    examples: [
      [`source <(${name} bash)`, 'the line for ~/.bashrc'],
      [`source <(${name} zsh)`, 'the line for ~/.zshrc, after compinit'],
      [`${name} fish | source`, 'the line for ~/.config/fish/config.fish'],
    ],
    exitCodes: [[0, 'done'], meanings.usage, meanings.fault, meanings.output],
  });
}

/** Parses `args` and calls `print` with the shell. */
export function completionWithOptions(
  args: readonly string[],
  name: string,
  print: (shell: Shell) => Promise<number>,
): Promise<number> {
  const definition = defineCompletion(name);
  return runCommand(definition, args, () => print(definition.command.args[0] as Shell));
}
