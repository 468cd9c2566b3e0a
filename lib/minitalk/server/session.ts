// A server's memory of one client: docs/protocol.md, section 4.
import { type PinnedThread, tell } from '../peer/pinned.js';
import { Kind } from '../wire/word.js';
import type { IncomingMessage } from './incoming.js';

export interface Session extends PinnedThread {
  readonly id: number;
  readonly nonce: number;
  readonly uid: number;
  /** The message in progress. */
  message: IncomingMessage | undefined;
  /** How the last message ended, for repeated questions. No earlier one: message numbers come again. */
  outcome: Outcome | undefined;
  /** The number of its last grant; -1: none yet. */
  lastGrant: number;
  /** Whether its client lets data come by lanes, as far as is known. */
  takesLanes: boolean;
  /** When it last gave a sign of life, on the clock of presence.ts. */
  lastHeard: number;
  /** Since when nothing has come that only its client can say, monotonic ms; undefined: something has. */
  unusedSince: number | undefined;
}

/** `reason` is that of a REFUSED word; undefined: delivered. */
export interface Outcome {
  readonly message: number;
  readonly reason?: number;
}

/** Its client's message is known, and will be taken. */
export function tellWait(session: Session, message: number): void {
  tell(session, { kind: Kind.wait, session: session.id, message });
}

/** Its turn comes next. */
export function tellNext(session: Session, message: number): void {
  tell(session, { kind: Kind.wait, session: session.id, message, isNext: true });
}

export function tellOutcome(session: Session, { message, reason }: Outcome): void {
  tell(
    session,
    reason === undefined
      ? { kind: Kind.delivered, session: session.id, message }
      : { kind: Kind.refused, session: session.id, message, reason },
  );
}
