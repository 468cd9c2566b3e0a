// To which CPU a client calls its server's lanes: docs/protocol.md, section 9.
import { binding } from '../../binding/minitalk.js';
import { monotonicMs } from '../../signals/internal/clock.js';

/** So long after the last frame lanes are thought to be where they were, ms. */
const STAY_MS = 1000;
/** With fewer rounds it costs more to move the lanes than their frame takes. */
const FEW_ROUNDS = 8;

/** For a frame of so many data signals; -1: none. */
export type LanesCpu = (signals: number, lanes: number) => number;

export function createLanesCpu(): LanesCpu {
  let cpu = -1;
  let named = -Infinity;
  return (signals, lanes) => {
    const now = monotonicMs();
    const stays = signals <= FEW_ROUNDS * lanes && now - named < STAY_MS;
    if (!stays || cpu < 0) cpu = binding.holdableCpu();
    named = now;
    return cpu;
  };
}
