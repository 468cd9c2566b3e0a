// One client of a dialect: what it has said so far, and how it is answered.
import { isGone, lookAtThread, type PinnedThread, pinThread } from '../../minitalk/peer/pinned.js';
import { createDecoder, type Decoder } from '../decode.js';
import type { Dialect, Signal } from '../dialect.js';
import { createOutbox, type Outbox } from './outbox.js';

export interface Correspondent {
  readonly pid: number;
  readonly uid: number;
  /** undefined: it had ended already, or nobody could pin it. It is not answered then. */
  readonly pinned: PinnedThread | undefined;
  readonly outbox: Outbox | undefined;
  readonly decoder: Decoder;
  /** Answers that it gets with its turn. */
  owed: readonly Signal[];
  /** Of the present message's first signal, and of the latest; CLOCK_MONOTONIC, ns. */
  first: bigint;
  latest: bigint;
  /** Since when it could have gone on; the same clock. */
  quietSince: bigint;
  /** What it says is the rest of something that nobody knows the beginning of. */
  isGivenUp: boolean;
  /** Has ended when it was looked at last. */
  isEnding: boolean;
  hasEnded(): boolean;
}

/**
 * @param isAnswered the dialect has answers: only a process that is alive, and catches both
 * signals, is a client then
 * @returns undefined where it is none: answers would end it
 */
export function meet(
  pid: number,
  uid: number,
  dialect: Dialect,
  isAnswered: boolean,
  maxMessage: number,
): Correspondent | undefined {
  const pinned = pinIfThere(pid);
  if (isAnswered && (pinned === undefined || lookAtThread(pinned).is !== 'catching')) {
    pinned?.unpin();
    return undefined;
  }
  return {
    pid,
    uid,
    pinned,
    outbox: pinned && createOutbox(pinned),
    decoder: createDecoder(dialect, maxMessage),
    owed: [],
    first: 0n,
    latest: 0n,
    quietSince: 0n,
    isGivenUp: false,
    isEnding: false,
    hasEnded: () => (pinned === undefined ? isNobody(pid) : isGone(pinned)),
  };
}

function pinIfThere(pid: number): PinnedThread | undefined {
  try {
    const pinned = pinThread(pid, pid);
    if (pinned.process.pidfd >= 0) return pinned;
    pinned.unpin();
    return undefined;
  } catch {
    return undefined; // it has ended, or we have no descriptor left
  }
}

function isNobody(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
