import { binding } from '../../binding/signals.js';

/**
 * Whether this is Node's main thread, which alone has process.on for signals. The process's
 * first thread is no Worker; it need not load node:worker_threads, and the streams with that,
 * to know it: a tenth of what the preload adds to a start.
 */
export const isMainThread =
  binding.currentThread() === process.pid ||
  (require('node:worker_threads') as typeof import('node:worker_threads')).isMainThread;
