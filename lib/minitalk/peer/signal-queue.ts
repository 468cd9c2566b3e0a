// A full queue of pending signals: over RLIMIT_SIGPENDING the kernel delivers a standard
// signal without its sender and its value, so nothing is heard. docs/protocol.md, section 1.
import { lookAtStatus } from '../../signals/internal/proc.js';
import { MinitalkError } from '../errors.js';

export interface SignalQueue {
  readonly pid: number;
  /** Its real uid: all processes of that user fill the queue. */
  readonly uid: number;
  readonly used: number;
  /** The process's own RLIMIT_SIGPENDING. */
  readonly limit: number;
}

/** The process's queue, if no signal has room in it now. */
export function fullQueue(pid: number): SignalQueue | undefined {
  const look = lookAtStatus(pid);
  if (look.is !== 'seen') return undefined;
  const { realUid: uid, pendingSignals: used, pendingLimit: limit } = look.value;
  return used >= limit ? { pid, uid, used, limit } : undefined;
}

/** EAGAIN, with the numbers. */
export function queueFullError({ pid, uid, used, limit }: SignalQueue): MinitalkError {
  const who = pid === process.pid ? 'this process' : `process ${pid}`;
  const queue = `SigQ ${used}/${limit} of uid ${uid}`;
  return new MinitalkError(
    'EAGAIN',
    limit === 0
      ? `${who} may have no signal queued (${queue}), so it hears nothing: start it with a higher limit (ulimit -i)`
      : `the signal queue of ${who} is full (${queue}), so it hears nothing: that user's processes have to take their pending signals, or it needs a higher limit (ulimit -i)`,
  );
}
