// minitalk list
import { listServers, type RunningServer } from '../../minitalk/peer/running-servers.js';
import { type ListOptions, listWithOptions } from '../arguments/list.js';
import { ExitCode } from '../exit-codes.js';
import { shortDuration } from '../printers/duration.js';
import { jsonLine } from '../printers/json-line.js';
import { standardOutput } from '../printers/output.js';
import { say } from '../printers/standard-error.js';
import { table } from '../printers/table.js';

export function listCommand(args: readonly string[], name = 'minitalk list'): Promise<number> {
  return listWithOptions(args, name, (options) => list(name, options));
}

async function list(program: string, { json }: ListOptions): Promise<number> {
  const servers = listServers();
  if (json) await print(jsonLine(servers));
  else if (servers.length > 0) await print(tableOf(servers));
  else say(`${program}: no server of this user is running`);
  return ExitCode.ok;
}

function print(text: string): Promise<void> {
  return standardOutput().write(Buffer.from(`${text}\n`));
}

function tableOf(servers: readonly RunningServer[]): string {
  return table([
    ['PID', 'NAME', 'AGE', 'MAX-MESSAGE'],
    ...servers.map(({ pid, name, ageMs, maxMessage }) => [
      String(pid),
      name === undefined ? '-' : `@${name}`, // as clients say it
      ageMs === undefined ? '-' : shortDuration(ageMs),
      maxMessage === undefined ? '-' : bytes(maxMessage),
    ]),
  ]);
}

const UNITS = [
  ['G', 2 ** 30],
  ['M', 2 ** 20],
  ['K', 2 ** 10],
] as const;

/** As --max-message takes them. */
function bytes(count: number): string {
  const unit = UNITS.find(([, size]) => count >= size && count % size === 0);
  return unit === undefined ? String(count) : `${count / unit[1]}${unit[0]}`;
}
