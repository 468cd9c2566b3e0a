// What each command's process does before anything else is loaded, and with its end.
import { closeDebugger } from './process/debugger.js';
import { outliveTerminal } from './process/terminal.js';
import { keepUserSignals } from './process/user-signals.js';
import { run } from './run.js';

/**
 * @param program its name in what is said of errors
 * @param command gets the arguments, and returns the exit code
 */
export function start(
  program: string,
  command: (args: readonly string[]) => Promise<number>,
): void {
  keepUserSignals();
  closeDebugger();
  outliveTerminal();
  const args = process.argv.slice(2);
  // A command reports its own errors; that it can not be loaded, for want of the addon, is reported here.
  void run(program, args.includes('--json'), async () => command(args)).then((code) => {
    process.exitCode = code;
  });
}
