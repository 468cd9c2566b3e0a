// The sessions of a server, and who may have one: docs/protocol.md, "Address validation".
import { catchesUserSignals, lookAtStatus } from '../../signals/internal/proc.js';
import { isGone, type PinnedThread, pinThread, unpin } from '../peer/pinned.js';
import { randomSession } from '../peer/random.js';
import { type Kind, Reason, VERSION, type Word } from '../wire/word.js';
import { presence } from './presence.js';
import type { Session } from './session.js';

const FIRST_SWEEP = 16;

export type OpenWord = Word & { kind: typeof Kind.open };

/** A session, or the reason why there is none and whom to tell: the caller unpins it. */
export type Admission =
  | { readonly session: Session }
  | { readonly reason: number; readonly refused: PinnedThread };

/** Pins whom a word names; undefined where there is nobody, or nobody could look: who lives asks again. */
export function pinClaimed(pid: number, thread: number): PinnedThread | undefined {
  if (pid === process.pid) return undefined;
  try {
    return pinThread(pid, thread);
  } catch {
    return undefined;
  }
}

export class Sessions {
  readonly #byId = new Map<number, Session>();
  readonly #allowUids: readonly number[] | undefined;
  readonly #died: (session: Session) => void;
  #isShut = false;
  #sweepAt = FIRST_SWEEP;

  /**
   * @param allowUids uids besides our own; undefined: everybody
   * @param died told of sessions whose process ended without a CLOSE
   */
  constructor(allowUids: readonly number[] | undefined, died: (session: Session) => void) {
    this.#allowUids = allowUids;
    this.#died = died;
  }

  /** From now on nobody gets a new one. */
  shut(): void {
    this.#isShut = true;
  }

  get size(): number {
    return this.#byId.size;
  }

  [Symbol.iterator](): Iterator<Session> {
    return this.#byId.values();
  }

  /** The session `id` of the process `pid`. */
  of(pid: number, id: number): Session | undefined {
    const session = this.#byId.get(id);
    return session?.process.pid === pid ? session : undefined;
  }

  /** Whether the process `pid` has one. */
  some(pid: number): boolean {
    for (const session of this) {
      if (session.process.pid === pid) return true;
    }
    return false;
  }

  has(session: Session): boolean {
    return this.#byId.has(session.id);
  }

  /** The session that this word opens, or opened before. undefined: there is nobody to be told. */
  admit(pid: number, word: OpenWord): Admission | undefined {
    const known = this.#opened(pid, word);
    if (known !== undefined) return { session: known };
    // Pinned first, looked at afterwards: the pid in a word is a claim.
    const peer = pinClaimed(pid, word.thread);
    if (peer === undefined) return undefined;
    const look = lookAtStatus(pid);
    const isCatching = look.is === 'seen' && catchesUserSignals(look.value);
    if (!isCatching || peer.process.hasExited()) {
      unpin(peer);
      return undefined;
    }
    const { realUid } = look.value;
    const reason = this.#objection(realUid, word);
    if (reason !== undefined) return { reason, refused: peer };
    return { session: this.#open(peer, realUid, word) };
  }

  #opened(pid: number, word: OpenWord): Session | undefined {
    for (const session of this) {
      const { process, thread, nonce } = session;
      if (process.pid === pid && thread === word.thread && nonce === word.session) return session;
    }
    return undefined;
  }

  #objection(uid: number, { version }: OpenWord): number | undefined {
    if (version !== VERSION) return Reason.version;
    if (!this.#allows(uid)) return Reason.notAllowed;
    return this.#isShut ? Reason.closing : undefined;
  }

  #allows(uid: number): boolean {
    const allowed = this.#allowUids;
    return allowed === undefined || uid === process.getuid?.() || allowed.includes(uid);
  }

  #open(peer: PinnedThread, uid: number, word: OpenWord): Session {
    this.#sweep();
    let id: number;
    do id = randomSession();
    while (this.#byId.has(id));
    const session: Session = {
      ...peer,
      id,
      nonce: word.session,
      uid,
      message: undefined,
      outcome: undefined,
      lastGrant: -1,
      lastHeard: presence.now,
    };
    this.#byId.set(id, session);
    return session;
  }

  forget(session: Session): void {
    this.#byId.delete(session.id);
    unpin(session);
  }

  /** Costs nothing while there are few. */
  #sweep(): void {
    if (this.size < this.#sweepAt) return;
    for (const session of this) {
      if (isGone(session)) this.#died(session);
    }
    this.#sweepAt = Math.max(FIRST_SWEEP, 2 * this.size);
  }
}
