// Whether both ends share a CPU while a frame is sent: docs/protocol.md, section 8.
// Which is faster depends on the machine and on what else runs there, so the other
// way is tried for a moment now and then, and kept where it is.
import type { Mode } from '../wire/word.js';

/** How long the other way is tried, ms. */
export const TRIAL_MS = 4;
/** Sending between two trials, ms: doubled from the first to the last. */
const FIRST_INTERVAL_MS = 200;
const LAST_INTERVAL_MS = 12_800;
/** So much faster it has to be, on one CPU and apart. */
const GAIN = { together: 1.1, apart: 1.1 };
/** Lanes apart from their client take half as much CPU time again. */
const GAIN_BY_LANES = { together: 0.75, apart: 1.5 };
/** What is known is the mean of about so long, ms: a moment's rate has a frame's end in it, or a pause of the client. */
const MEAN_MS = 100;
/** So much slower than it once was: something has changed. */
const LOSS = 0.5;

/** What is known about one way. Rates are data signals taken in a ms. */
interface Knowledge {
  readonly gain: typeof GAIN;
  shares: boolean;
  rate: number;
  best: number;
  /** Sending since the last trial, ms. */
  since: number;
  interval: number;
}

/** How data come: what is known of one way says nothing of another. */
export interface Way {
  readonly mode: Mode;
  readonly byLanes: boolean;
}

export interface Placement {
  /** A frame begins in this way, or goes on after `count` data signals; whether both ends are to share a CPU. */
  begin(way: Way, now: number, count?: number): boolean;
  /** After `count` data signals of the frame, at `now` in ms: whether they are to share one from now on. */
  look(count: number, now: number): boolean;
  /** The frame has ended, after `count` data signals. */
  end(count: number, now: number): void;
  /** The other way is being tried: look again in TRIAL_MS. */
  readonly isTrying: boolean;
}

export function createPlacement(): Placement {
  const known = new Map<string, Knowledge>();
  let present = newKnowledge();
  let isTrying = false;
  let lastCount = 0;
  let lastTime = 0;

  function measure(count: number, now: number): void {
    const ms = now - lastTime;
    const rate = (count - lastCount) / ms;
    // Without progress it is the client that rests.
    if (ms <= 0 || rate <= 0) return;
    if (isTrying) conclude(rate);
    else note(rate, ms);
  }

  function conclude(rate: number): void {
    isTrying = false;
    present.since = 0;
    present.interval = Math.min(2 * present.interval, LAST_INTERVAL_MS);
    const { together, apart } = present.gain;
    if (rate < (present.shares ? apart : together) * present.rate) return;
    present.shares = !present.shares;
    present.rate = rate;
    present.best = rate;
  }

  function note(rate: number, ms: number): void {
    const weight = present.rate === 0 ? 1 : Math.min(1, ms / MEAN_MS);
    present.rate += weight * (rate - present.rate);
    present.best = Math.max(present.best, present.rate);
    present.since += ms;
    if (present.rate < LOSS * present.best) {
      present.interval = FIRST_INTERVAL_MS;
      present.best = present.rate;
    }
    isTrying = present.since >= present.interval;
  }

  return {
    begin(way, now, count = 0) {
      const name = `${way.mode} ${way.byLanes}`;
      present = known.get(name) ?? newKnowledge(way.byLanes ? GAIN_BY_LANES : GAIN);
      known.set(name, present);
      isTrying = false;
      lastCount = count;
      lastTime = now;
      return present.shares;
    },
    look(count, now) {
      measure(count, now);
      lastCount = count;
      lastTime = now;
      return present.shares !== isTrying;
    },
    end(count, now) {
      if (now - lastTime >= TRIAL_MS) measure(count, now);
      isTrying = false;
    },
    get isTrying() {
      return isTrying;
    },
  };
}

function newKnowledge(gain = GAIN): Knowledge {
  return { gain, shares: true, rate: 0, best: 0, since: 0, interval: FIRST_INTERVAL_MS };
}
