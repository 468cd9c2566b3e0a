// One thread's status in /proc, held open: it is never a later thread's of the same
// number, and a process at its limit of descriptors can still look.
import { constants } from 'node:os';
import { binding } from '../../binding/signals.js';
import { check, systemError } from '../errors.js';
import { GONE, type Look, seen, unknown } from './look.js';

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
    close() {
      // Not fs.closeSync: a Worker would warn that it has not opened this one itself.
      if (descriptor >= 0) binding.pidfdClose(descriptor);
      descriptor = -1;
    },
  };
}
