// minitalk guard
import { guardWithOptions } from '../arguments/guard.js';
import { rawArguments } from '../arguments/raw-argument.js';
import { GuardExitCode } from '../exit-codes.js';
import { given } from '../process/given.js';
import { report } from '../run.js';

export function guardCommand(args: readonly string[], name = 'minitalk guard'): Promise<number> {
  return guardWithOptions(args, name, async (command) => run(name, command));
}

/** Returns only if the command could not be run. */
function run(program: string, command: readonly string[]): number {
  try {
    const { execute } =
      require('../../signals/internal/execute.js') as typeof import('../../signals/internal/execute.js');
    const { restrictSignals } =
      require('../../signals/restrict.js') as typeof import('../../signals/restrict.js');
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
