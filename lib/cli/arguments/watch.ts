// The command line of minitalk watch.
import { InvalidArgumentError } from 'commander';
import { isWatchable } from '../../signals/internal/watchable.js';
import { WATCH_EXIT_CODES_HELP } from '../exit-codes.js';
import { newCommand, parseSignal, runCommand } from './command.js';

/** What `minitalk watch` is told. */
export interface WatchCommandOptions {
  readonly json?: boolean;
}

/** Parses `args` and calls `watch` with what they say. */
export function watchWithOptions(
  args: readonly string[],
  name: string,
  watch: (signals: readonly number[], options: WatchCommandOptions) => Promise<number>,
): Promise<number> {
  const command = newCommand(name, WATCH_EXIT_CODES_HELP)
    .description('Show each signal that this process gets, and who sent it.')
    .argument(
      '[signal...]',
      'names, with SIG or without, or numbers (default: all but those of job control)',
      (text, signals: readonly number[]) => [...signals, parseWatchable(text)],
      [],
    )
    .option('--json', 'each signal as one line of JSON');
  command.addHelpText(
    'after',
    `
SIGINT (Ctrl-C), SIGTERM and SIGHUP are always shown, and end it, unless they were ignored at its start (nohup).
Its pid, and what was lost, is told on standard error.`,
  );
  return runCommand(command, args, () =>
    watch(command.processedArgs[0] as number[], command.opts<WatchCommandOptions>()),
  );
}

function parseWatchable(text: string): number {
  const signo = parseSignal(text);
  if (isWatchable(signo)) return signo;
  throw new InvalidArgumentError('the kernel, libc, V8 or libuv needs it, or it reports a fault.');
}
