// The command line of minitalk watch.
import { InvalidArgumentError } from 'commander';
import { runCommand } from './command.js';
import { type Definition, define, meanings, newCommand } from './definition.js';
import { addRecordOptions, checkRecordOptions, type RecordOptions } from './record-options.js';
import { parseSignal } from './values.js';

/** What `minitalk watch` is told. */
export interface WatchCommandOptions extends RecordOptions {
  readonly json?: boolean;
}

export function defineWatch(name = 'minitalk watch'): Definition {
  const command = newCommand(name, 'show each signal that comes, and who sent it')
    .description('Show each signal that this process gets, and who sent it.')
    .argument(
      '[signal...]',
      'names, with SIG or without, or numbers (default: all but those of job control)',
      (text, signals: readonly number[] | undefined) => [...(signals ?? []), parseWatchable(text)],
    )
    .option('--json', 'each signal as one line of JSON');
  addRecordOptions(command);
  return define(command, {
    notes: [
      'SIGINT (Ctrl-C), SIGTERM and SIGHUP are always shown, and end it, unless they were ignored at its start (nohup). Its pid, and what was lost, is told on standard error.',
    ],
    examples: [
      [name, 'show all signals until Ctrl-C'],
      [`${name} USR1 RTMIN+3`, 'those two; the others do what they would'],
      [`${name} --json | jq .pid`, 'the pids of the senders'],
    ],
    exitCodes: [
      [0, 'ended by SIGINT (Ctrl-C), SIGTERM or SIGHUP'],
      [64, 'usage: the command line is wrong, or a signal is not one that can be watched'],
      meanings.noAddon,
      meanings.fault,
      [74, 'output failed: its reader is gone, say; or the file of --record does not open'],
    ],
  });
}

/** Parses `args` and calls `watch` with what they say. */
export function watchWithOptions(
  args: readonly string[],
  name: string,
  watch: (signals: readonly number[], options: WatchCommandOptions) => Promise<number>,
): Promise<number> {
  const definition = defineWatch(name);
  const { command } = definition;
  return runCommand(definition, args, () => {
    checkRecordOptions(command);
    return watch((command.processedArgs[0] ?? []) as number[], command.opts<WatchCommandOptions>());
  });
}

function parseWatchable(text: string): number {
  const { isWatchable } =
    require('../../signals/internal/watchable.js') as typeof import('../../signals/internal/watchable.js');
  const signo = parseSignal(text);
  if (isWatchable(signo)) return signo;
  throw new InvalidArgumentError('the kernel, libc, V8 or libuv needs it, or it reports a fault.');
}
