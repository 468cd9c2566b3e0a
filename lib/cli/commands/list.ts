// minitalk list
import { listRegistrations } from '../../minitalk/peer/registration.js';
import { type ListOptions, listWithOptions } from '../arguments/list.js';
import { ExitCode } from '../exit-codes.js';
import { shortDuration } from '../printers/duration.js';
import { jsonLine } from '../printers/json-line.js';
import { standardOutput } from '../printers/output.js';
import { say } from '../printers/standard-error.js';
import { ageMs } from '../process/age.js';

/** What is told of a server. */
interface Row {
  readonly pid: number;
  readonly name: string | undefined;
  readonly uid: number;
  /** How long its process has run, ms. */
  readonly ageMs: number | undefined;
  /** Longest message that it takes, bytes. */
  readonly maxMessage: number | undefined;
}

export function listCommand(args: readonly string[], name = 'minitalk list'): Promise<number> {
  return listWithOptions(args, name, (options) => list(name, options));
}

async function list(program: string, { json }: ListOptions): Promise<number> {
  const uid = process.getuid?.() ?? 0;
  const rows = listRegistrations(uid).map(({ pid, name, startTime, maxMessage }): Row => {
    return { pid, name, uid, ageMs: ageMs(startTime), maxMessage };
  });
  if (json) await print(jsonLine(rows));
  else if (rows.length > 0) await print(table(rows));
  else say(`${program}: no server of this user is running`);
  return ExitCode.ok;
}

function print(text: string): Promise<void> {
  return standardOutput().write(Buffer.from(`${text}\n`));
}

function table(rows: readonly Row[]): string {
  const cells = [
    ['PID', 'NAME', 'AGE', 'MAX-MESSAGE'],
    ...rows.map(({ pid, name, ageMs, maxMessage }) => [
      String(pid),
      name === undefined ? '-' : `@${name}`, // as clients say it
      ageMs === undefined ? '-' : shortDuration(ageMs),
      maxMessage === undefined ? '-' : bytes(maxMessage),
    ]),
  ];
  const widthOf = (column: number) => Math.max(...cells.map((row) => row[column]?.length ?? 0));
  const lines = cells.map((row) => row.map((cell, column) => cell.padEnd(widthOf(column))));
  return lines.map((row) => row.join('  ').trimEnd()).join('\n');
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
