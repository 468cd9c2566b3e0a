/**
 * Messages between processes by SIGUSR1 and SIGUSR2: {@link createServer} takes them, {@link connect}
 * sends them. All times are in ms.
 * @module minitalk
 */
export { connect, type MinitalkClient } from './minitalk/client/client.js';
export type {
  ConnectOptions,
  Delivery,
  Progress,
  SendOptions,
} from './minitalk/client/client-options.js';
export { MinitalkError, type MinitalkErrorCode } from './minitalk/errors.js';
export { listServers, type RunningServer } from './minitalk/peer/running-servers.js';
export type { Message, PartialMessage, Sender } from './minitalk/server/message.js';
export {
  createServer,
  type MinitalkServer,
  type MinitalkServerEvents,
  type ServerOptions,
} from './minitalk/server/server.js';
export {
  kill,
  queue,
  type SignalDestination,
  SignalError,
  type SignalErrorCode,
  type SignalInfo,
  type SignalName,
  type SignalSet,
} from './signals/index.js';
