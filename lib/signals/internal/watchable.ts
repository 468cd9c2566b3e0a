// The signals that can be watched.
import { binding, DefaultAction } from '../../binding/signals.js';

const MOST = 64;

/** False for what the kernel, libc, V8 and libuv need, and for faults. */
export function isWatchable(signo: number): boolean {
  return binding.isWatchable(signo);
}

/**
 * All that can be watched without harm to the watching process: who catches those of job control
 * can't be suspended (SIGTSTP), or gets one more at each try to use its terminal (SIGTTIN, SIGTTOU).
 */
export function harmlessSignals(): readonly number[] {
  const stopping = binding.signals.filter(({ action }) => action === DefaultAction.stop);
  return Array.from({ length: MOST }, (_, i) => i + 1)
    .filter(isWatchable)
    .filter((signo) => !stopping.some(({ number }) => number === signo));
}
