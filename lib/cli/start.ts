// What each command's process does before anything else is loaded, and with its end.
import { closeDebugger } from './process/debugger.js';
import { outliveTerminal } from './process/terminal.js';
import { keepUserSignals } from './process/user-signals.js';

/** @param command gets the arguments, and returns the exit code */
export function start(command: (args: readonly string[]) => Promise<number>): void {
  keepUserSignals();
  closeDebugger();
  outliveTerminal();
  void command(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
