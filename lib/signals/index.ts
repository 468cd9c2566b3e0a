export { SignalError } from './errors.js';
export type { SignalInfo, SignalOrigin } from './info.js';
export { type SignalName, signalName, signalNumber } from './names.js';
export { kill, queue, type SendOptions } from './send.js';
export {
  type Gap,
  SignalWatcher,
  type SignalWatcherEvents,
  type WatchOptions,
  watch,
} from './watcher.js';
