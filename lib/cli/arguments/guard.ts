// The command line of minitalk guard.
import { runCommand } from './command.js';
import { type Definition, define, meanings, newCommand } from './definition.js';

export function defineGuard(name = 'minitalk guard'): Definition {
  const command = newCommand(name, 'run a command that can signal only what it starts')
    .description('Run a command that can signal only what it starts, and that only each other.')
    .usage('[--] <command> [argument…]')
    .argument('<command>', 'looked for in PATH')
    .argument('[argument...]', "the command's own, options too")
    .passThroughOptions();
  return define(command, {
    notes: [
      "Whom it did not start it cannot end, by no signal: kill -9, pkill and pidfds fail with EPERM. Signals from outside arrive. The command takes this process's place: pid, terminal, status and signals are its own.",
      'It holds for all that the command starts, and for ever. Linux 6.12 or later, no privilege needed; but set-user-ID programs such as sudo give none any more, and processes outside cannot be traced (ptrace).',
    ],
    examples: [
      [`${name} -- npm test`, 'tests that cannot end who runs them'],
      [`${name} -- pkill -f node`, 'fails with EPERM: none of them is its own'],
    ],
    exitCodes: [
      meanings.usage,
      [
        125,
        'the signals could not be restricted (this kernel can not, or must not): the command was not run',
      ],
      [126, 'the command could not be run'],
      [127, 'the command was not found'],
      ['other', "the command's own"],
    ],
  });
}

/** Parses `args` and calls `guard` with the command. */
export function guardWithOptions(
  args: readonly string[],
  name: string,
  guard: (command: readonly string[]) => Promise<number>,
): Promise<number> {
  const definition = defineGuard(name);
  return runCommand(definition, args, () => guard(definition.command.args));
}
