import type { ConnectOptions, SendOptions } from '../../minitalk/client/client-options.js';
import type { ShowProgress } from '../printers/progress.js';
import type { RecordOptions } from './record-options.js';

/** What `minitalk client` is told besides its target and the message. */
export interface ClientOptions extends RecordOptions {
  readonly mode: NonNullable<SendOptions['mode']>;
  readonly place: NonNullable<ConnectOptions['place']>;
  readonly progress: ShowProgress;
  readonly file?: string;
  /** ms */
  readonly timeout?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly force?: boolean;
  readonly dialect?: string;
}

export const clientDefaults: ClientOptions = { mode: 'bit', place: 'auto', progress: 'auto' };
