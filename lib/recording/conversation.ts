// What the control words between this process and one other have said, which is what data belong to.
import { CRC_BYTES, FRAME_BYTES, frameCount, frameWireBytes } from '../minitalk/wire/frame.js';
import type { Mode } from '../minitalk/wire/word.js';

// Anybody can say words: of what is said more often the oldest is forgotten.
const MOST_SESSIONS = 256;
/** Data come by the present grant, or late by one of the last. */
const MOST_GRANTS = 8;

/** The message that a session has under way. */
interface Offered {
  readonly message: number;
  readonly length: number;
  readonly mode: Mode;
  /** The number of the latest frame that was granted; -1: none. */
  frame: number;
  /** Of that frame: which data signals there were already, by their place. */
  seen: Uint8Array;
}

/** Where the data of a grant belong. */
export class Granted {
  readonly session: number;
  readonly message: number;
  readonly frame: number;
  /** Bytes of the frame, its checksum included. */
  readonly wireBytes: number;
  readonly offered: Offered;
  /** Of the message, where the frame begins. */
  readonly #start: number;

  constructor(session: number, offered: Offered) {
    const { length, mode, message, frame } = offered;
    this.session = session;
    this.message = message;
    this.frame = frame;
    this.wireBytes = frameWireBytes(length, mode, frame);
    this.offered = offered;
    this.#start = frame * FRAME_BYTES[mode];
  }

  /** The byte of the message that the frame's `at`-th is; else the byte of what checks it behind those. */
  placeOf(at: number): { byte: number } | { check: number } {
    const own = this.#ownBytes;
    return at < own ? { byte: this.#start + at } : { check: at - own };
  }

  /** Of `count` bytes from the frame's `at`-th on, how many are the message's. */
  bytesOfMessage(at: number, count: number): number {
    return Math.max(0, Math.min(this.#ownBytes - at, count));
  }

  /** Behind the last of the message is its own checksum, if it has several frames; then comes the frame's. */
  get #ownBytes(): number {
    const left = this.offered.length - this.#start;
    return Math.max(0, Math.min(left, this.wireBytes - CRC_BYTES));
  }

  /** Whether the data signal with this place was there before; from now on it was. */
  isAgain(place: number): boolean {
    const { frame, seen } = this.offered;
    if (frame !== this.frame) return false;
    const before = seen[place] === 1;
    seen[place] = 1;
    return before;
  }
}

/** Of one other process, and one of both ways. */
export class Conversation {
  readonly #offers = new Map<number, Offered>();
  readonly #grants = new Map<number, Granted>();

  /** An OFFER is repeated until it is answered; a number comes again after 255 messages. */
  offer(session: number, message: number, length: number, mode: Mode): void {
    const known = this.#offers.get(session);
    if (known?.message === message && known.length === length && known.mode === mode) return;
    this.finish(session);
    forgetOldest(this.#offers, MOST_SESSIONS);
    this.#offers.set(session, { message, length, mode, frame: -1, seen: new Uint8Array() });
  }

  /** The session's message is over. */
  finish(session: number): void {
    const offered = this.#offers.get(session);
    if (offered === undefined) return;
    this.#offers.delete(session);
    // Grants know it still.
    offered.frame = -1;
    offered.seen = new Uint8Array();
  }

  /**
   * Returns the frame's whole number.
   * @param low8 its last eight bits, which is what GRANT tells
   */
  grant(session: number, message: number, grant: number, low8: number): number | undefined {
    const offered = this.#offers.get(session);
    if (offered?.message !== message) return undefined;
    const before = Math.max(0, offered.frame);
    const frame = before + ((low8 - before) & 0xff);
    if (frame >= frameCount(offered.length, offered.mode)) return undefined;
    if (frame !== offered.frame) {
      offered.frame = frame;
      offered.seen = new Uint8Array(mostSignals(offered));
    }
    this.#grants.delete(grant);
    forgetOldest(this.#grants, MOST_GRANTS);
    this.#grants.set(grant, new Granted(session, offered));
    return frame;
  }

  granted(grant: number): Granted | undefined {
    return this.#grants.get(grant);
  }
}

/** Data signals in the frame, at most. */
function mostSignals({ length, mode, frame }: Offered): number {
  const bytes = frameWireBytes(length, mode, frame);
  return mode === 'bit' ? 8 * bytes : Math.ceil(bytes / 8);
}

/** So that there is room for one more. */
export function forgetOldest<Key>(map: Map<Key, unknown>, most: number): void {
  if (map.size < most) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
