export {
  type ConnectOptions,
  connect,
  type Delivery,
  type MinitalkClient,
  type Progress,
  type SendOptions,
} from './minitalk/client.js';
export { MinitalkError } from './minitalk/errors.js';
export { listServers, type RunningServer } from './minitalk/running-servers.js';
export {
  createServer,
  type Message,
  type MinitalkServer,
  type MinitalkServerEvents,
  type Partial,
  type Sender,
  type ServerOptions,
} from './minitalk/server.js';
export { kill, queue, SignalError, type SignalInfo, type SignalName } from './signals/index.js';
