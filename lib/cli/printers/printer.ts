// What a server says, in one of three formats.
import type { MinitalkError } from '../../minitalk/errors.js';
import type { Message, PartialMessage } from '../../minitalk/server/message.js';
import type { SignalInfo } from '../../signals/info.js';
import type { Gap } from '../../signals/watcher.js';

export interface Printer {
  /** Says that clients can send now. Rejects when the output fails. */
  listening(pid: number): Promise<void>;
  /** Resolves when the output has the whole message, rejects when it fails. */
  message(message: Message): Promise<void>;
  /** Best effort, as all below: what cannot be printed is lost. */
  partial(partial: PartialMessage): void;
  stray(info: SignalInfo): void;
  gap(gap: Gap): void;
  warning(warning: MinitalkError): void;
  /** The last call. */
  end(): void;
}
