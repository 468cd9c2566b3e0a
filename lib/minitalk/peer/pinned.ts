// Every word to another process goes through here: to a thread that was pinned before it
// was looked at, and that catches our signals at this moment. Others they would end.
import { constants } from 'node:os';
import { SignalError } from '../../signals/errors.js';
import { isThreadGone } from '../../signals/internal/proc.js';
import {
  openThreadStatus,
  signalMask,
  type ThreadStatus,
} from '../../signals/internal/thread-status.js';
import { type ProcessHandle, pinProcess } from '../../signals/process-handle.js';
import type { Word } from '../wire/word.js';
import { sendWord } from './endpoint.js';

const { EAGAIN, ESRCH } = constants.errno;
const { SIGUSR1, SIGUSR2 } = constants.signals;

/** The thread of a pinned process that takes its signals. */
export interface PinnedThread {
  readonly process: ProcessHandle;
  readonly thread: number;
  readonly status: ThreadStatus;
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

/**
 * Takes two descriptors.
 * @throws SignalError ERR_INVALID_PID, ESRCH (no such process, or no such thread of it),
 * EMFILE, ENFILE and others
 */
export function pinThread(pid: number, thread: number): PinnedThread {
  const handle = pinProcess(pid);
  try {
    return pinThreadOf(handle, thread);
  } catch (error) {
    handle.close();
    throw error;
  }
}

/**
 * The same of a process that is pinned already; where this throws the handle stays open.
 * @throws SignalError as pinThread
 */
export function pinThreadOf(handle: ProcessHandle, thread: number): PinnedThread {
  const status = openStatusOf(handle, thread);
  // Alive still, so the pid was nobody else's when its status was opened.
  if (!handle.hasExited()) return { process: handle, thread, status };
  status.close();
  throw noSuchThread(handle, thread);
}

function openStatusOf(handle: ProcessHandle, thread: number): ThreadStatus {
  try {
    return openThreadStatus(handle.pid, thread);
  } catch (error) {
    const isGone = error instanceof SignalError && error.code === 'ENOENT';
    throw isGone ? noSuchThread(handle, thread) : error;
  }
}

/** Gives the descriptors back. Safe to repeat. */
export function unpin({ process, status }: PinnedThread): void {
  status.close();
  process.close();
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
  const look = lookAtThread(peer);
  return look.is === 'catching' ? send(peer, word) : look;
}

/** Sends without a look, to whom the caller was told to signal whatever it does. */
export function send({ process, thread }: PinnedThread, word: Word): Told {
  const result = sendWord(process.pid, thread, word);
  if (result === 0) return { is: 'sent' };
  if (result === -EAGAIN) return { is: 'full' };
  return result === -ESRCH ? { is: 'gone' } : { is: 'failed', errno: result };
}

function noSuchThread({ pid }: ProcessHandle, thread: number): SignalError {
  return new SignalError('ESRCH', `process ${pid} has no thread ${thread} now`, {
    syscall: 'open',
  });
}
