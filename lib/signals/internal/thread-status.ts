// One thread's status in /proc, held open: it is never a later thread's of the same
// number, and a process at its limit of descriptors can still look.
import { readSync } from 'node:fs';
import { constants } from 'node:os';
import { binding } from '../../binding/signals.js';
import { check, systemError } from '../errors.js';
import { GONE, type Look, saysGone, seen, unknown, unknownBecause } from './look.js';
import { type ProcessStatus, parseStatus } from './proc.js';

const { ESRCH } = constants.errno;

/** Signal numbers as the kernel masks them, in two unsigned halves. */
export interface SignalMask {
  readonly high: number;
  readonly low: number;
}

export interface ThreadStatus {
  /** The descriptor; -1 once closed. */
  readonly descriptor: number;
  /** Whether its process has handlers for all these signals now; takes some µs. */
  catches(signals: SignalMask): Look<boolean>;
  /** All that it tells of its process. */
  look(): Look<ProcessStatus>;
  /** Safe to repeat. */
  close(): void;
}

export function signalMask(signals: readonly number[]): SignalMask {
  let high = 0;
  let low = 0;
  for (const signo of signals) {
    if (signo > 32) high |= 1 << (signo - 33);
    else low |= 1 << (signo - 1);
  }
  return { high: high >>> 0, low: low >>> 0 };
}

/** Whether the process has no such thread any more, see tgkill(2); one that may not be signalled is there. */
export function isThreadGone(pid: number, thread: number): boolean {
  return binding.killThread(pid, thread, 0) === -ESRCH;
}

/** @throws SignalError ENOENT (no such thread of it, or not shown), EMFILE, ENFILE, ENOSYS */
export function openThreadStatus(pid: number, thread: number): ThreadStatus {
  const path = `/proc/${pid}/task/${thread}/status`;
  let descriptor = check(binding.statusOpen(pid, thread), 'open', () => `open ${path}`);
  return {
    get descriptor() {
      return descriptor;
    },
    catches({ high, low }) {
      const result = binding.statusCatches(descriptor, high, low);
      if (result === -ESRCH) return GONE;
      if (result < 0) return unknown(systemError(result, 'pread', `read ${path}`));
      return seen(result === 1);
    },
    look() {
      try {
        return seen(parseStatus(readAll(descriptor)));
      } catch (error) {
        return saysGone(error) ? GONE : unknownBecause(error, `read ${path}`);
      }
    },
    close() {
      // Not fs.closeSync: a Worker would warn that it has not opened this one itself.
      if (descriptor >= 0) binding.closeDescriptor(descriptor);
      descriptor = -1;
    },
  };
}

function readAll(descriptor: number): string {
  const piece = Buffer.allocUnsafe(4096); // all of it, unless the user is in many groups
  let text = '';
  for (let at = 0; ; ) {
    const got = readSync(descriptor, piece, 0, piece.length, at);
    if (got === 0) return text;
    text += piece.toString('latin1', 0, got);
    at += got;
  }
}
