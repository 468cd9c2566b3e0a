// What a server hands to its consumer.
import type { IncomingMessage } from './incoming.js';
import type { Session } from './session.js';

/** Who sent something. */
export interface Sender {
  readonly pid: number;
  /** Its real uid. */
  readonly uid: number;
  /** The kernel vouches for pid and uid: for bits it does. */
  readonly attested: boolean;
}

/** A whole, verified message. */
export interface Message {
  readonly data: Buffer;
  /** The data as UTF-8; undefined where it is not valid UTF-8. */
  readonly text: string | undefined;
  readonly sender: Sender;
  readonly mode: 'bit' | 'word' | 'burst';
  /** From its first bit, or for data words from its first grant, to the last; in ms. */
  readonly durationMs: number;
}

/** A message that ended before it was whole. */
export interface PartialMessage {
  readonly sender: Sender;
  /** Bytes that had arrived in verified frames. */
  readonly bytes: number;
  /** Bytes that were announced; undefined where a dialect does not tell. */
  readonly expected: number | undefined;
  readonly reason: 'died' | 'cancelled' | 'idle' | 'closing' | 'corrupt';
}

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function utf8(data: Buffer): string | undefined {
  try {
    return utf8Decoder.decode(data);
  } catch {
    return undefined;
  }
}

function senderOf(session: Session, message: IncomingMessage): Sender {
  // Data bits count only as SI_TKILL from the session's pid, so the kernel has
  // vouched for it once the first is there. Data words only claim it.
  return {
    pid: session.process.pid,
    uid: message.uid ?? session.uid,
    attested: message.uid !== undefined,
  };
}

export function wholeMessageOf(session: Session, incoming: IncomingMessage, data: Buffer): Message {
  return {
    data,
    text: utf8(data),
    sender: senderOf(session, incoming),
    mode: incoming.mode,
    durationMs: incoming.durationMs,
  };
}

export function partialOf(
  session: Session,
  message: IncomingMessage,
  reason: PartialMessage['reason'],
): PartialMessage {
  return {
    sender: senderOf(session, message),
    bytes: message.verifiedBytes,
    expected: message.length,
    reason,
  };
}
