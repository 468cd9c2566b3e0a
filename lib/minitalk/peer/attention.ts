// A clock for all timers that blame the other side: it counts only time in which this
// side could have heard. A process that was stopped, or whose event loop was blocked,
// knows nothing of its peer's silence: docs/protocol.md, section 5.
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../../signals/internal/clock.js';
import { LAST_ASK_MS } from './patience.js';

/** So much later than planned we come back on a busy machine, too; beyond it we were away. */
const LATE_MS = 100;
/** From one look to the next in listenFor. */
const STEP_MS = 50;

export interface Attention {
  /** What was listened so far, ms. */
  readonly now: number;
  /** We listen from now on. */
  begin(): void;
  /**
   * Counts the time since the last call, `planned` ms of it at most; nothing, and returns
   * false, when that was an absence. To be called when this side has heard what there was.
   */
  listened(planned: number): boolean;
  /**
   * Whether `ms` were listened since `since`, and enough of it since the last absence for a
   * question of either side to have had its whole wait.
   */
  hasPassed(since: number, ms: number): boolean;
}

/** @param clock ms, monotonic */
export function createAttention(clock: () => number = monotonicMs): Attention {
  let last = clock();
  let counted = 0;
  let returned = -LAST_ASK_MS; // `counted` at the end of the last absence
  let wasAway = false;
  return {
    get now() {
      return counted;
    },
    begin() {
      last = clock();
    },
    listened(planned) {
      const passed = clock() - last;
      last += passed;
      // Who is late each time is never more present than that: the second one counts. And
      // who comes and goes is not given a new beginning each time. Else neither would end.
      wasAway = passed > planned + LATE_MS && !wasAway;
      if (!wasAway) counted += Math.min(passed, planned);
      else if (counted - returned >= LAST_ASK_MS) returned = counted;
      return !wasAway;
    },
    hasPassed: (since, ms) =>
      counted - since >= ms && counted - returned >= Math.min(ms, LAST_ASK_MS),
  };
}

/** Resolves when `ms` were listened, or `signal` is aborted. */
export async function listenFor(ms: number, signal: AbortSignal): Promise<void> {
  const attention = createAttention();
  while (!signal.aborted && !attention.hasPassed(0, ms)) {
    await sleep(STEP_MS, undefined, { signal }).catch(() => {});
    attention.listened(STEP_MS);
  }
}
