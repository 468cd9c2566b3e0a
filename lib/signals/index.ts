export { type ChannelOptions, SignalChannel } from './channel.js';
export { SignalError } from './errors.js';
export type { SignalInfo, SignalOrigin } from './info.js';
export { type SignalName, signalName, signalNumber } from './names.js';
export {
  createTransmitter,
  currentThread,
  hasThreadSignals,
  queueToThread,
  TransmitStatus,
  type Transmitter,
} from './primitives.js';
export { openProcess, type ProcessHandle } from './process-handle.js';
export { RecordBatch } from './record.js';
export { kill, queue, type SendOptions } from './send.js';
export {
  type Gap,
  SignalWatcher,
  type SignalWatcherEvents,
  type WatchOptions,
  watch,
} from './watcher.js';
