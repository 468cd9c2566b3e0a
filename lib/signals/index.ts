/**
 * Signals with their senders: {@link watch} and {@link waitForSignal} take them, {@link kill},
 * {@link queue} and {@link openProcess} send them, {@link shutdown} ends a process. All times are in ms.
 * @module minitalk/signals
 */
export { type ChildExit, childExit } from './child-exit.js';
export { SignalError, type SignalErrorCode } from './errors.js';
export { explain } from './explain.js';
export type { SenderRelation, SignalInfo, SignalOrigin } from './info.js';
export { type SignalName, type SignalSet, signalName, signalNumber } from './names.js';
export type { SenderPolicy, SenderSet } from './policy.js';
export { openProcess, type ProcessHandle, type ProcessIdentity } from './process-handle.js';
export { restrictSignals } from './restrict.js';
export { kill, queue, type SignalDestination } from './send.js';
export type { SignalSender } from './sender.js';
export { type Shutdown, type ShutdownHandler, type ShutdownOptions, shutdown } from './shutdown.js';
export { type WaitOptions, waitForSignal } from './wait.js';
export {
  type Gap,
  SignalWatcher,
  type SignalWatcherEvents,
  type WatchOptions,
  watch,
} from './watcher.js';
