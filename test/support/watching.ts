// A process that watches signals and prints each as JSON and as explain() words it.
import type { WatchOptions } from '../../lib/signals/index.js';
import { Process, root } from './processes.js';

export interface Seen {
  readonly event: 'signal' | 'refused' | 'gap';
  readonly text: string;
  readonly info: Record<string, unknown>;
}

const source = `
  const { watch, explain } = require(${JSON.stringify(`${root}/dist/signals/index.js`)});
  const { writeSync } = require('node:fs');
  const [signals, options] = JSON.parse(process.argv[1]);
  const watcher = watch(signals, options);
  const print = (line) => writeSync(1, JSON.stringify(line) + '\\n');
  for (const event of ['signal', 'refused']) {
    watcher.on(event, (info) => print({ event, text: explain(info), info }));
  }
  watcher.on('gap', (info) => print({ event: 'gap', text: '', info }));
  writeSync(1, 'ready\\n');
`;

/** @param prefix a command that runs it, such as unshare(1) with its options */
export async function startWatching(
  signals: readonly string[],
  options: WatchOptions = {},
  prefix: readonly string[] = [],
): Promise<Process> {
  const [command = '', ...args] = [
    ...prefix,
    process.execPath,
    '-e',
    source,
    JSON.stringify([signals, options]),
  ];
  const watching = new Process(command, args);
  await watching.until(({ text }) => text.startsWith('ready\n'));
  return watching;
}

/** Waits until `count` lines are there. */
export async function seenBy(watching: Process, count: number): Promise<Seen[]> {
  await watching.until(({ text }) => text.split('\n').length >= count + 2);
  return watching.text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as Seen);
}
