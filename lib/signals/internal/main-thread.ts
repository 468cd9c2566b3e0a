import { binding } from '../../binding/signals.js';

/**
 * Whether this is Node's main thread, which alone has process.on for signals. The process's
 * first thread is no Worker, and so need not load node:worker_threads to know, which brings
 * all streams along: the preload delays each start.
 */
export const isMainThread =
  binding.currentThread() === process.pid ||
  (require('node:worker_threads') as typeof import('node:worker_threads')).isMainThread;
