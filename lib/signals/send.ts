import { binding } from '../binding/signals.js';
import { check, SignalError } from './errors.js';
import { type SignalName, signalName, signalNumber } from './names.js';

/** Where in a process a signal goes. */
export interface SignalDestination {
  /** Send to this thread of the process only, see tgkill(2). */
  thread?: number;
}

// Linux's PID_MAX_LIMIT. A larger number would wrap into another pid, or into
// "every process", on its way through a 32-bit pid_t.
const MAX_PID = 4_194_304;

/**
 * Throws unless `pid` names one process that a signal may sensibly go to. 0,
 * negative numbers (groups, everybody) and 1 are refused here.
 * @throws SignalError ERR_INVALID_PID
 */
export function assertPid(pid: unknown): asserts pid is number {
  if (typeof pid === 'number' && Number.isInteger(pid) && pid > 1 && pid <= MAX_PID) return;
  throw new SignalError(
    'ERR_INVALID_PID',
    `invalid pid ${typeof pid === 'bigint' ? pid : JSON.stringify(pid)}: expected a whole number from 2 to ${MAX_PID}`,
  );
}

/**
 * Sends a signal, see kill(2). Signal 0 only checks whether it could be sent.
 * @throws SignalError ERR_INVALID_PID, ERR_UNKNOWN_SIGNAL, ESRCH, EPERM
 */
export function kill(
  pid: number,
  signal: SignalName | number,
  destination: SignalDestination = {},
): void {
  assertPid(pid);
  const signo = signal === 0 ? 0 : signalNumber(signal);
  const { thread } = destination;
  const what = () =>
    `send ${signo === 0 ? 'signal 0' : signalName(signo)} to ${named(pid, thread)}`;
  if (thread === undefined) {
    check(binding.kill(pid, signo), 'kill', what);
  } else {
    assertPid(thread);
    check(binding.killThread(pid, thread, signo), 'tgkill', what);
  }
}

/**
 * Queues a signal with a 64-bit value, see sigqueue(3). Realtime signals queue up;
 * of a standard signal one instance can be pending.
 * @param value 0 to 2^64 - 1
 * @throws SignalError as kill, and EAGAIN when RLIMIT_SIGPENDING is reached
 */
export function queue(
  pid: number,
  signal: SignalName | number,
  value: bigint | number = 0n,
  destination: SignalDestination = {},
): void {
  assertPid(pid);
  const signo = signalNumber(signal);
  const { high, low } = splitValue(value);
  const { thread } = destination;
  if (thread !== undefined) assertPid(thread);
  check(
    binding.queue(pid, thread ?? 0, signo, high, low),
    thread === undefined ? 'rt_sigqueueinfo' : 'rt_tgsigqueueinfo',
    () => `queue ${signalName(signo)} to ${named(pid, thread)}`,
  );
}

function named(pid: number, thread: number | undefined): string {
  return thread === undefined ? String(pid) : `thread ${thread} of ${pid}`;
}

/**
 * The two unsigned halves of a 64-bit value.
 * @throws SignalError ERR_OUT_OF_RANGE
 */
export function splitValue(value: bigint | number): { high: number; low: number } {
  const isWhole = typeof value === 'bigint' || Number.isSafeInteger(value);
  const word = isWhole ? BigInt(value) : -1n;
  if (word < 0n || word >= 1n << 64n) {
    throw new SignalError(
      'ERR_OUT_OF_RANGE',
      `invalid value ${value}: expected a whole number from 0 to 2^64 - 1, above 2^53 a bigint`,
    );
  }
  return { high: Number(word >> 32n), low: Number(word & 0xffff_ffffn) };
}
