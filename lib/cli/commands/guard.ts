// minitalk guard
import { execute } from '../../signals/internal/execute.js';
import { restrictSignals } from '../../signals/restrict.js';
import { newCommand, runCommand } from '../arguments/command.js';
import { rawArguments } from '../arguments/raw-argument.js';
import { GUARD_EXIT_CODES_HELP, GuardExitCode } from '../exit-codes.js';
import { given } from '../process/given.js';
import { report } from '../run.js';

export async function guardCommand(
  args: readonly string[],
  name = 'minitalk guard',
): Promise<number> {
  const command = newCommand(name, GUARD_EXIT_CODES_HELP)
    .description('Run a command that can signal only what it starts, and that only each other.')
    .usage('[--] <command> [argument…]')
    .argument('<command>', 'looked for in PATH')
    .argument('[argument...]', "the command's own, options too")
    .passThroughOptions();
  command.addHelpText(
    'after',
    `
Whom it did not start it cannot end, by no signal: kill -9, pkill and pidfds fail with EPERM. Signals from
outside arrive. The command takes this process's place: pid, terminal, status and signals are its own.

It holds for all that the command starts, and for ever. Linux 6.12 or later, no privilege needed; but
set-user-ID programs such as sudo give none any more, and processes outside cannot be traced (ptrace).`,
  );
  return runCommand(command, args, async () => run(name, command.args));
}

/** Returns only if the command could not be run. */
function run(program: string, command: readonly string[]): number {
  try {
    const surroundings = given();
    restrictSignals();
    const error = execute(rawArguments(command), surroundings);
    report(program, error, false);
    return error.code === 'ENOENT' ? GuardExitCode.notFound : GuardExitCode.cannotRun;
  } catch (error) {
    report(program, error, false);
    return GuardExitCode.failed;
  }
}
