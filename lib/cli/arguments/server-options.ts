import type { SignalName } from '../../signals/names.js';
import type { RecordOptions } from './record-options.js';

/** What `minitalk server` is told. */
export interface ServerOptions extends RecordOptions {
  readonly place: 'auto' | 'off';
  readonly json?: boolean;
  readonly raw?: boolean;
  readonly verbose?: boolean;
  readonly trace?: boolean;
  readonly name?: string;
  readonly allowUid?: readonly number[];
  /** bytes */
  readonly maxMessage?: number;
  /** ms */
  readonly idleTimeout?: number;
  readonly dialect?: string;
  readonly burstSignal?: SignalName | 'none';
}

export const serverDefaults: ServerOptions = { place: 'auto' };
