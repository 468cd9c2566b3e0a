// When a stranger has taken a signal, as /proc tells: no second one can merge with it then.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { hasTakenBoth, statusOf } from '../process-state.js';
import type { Stranger } from '../stranger.js';

/** On a busy machine, too. */
const TAKEN_MS = 1500;
/** A program that never sleeps has taken a signal that is not pending any more for so long. */
const AWAKE_MS = 2;

/** Waits until neither signal is pending or blocked, and the process sleeps, as it did before. */
export async function isTaken(stranger: Stranger): Promise<boolean> {
  const end = performance.now() + TAKEN_MS;
  let since: number | undefined;
  while (stranger.ended === undefined) {
    const status = statusOf(stranger.pid);
    const now = performance.now();
    if (status === undefined || now > end) return false;
    if (!hasTakenBoth(status)) {
      since = undefined;
    } else {
      since ??= now;
      if (status.state === 'S' || now - since > AWAKE_MS) return true;
    }
    await nextTurn();
  }
  return false;
}
