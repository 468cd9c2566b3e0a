// The sessions of a server, and who may have one: docs/protocol.md, "Address validation".
import { GONE } from '../../signals/internal/look.js';
import {
  catchesUserSignals,
  lookAtStatus,
  type ProcessStatus,
} from '../../signals/internal/proc.js';
import { openProcess } from '../../signals/process-handle.js';
import { randomSession } from '../peer/random.js';
import { type Kind, Reason, VERSION, type Word } from '../wire/word.js';
import type { Session } from './session.js';

const FIRST_SWEEP = 16;

export type OpenWord = Word & { kind: typeof Kind.open };

/** A pid in a word is a claim: whoever it is, a signal must not hurt it. */
export function addressable(pid: number): ProcessStatus | undefined {
  const look = pid > 1 && pid !== process.pid ? lookAtStatus(pid) : GONE;
  // Who could not be looked at is sent nothing: it asks again.
  if (look.is !== 'seen') return undefined;
  const status = look.value;
  return status.threadGroup === pid && catchesUserSignals(status) ? status : undefined;
}

/** A session, or the reason why there is none. */
export type Admission = { readonly session: Session } | { readonly reason: number };

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
    const status = addressable(pid);
    if (status === undefined) return undefined;
    const reason = this.#objection(status, word);
    if (reason !== undefined) return { reason };
    const session = this.#open(pid, status.realUid, word);
    return session && { session };
  }

  #opened(pid: number, word: OpenWord): Session | undefined {
    for (const session of this) {
      const { process, thread, nonce } = session;
      if (process.pid === pid && thread === word.thread && nonce === word.session) return session;
    }
    return undefined;
  }

  #objection({ realUid }: ProcessStatus, { version }: OpenWord): number | undefined {
    if (version !== VERSION) return Reason.version;
    if (!this.#allows(realUid)) return Reason.notAllowed;
    return this.#isShut ? Reason.closing : undefined;
  }

  #allows(uid: number): boolean {
    const allowed = this.#allowUids;
    return allowed === undefined || uid === process.getuid?.() || allowed.includes(uid);
  }

  /** undefined when the process has just ended. */
  #open(pid: number, uid: number, word: OpenWord): Session | undefined {
    this.#sweep();
    let id: number;
    do id = randomSession();
    while (this.#byId.has(id));
    try {
      const session: Session = {
        id,
        nonce: word.session,
        thread: word.thread,
        uid,
        process: openProcess(pid),
        message: undefined,
        outcome: undefined,
        lastGrant: -1,
        lastHeard: performance.now(),
      };
      this.#byId.set(id, session);
      return session;
    } catch {
      return undefined;
    }
  }

  forget(session: Session): void {
    this.#byId.delete(session.id);
    session.process.close();
  }

  /** Costs nothing while there are few. */
  #sweep(): void {
    if (this.size < this.#sweepAt) return;
    for (const session of this) {
      if (session.process.hasExited()) this.#died(session);
    }
    this.#sweepAt = Math.max(FIRST_SWEEP, 2 * this.size);
  }
}
