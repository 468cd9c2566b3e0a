// What a test expects of a process: by real signals, and in any test framework.
import { AssertionError } from 'node:assert';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { SignalName } from '../signals/index.js';
import { type ObservedSignal, observationOf } from './observe.js';

/** Who sent it, and for how long to wait. */
export interface ExpectOptions {
  /** The sender, for whom the kernel vouches: its pid, or what has one. */
  from?: number | { readonly pid?: number | undefined };
  /** In ms, 5,000 unless told. */
  timeout?: number;
}

const TIMEOUT_MS = 5000;
const POLL_MS = 10;

/**
 * The next signal of a process that was started with spawnObserved() or startTarget(), waited for
 * if it has yet to come. Each signal is expected once, in the order in which they came.
 * @throws AssertionError when another signal came, or one from another sender, or none in time or before the process ended
 */
export async function expectSignal(
  child: ChildProcess,
  signal: SignalName,
  { from, timeout = TIMEOUT_MS }: ExpectOptions = {},
): Promise<ObservedSignal> {
  const observation = observationOf(child);
  const sender = typeof from === 'object' ? from.pid : from;
  const wanted = `${signal}${sender === undefined ? '' : ` from pid ${sender}`}`;
  const end = performance.now() + timeout;
  for (;;) {
    // Before the look: what is written when it has ended is all.
    const hasEnded = howItEnded(child);
    const next = observation.read()[observation.expected];
    if (next !== undefined) {
      observation.expected += 1;
      if (next.signal === signal && (sender === undefined || isFrom(next, sender))) return next;
      throw failed(`process ${child.pid} got ${describe(next)}, not ${wanted}`, next, wanted);
    }
    if (hasEnded !== undefined) {
      throw failed(`process ${child.pid} ended (${hasEnded}) without ${wanted}`, hasEnded, wanted);
    }
    if (performance.now() > end) {
      throw failed(
        `process ${child.pid} did not get ${wanted} in ${timeout} ms`,
        undefined,
        wanted,
      );
    }
    await pause(POLL_MS);
  }
}

/**
 * That a process, however it was started, ends by this signal, or with this exit code.
 * @throws AssertionError when it ends otherwise, or not in time
 */
export async function expectEnd(
  child: ChildProcess,
  how: NodeJS.Signals | number,
  { timeout = TIMEOUT_MS }: Pick<ExpectOptions, 'timeout'> = {},
): Promise<void> {
  const wanted = typeof how === 'number' ? `exit code ${how}` : how;
  const end = performance.now() + timeout;
  let ended = howItEnded(child);
  for (; ended === undefined; ended = howItEnded(child)) {
    if (performance.now() > end) {
      throw failed(`process ${child.pid} did not end in ${timeout} ms`, undefined, wanted);
    }
    await pause(POLL_MS);
  }
  if (ended === wanted) return;
  throw failed(`process ${child.pid} ended otherwise: ${ended}, not ${wanted}`, ended, wanted);
}

function howItEnded({ exitCode, signalCode }: ChildProcess): string | undefined {
  if (signalCode !== null) return signalCode;
  return exitCode === null ? undefined : `exit code ${exitCode}`;
}

function isFrom({ attested, pid }: ObservedSignal, sender: number): boolean {
  return attested && pid === sender;
}

function describe({ signal, origin, pid, sender }: ObservedSignal): string {
  const name = sender === undefined ? '' : ` (${sender.name})`;
  if (origin === 'process') return `${signal} from pid ${pid}${name}`;
  if (origin === 'claimed') return `${signal} from a sender that claims pid ${pid}`;
  return `${signal} (origin ${origin})`;
}

function failed(message: string, actual: unknown, expected: unknown): AssertionError {
  return new AssertionError({ message, actual, expected, operator: 'expect' });
}
