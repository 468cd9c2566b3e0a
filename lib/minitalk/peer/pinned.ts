// Every word to another process goes through here: to a thread that was pinned before it
// was looked at, and that catches our signals at this moment. Others they would end.
import { constants } from 'node:os';
import { binding } from '../../binding/minitalk.js';
import { SignalError } from '../../signals/errors.js';
import {
  isThreadGone,
  openThreadStatus,
  signalMask,
  type ThreadStatus,
} from '../../signals/internal/thread-status.js';
import { type ProcessHandle, pinProcess } from '../../signals/process-handle.js';
import { encode, type Word } from '../wire/word.js';
import { createPool, type Lease } from './pool.js';

const { EAGAIN, ESRCH } = constants.errno;
const { SIGUSR1, SIGUSR2 } = constants.signals;

/** The thread of a pinned process that takes its signals. */
export interface PinnedThread {
  readonly process: ProcessHandle;
  readonly thread: number;
  readonly status: ThreadStatus;
  /** Gives it back; nothing may be asked of it any more. Safe to repeat. */
  unpin(): void;
}

export type ThreadLook =
  | { readonly is: 'catching' }
  /** It lives and does not catch: a signal would end it. Blocking is not catching. */
  | { readonly is: 'deaf' }
  | { readonly is: 'gone' }
  /** Nobody could look. */
  | { readonly is: 'unknown'; readonly error: SignalError };

/** What became of a word. Only the first was sent. */
export type Told =
  | { readonly is: 'sent' }
  /** The queue of pending signals is full (RLIMIT_SIGPENDING). */
  | { readonly is: 'full' }
  | { readonly is: 'failed'; readonly errno: number }
  | Exclude<ThreadLook, { is: 'catching' }>;

/** Of one process there is one pidfd here, however many conversations there are with it. */
const processes = createPool<number, ProcessHandle>({
  isStale: (handle) => handle.hasExited(),
  end: (handle) => handle.close(),
});

/** By pid and thread. */
const statuses = createPool<string, ThreadStatus>({
  isStale: (status) => status.catches(signalMask([])).is === 'gone',
  end: (status) => status.close(),
});

/**
 * One descriptor for all who have this process pinned. It is to be given back: unpinning a
 * thread of it does that, too.
 * @throws SignalError ERR_INVALID_PID, ESRCH, EMFILE, ENFILE and others
 */
export function pinPeer(pid: number): Lease<ProcessHandle> {
  return processes(pid, () => pinProcess(pid));
}

/**
 * One descriptor more, for all who have this thread pinned.
 * @throws SignalError as pinPeer, and ESRCH when there is no such thread of it
 */
export function pinThread(pid: number, thread: number): PinnedThread {
  const pinned = pinPeer(pid);
  try {
    return pinThreadOf(pinned, thread);
  } catch (error) {
    pinned.release();
    throw error;
  }
}

/**
 * The same of a process that is pinned already, whose lease it takes over; not where it
 * throws.
 * @throws SignalError as pinThread
 */
export function pinThreadOf(pinned: Lease<ProcessHandle>, thread: number): PinnedThread {
  const { value: handle } = pinned;
  const status = statusOf(handle, thread);
  const unpin = () => {
    status.release();
    pinned.release();
  };
  // Alive still, so the pid was nobody else's when its status was opened.
  if (!handle.hasExited()) return { process: handle, thread, status: status.value, unpin };
  status.release();
  throw noSuchThread(handle, thread);
}

function statusOf(handle: ProcessHandle, thread: number): Lease<ThreadStatus> {
  try {
    return statuses(`${handle.pid}/${thread}`, () => openThreadStatus(handle.pid, thread));
  } catch (error) {
    const isGone = error instanceof SignalError && error.code === 'ENOENT';
    throw isGone ? noSuchThread(handle, thread) : error;
  }
}

/** Whether it can hear nothing any more: its process has ended, or the thread alone, as a Worker's does. */
export function isGone({ process, thread }: PinnedThread): boolean {
  return process.hasExited() || isThreadGone(process.pid, thread);
}

/** @param more another signal that it has to catch; 0: none */
export function lookAtThread({ status }: PinnedThread, more = 0): ThreadLook {
  const signals = more === 0 ? [SIGUSR1, SIGUSR2] : [SIGUSR1, SIGUSR2, more];
  const caught = status.catches(signalMask(signals));
  if (caught.is !== 'seen') return caught;
  return { is: caught.value ? 'catching' : 'deaf' };
}

/**
 * Looks, and sends the word if that does no harm. What is not sent counts as lost: the
 * other asks again, or its end is noticed.
 */
export function tell(peer: PinnedThread, word: Word): Told {
  const { process, thread, status } = peer;
  const { high, low } = encode(word);
  const result = binding.sendWord(status.descriptor, process.pid, thread, high, low);
  if (result === 1) return { is: 'deaf' };
  const told = toldBy(result);
  if (told.is !== 'failed') return told;
  // Was it the look?
  const look = lookAtThread(peer);
  return look.is === 'catching' ? told : look;
}

/** Sends without a look, to whom the caller was told to signal whatever it does. */
export function send({ process, thread }: PinnedThread, word: Word): Told {
  const { high, low } = encode(word);
  return toldBy(binding.queue(process.pid, thread, SIGUSR2, high, low));
}

function toldBy(result: number): Told {
  if (result === 0) return { is: 'sent' };
  if (result === -EAGAIN) return { is: 'full' };
  return result === -ESRCH ? { is: 'gone' } : { is: 'failed', errno: result };
}

function noSuchThread({ pid }: ProcessHandle, thread: number): SignalError {
  return new SignalError('ESRCH', `process ${pid} has no thread ${thread} now`, {
    syscall: 'open',
  });
}
