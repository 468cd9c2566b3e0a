export { connect, type MinitalkClient } from './minitalk/client.js';
export type { ConnectOptions, Delivery, Progress, SendOptions } from './minitalk/client-options.js';
export { MinitalkError } from './minitalk/errors.js';
export type { Message, PartialMessage, Sender } from './minitalk/message.js';
export { listServers, type RunningServer } from './minitalk/running-servers.js';
export {
  createServer,
  type MinitalkServer,
  type MinitalkServerEvents,
  type ServerOptions,
} from './minitalk/server.js';
export { kill, queue, SignalError, type SignalInfo, type SignalName } from './signals/index.js';
