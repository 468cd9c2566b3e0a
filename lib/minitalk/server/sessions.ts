// The sessions of a server, and who may have one: docs/protocol.md, "Address validation"
// and "Limits".
import type { SignalError } from '../../signals/errors.js';
import { monotonicMs } from '../../signals/internal/clock.js';
import { seenOrThrow } from '../../signals/internal/look.js';
import { catchesUserSignals } from '../../signals/internal/proc.js';
import { type MinitalkError, outOfDescriptors, outOfSessions } from '../errors.js';
import { isGone, type PinnedThread, tell } from '../peer/pinned.js';
import { randomSession } from '../peer/random.js';
import { Kind, NO_ANSWER, NO_MESSAGE, Reason, VERSION, type Word } from '../wire/word.js';
import { createClaims } from './claimed.js';
import { presence } from './presence.js';
import type { Session } from './session.js';

const MAX_SESSIONS = 1024;
/** As many lines as a process has. */
const MAX_SESSIONS_OF_PROCESS = 256;
/** Where places are short, a session that nobody has used for so long gives up its own, ms. */
const UNUSED_MS = 10_000;
/** So long what a client has sent may stay with the kernel, once its session has ended, ms. */
const LATE_MS = 1000;
const FIRST_SWEEP = 16;

export type OpenWord = Word & { kind: typeof Kind.open };
export type CloseWord = Word & { kind: typeof Kind.close };

export interface SessionsOptions {
  /** Uids besides our own; undefined: everybody. */
  readonly allowUids: readonly number[] | undefined;
  /** Told of sessions whose process ended without a CLOSE. */
  readonly died: (session: Session) => void;
  /** Told that clients are turned away for want of room; once, until there is room again. */
  readonly warning: (warning: MinitalkError) => void;
}

export class Sessions {
  readonly #byId = new Map<number, Session>();
  readonly #options: SessionsOptions;
  readonly #claims = createClaims(() => this.#sweep());
  /** Who was turned away and is not yet let in again: all processes, or one. */
  readonly #turnedAway = new Set<'all' | number>();
  /** When a process's last session ended, monotonic ms; in the order of these times. */
  readonly #ended = new Map<number, number>();
  #isShut = false;
  #sweepAt = FIRST_SWEEP;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** From now on nobody gets a new one. */
  shut(): void {
    this.#isShut = true;
  }

  /** Gives back what is held besides the sessions. */
  close(): void {
    this.#claims.close();
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

  /** Whether data of the process `pid` may still be on their way: it has a session, or had one a moment ago. */
  mayBeLate(pid: number): boolean {
    for (const session of this) {
      if (session.process.pid === pid) return true;
    }
    return (this.#ended.get(pid) ?? -Infinity) > monotonicMs() - LATE_MS;
  }

  has(session: Session): boolean {
    return this.#byId.has(session.id);
  }

  /** The session that this word opens, or opened before. undefined: it was refused, or there is nobody to be told. */
  admit(pid: number, word: OpenWord): Session | undefined {
    return (
      this.#opened(pid, word) ??
      this.#claims.withPinned(pid, word.thread, (peer, shortage) =>
        this.#judge(peer, word, shortage),
      )
    );
  }

  /** Answers the CLOSE of a session that is not known any more. */
  confirmClose(pid: number, { session, thread, attempt }: CloseWord): void {
    if (attempt === NO_ANSWER) return;
    this.#claims.withPinned(pid, thread, (peer) => {
      tell(peer, { kind: Kind.closed, session, attempt });
      return undefined;
    });
  }

  forget(session: Session): void {
    this.#byId.delete(session.id);
    const now = monotonicMs();
    for (const [pid, ended] of this.#ended) {
      if (ended > now - LATE_MS) break; // in the order of their ends
      this.#ended.delete(pid);
    }
    this.#ended.delete(session.process.pid);
    this.#ended.set(session.process.pid, now);
    this.#turnedAway.delete(session.process.pid);
    session.unpin();
  }

  #opened(pid: number, word: OpenWord): Session | undefined {
    for (const session of this) {
      const { process, thread, nonce } = session;
      if (process.pid === pid && thread === word.thread && nonce === word.session) return session;
    }
    return undefined;
  }

  /** Opens a session for a process that is pinned, or refuses it. */
  #judge(peer: PinnedThread, word: OpenWord, shortage?: SignalError): Session | undefined {
    // Pinned first, looked at afterwards: the pid in a word is a claim.
    const status = seenOrThrow(peer.status.look());
    if (status === undefined || !catchesUserSignals(status) || peer.process.hasExited()) {
      return undefined;
    }
    const reason = this.#objection(peer.process.pid, status.realUid, word, shortage);
    if (reason === undefined) return this.#open(peer, status.realUid, word);
    tell(peer, { kind: Kind.refused, session: word.session, message: NO_MESSAGE, reason });
    return undefined;
  }

  #objection(
    pid: number,
    uid: number,
    { version }: OpenWord,
    shortage: SignalError | undefined,
  ): number | undefined {
    if (version !== VERSION) return Reason.version;
    if (!this.#allows(uid)) return Reason.notAllowed;
    if (this.#isShut) return Reason.closing;
    if (shortage !== undefined) {
      this.#turnAway('all', () => outOfDescriptors(shortage));
      return Reason.noDescriptor;
    }
    if (!this.#hasRoom(MAX_SESSIONS_OF_PROCESS, (session) => session.process.pid === pid)) {
      this.#turnAway(pid, () => outOfSessions(MAX_SESSIONS_OF_PROCESS, pid));
      return Reason.tooManySessions;
    }
    if (!this.#hasRoom(MAX_SESSIONS, () => true)) {
      this.#turnAway('all', () => outOfSessions(MAX_SESSIONS));
      return Reason.full;
    }
    return undefined;
  }

  #allows(uid: number): boolean {
    const allowed = this.#options.allowUids;
    return allowed === undefined || uid === process.getuid?.() || allowed.includes(uid);
  }

  /** Whether fewer than `limit` of these sessions are left, without the dead and, at last, one that nobody uses. */
  #hasRoom(limit: number, counts: (session: Session) => boolean): boolean {
    const among = () => [...this].filter(counts);
    if (this.size < limit || among().length < limit) return true;
    this.#sweep();
    const left = among();
    if (left.length < limit) return true;
    // Whoever has one in its name, and never asked for it, will not give it back.
    const before = monotonicMs() - UNUSED_MS;
    const unused = left.find(({ unusedSince = Infinity }) => unusedSince <= before);
    if (unused === undefined) return false;
    tell(unused, {
      kind: Kind.refused,
      session: unused.id,
      message: NO_MESSAGE,
      reason: Reason.full,
    });
    this.forget(unused);
    return true;
  }

  #turnAway(who: 'all' | number, why: () => MinitalkError): void {
    if (this.#turnedAway.has(who)) return;
    this.#turnedAway.add(who);
    // Not before the client has been answered: who hears it may need a descriptor.
    queueMicrotask(() => this.#options.warning(why()));
  }

  #open(peer: PinnedThread, uid: number, word: OpenWord): Session {
    if (this.size >= this.#sweepAt) this.#sweep();
    this.#turnedAway.delete('all');
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
      takesLanes: true,
      lastHeard: presence.now,
      unusedSince: monotonicMs(),
    };
    this.#byId.set(id, session);
    return session;
  }

  /** Gives back what the dead hold. */
  #sweep(): void {
    for (const session of this) {
      if (isGone(session)) this.#options.died(session);
    }
    this.#sweepAt = Math.max(FIRST_SWEEP, 2 * this.size);
  }
}
