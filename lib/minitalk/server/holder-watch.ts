// A watch over the one who has the grant: does it live, does it get on, and is it to
// share our CPU? docs/protocol.md, sections 5 and 8.
import { isGone } from '../peer/pinned.js';
import type { Grant } from './grant.js';
import { createPlacement, TRIAL_MS, type Way } from './placement.js';
import { presence } from './presence.js';

const LOOK_MS = 20;
/** How long others wait for a holder: for its start, and then for the end of its frame. */
const UNSTARTED_MS = 200;
const TURN_MS = 250;

/** 'over': where others wait, it has had its turn. */
export type Verdict = 'patience' | 'over' | 'dead';

export interface HolderWatch {
  /** A grant's data are to come in this way, after so many data signals of the frame; whether both ends are to share a CPU. */
  begin(way: Way, count: number): boolean;
  /** Looks at the holder; where it gets on, that is a sign of life, and it may be placed anew. */
  judge(grant: Grant): Verdict;
  /** The grant has ended, with so many data signals of the frame. */
  end(count: number): void;
  /** Looks every LOOK_MS from now on, as long as `look` returns true. */
  start(): void;
  stop(): void;
}

/** @param place whether holders may share a CPU with us */
export function createHolderWatch(place: boolean, look: () => boolean): HolderWatch {
  const placement = place ? createPlacement() : undefined;
  let lastCount = -1;
  let began = 0;
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
    begin(way, count) {
      lastCount = -1;
      began = performance.now();
      return placement?.begin(way, began, count) ?? false;
    },
    judge(grant) {
      const count = grant.count();
      const now = performance.now();
      if (count !== lastCount) {
        // It has its turn from the start on: who is slow to hear of it gets on, too.
        if (lastCount < 0) began = now;
        lastCount = count;
        grant.session.lastHeard = presence.now;
        if (placement !== undefined) grant.share(placement.look(count, now));
      } else if (isGone(grant.session)) {
        return 'dead';
      }
      return now - began < (count < 0 ? UNSTARTED_MS : TURN_MS) ? 'patience' : 'over';
    },
    end: (count) => placement?.end(count, performance.now()),
    start,
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
