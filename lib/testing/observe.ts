// Processes whose signals are known to the test: each is reported, before it does what it does,
// into a file of the process's own.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignalInfo, SignalSender, SignalSet } from '../signals/index.js';
import { signalList, signalNumber } from '../signals/names.js';
import { checkEndsProcess } from '../signals/shutdown.js';

/** A SignalInfo as JSON has it: bigints are decimal strings. */
export interface ObservedSignal
  extends Pick<
    SignalInfo,
    'signal' | 'number' | 'code' | 'pid' | 'uid' | 'attested' | 'origin' | 'relation'
  > {
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly value: string;
  readonly time: string;
  readonly sender?: Omit<SignalSender, 'startTime' | 'takenAt'> & {
    readonly startTime: string;
    readonly takenAt: string;
  };
}

/** What has been reported of one process. */
export interface Observation {
  /** All signals until now, in order. */
  read(): readonly ObservedSignal[];
  /** How many of them have been expected. */
  expected: number;
}

const observations = new WeakMap<ChildProcess, Observation>();

/** @throws Error for a process that was started otherwise */
export function observationOf(child: ChildProcess): Observation {
  const observation = observations.get(child);
  if (observation !== undefined) return observation;
  throw new Error(
    `the signals of process ${child.pid} are not observed: start it with spawnObserved() or startTarget()`,
  );
}

/**
 * As spawn(), of a Node program: expectSignal() hears of each signal that ends a process by
 * default, also where the program handles it, once Node has begun with the program. Its children
 * are not observed.
 */
export function spawnObserved(
  command: string,
  args: readonly string[] = [],
  options: SpawnOptions = {},
): ChildProcess {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-testing-'));
  const file = join(folder, 'signals');
  const register = require.resolve('../signals/register.js');
  const env = options.env ?? process.env;
  const child = spawn(command, args, {
    ...options,
    env: {
      ...env,
      NODE_OPTIONS: `${env['NODE_OPTIONS'] ?? ''} --require ${JSON.stringify(register)}`,
      MINITALK_REPORT: 'json',
      MINITALK_REPORT_FILE: file,
      MINITALK_REPORT_ONLY: '',
    },
  });
  let kept: readonly ObservedSignal[] | undefined;
  const read = () => kept ?? signalsIn(file, child.pid);
  child.once('close', () => {
    kept = read();
    rmSync(folder, { recursive: true, force: true });
  });
  child.once('error', () => rmSync(folder, { recursive: true, force: true }));
  observations.set(child, { read, expected: 0 });
  return child;
}

function signalsIn(file: string, receiver: number | undefined): ObservedSignal[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return []; // the program has not begun
  }
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ObservedSignal & { receiver: { pid: number } })
    .filter((each) => each.receiver.pid === receiver);
}

/**
 * Starts a process that takes these signals, and does nothing else until it is killed: for code
 * that signals others. They are among those that end a process by default.
 * @throws SignalError ERR_UNKNOWN_SIGNAL; ERR_INVALID_ARG_VALUE for one that ends no process
 */
export async function startTarget(signals: SignalSet): Promise<ChildProcess> {
  for (const each of signalList(signals)) checkEndsProcess(each);
  const numbers = signalList(signals).map((each) => String(signalNumber(each)));
  const child = spawnObserved(process.execPath, [require.resolve('./target.js'), ...numbers], {
    stdio: 'pipe',
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += String(chunk);
  });
  // Closed, not only ended: then all that it said is there.
  const ended = once(child, 'close').then(([code, signal]) => {
    throw new Error(
      `the target ended before it was ready: ${signal ?? `exit code ${code}`}; it said: ${said}`,
    );
  });
  await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), ended]);
  ended.catch(() => {}); // from here on its end is the test's business
  return child;
}
