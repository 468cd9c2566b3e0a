// A watch over the one who has the grant: does it live, does it get on, and is it to
// share our CPU? docs/protocol.md, sections 5 and 8.
import { isGone } from '../peer/pinned.js';
import type { Mode } from '../wire/word.js';
import type { Grant } from './grant.js';
import { createPlacement, TRIAL_MS } from './placement.js';
import { presence } from './presence.js';

const LOOK_MS = 20;
/** How long a holder may keep others waiting without progress, and without a start. */
const WITHDRAW_MS = 1000;
const UNSTARTED_MS = 200;

/** 'overdue': it has made nothing of its grant for so long that others need not wait. */
export type Verdict = 'patience' | 'overdue' | 'dead';

export interface HolderWatch {
  /** A grant of this mode is to begin; whether both ends are to share a CPU. */
  begin(mode: Mode): boolean;
  /** Looks at the holder; where it gets on, that is a sign of life, and it may be placed anew. */
  judge(grant: Grant): Verdict;
  /** The grant is about to end. */
  end(grant: Grant): void;
  /** Looks every LOOK_MS from now on, as long as `look` returns true. */
  start(): void;
  stop(): void;
}

/** @param place whether holders may share a CPU with us */
export function createHolderWatch(place: boolean, look: () => boolean): HolderWatch {
  const placement = place ? createPlacement() : undefined;
  let lastCount = -1;
  let lastProgress = 0;
  let timer: NodeJS.Timeout | undefined;

  function start(): void {
    if (timer !== undefined) return;
    presence.begin();
    lookLater();
  }

  function lookLater(): void {
    const planned = placement?.isTrying ? TRIAL_MS : LOOK_MS;
    timer = setTimeout(() => {
      timer = undefined;
      presence.listened(LOOK_MS);
      if (look() && timer === undefined) lookLater();
    }, planned).unref();
  }

  return {
    begin(mode) {
      lastCount = -1;
      lastProgress = performance.now();
      return placement?.begin(mode, lastProgress) ?? false;
    },
    judge(grant) {
      const count = grant.count();
      const now = performance.now();
      if (count !== lastCount) {
        lastCount = count;
        lastProgress = now;
        grant.session.lastHeard = presence.now;
        if (placement !== undefined) grant.share(placement.look(count, now));
        return 'patience';
      }
      if (isGone(grant.session)) return 'dead';
      const limit = count < 0 ? UNSTARTED_MS : WITHDRAW_MS;
      return now - lastProgress < limit ? 'patience' : 'overdue';
    },
    end: (grant) => placement?.end(grant.count(), performance.now()),
    start,
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
