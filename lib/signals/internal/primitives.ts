// The parts below signals and watchers, for protocols of one's own: minitalk is
// built on these and on SignalChannel alone.
import { binding, type NativeTransmitter } from '../../binding.js';

export {
  Mode as DataMode,
  type NativeChannel,
  type NativeTransmitter as Transmitter,
  TransmitStatus,
} from '../../binding.js';

/** A line on which frames are sent to one server, in time slices. */
export function createTransmitter(): NativeTransmitter {
  return new binding.Transmitter();
}

/** Whether there are thread-directed signals, values and sigtimedwait: on Linux. */
export const hasThreadSignals: boolean = binding.hasQueue;

/** Bytes that a queued signal can carry beside pid and uid, as tested: 24 or 8; 0: none. */
export function largestPayload(): number {
  return binding.largestPayload();
}

/** The id of the calling thread, see gettid(2); the main thread's is the pid. */
export function currentThread(): number {
  return binding.currentThread();
}

/**
 * Queues a signal for one thread, its value in two unsigned halves, see
 * rt_tgsigqueueinfo(2). Checks nothing; returns 0 or a negative errno.
 */
export function queueToThread(
  pid: number,
  thread: number,
  signo: number,
  high: number,
  low: number,
): number {
  return binding.queue(pid, thread, signo, high, low);
}
