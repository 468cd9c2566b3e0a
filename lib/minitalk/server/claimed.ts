// Whom a word names: its pid is a claim, so that process is pinned before it is looked at
// or answered, also where no descriptor is left for it.
import { SignalError } from '../../signals/errors.js';
import { type PinnedThread, pinThread } from '../peer/pinned.js';
import { createReserve } from './reserve.js';

/**
 * Does something for a process that is pinned; `shortage`: by descriptors that are to be given
 * back at once. Who is made a session of stays pinned.
 */
export type Use<Kept> = (peer: PinnedThread, shortage?: SignalError) => Kept | undefined;

export interface Claims {
  /**
   * Pins whom a word names and hands it to `use`: where no descriptor is left, again
   * without those of the dead, and then with the reserve's. Without effect where there is
   * nobody, or nobody could look: who lives asks again.
   */
  withPinned<Kept>(pid: number, thread: number, use: Use<Kept>): Kept | undefined;
  /** Gives the reserve back. */
  close(): void;
}

/** @param sweep gives back what the dead hold */
export function createClaims(sweep: () => void): Claims {
  const reserve = createReserve();
  return {
    withPinned(pid, thread, use) {
      if (pid === process.pid) return undefined;
      let shortage: SignalError | undefined;
      const attempts = [
        () => whilePinned(pid, thread, use),
        () => {
          sweep();
          return whilePinned(pid, thread, use);
        },
        () => reserve.lend(() => whilePinned(pid, thread, use, shortage)),
      ];
      for (const attempt of attempts) {
        try {
          return attempt();
        } catch (error) {
          if (!(error instanceof SignalError)) throw error;
          if (error.code !== 'EMFILE' && error.code !== 'ENFILE') return undefined;
          shortage = error;
        }
      }
      return undefined;
    },
    close: reserve.close,
  };
}

function whilePinned<Kept>(
  pid: number,
  thread: number,
  use: Use<Kept>,
  shortage?: SignalError,
): Kept | undefined {
  const peer = pinThread(pid, thread);
  let kept: Kept | undefined;
  try {
    kept = use(peer, shortage);
    return kept;
  } finally {
    if (kept === undefined) peer.unpin();
  }
}
