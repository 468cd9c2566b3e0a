// When a server has lanes, and how many: docs/protocol.md, section 9.
import type { NativeServer } from '../../binding/minitalk.js';
import { monotonicMs } from '../../signals/internal/clock.js';
import { lookAtStatus } from '../../signals/internal/proc.js';
import { MAX_LANES } from '../wire/place.js';
import type { Mode } from '../wire/word.js';
import type { IncomingMessage } from './incoming.js';
import type { Session } from './session.js';

/** So many bytes must come before their end for lanes to be worth their making: npm run bench. */
const WORTH_BYTES = 100;
/** Of a frame with fewer rounds the start, where it is a round too, would be a large part. */
const MIN_ROUNDS = 6;
const MIN_LANES = 8;
/** Since the last grant by lanes. */
const IDLE_MS = 10_000;
/** So long one look at the signal queue counts. */
const LOOK_MS = 50;

export interface LanePool {
  /** By how many lanes the message's awaited frame may come, made now if they are worth it; 0: by none. */
  count(session: Session, message: IncomingMessage): number;
  /** A grant by lanes has ended: they end, too, unless there is another one soon. */
  rest(): void;
  /** Ends them. No grant may name them. */
  end(): void;
}

/** @param announce tells clients the thread ids; false where that can't be done now */
export function createLanePool(
  native: NativeServer,
  announce: (threads: readonly number[]) => boolean,
): LanePool {
  const room = createRoom();
  let made = 0;
  /** As many as the system gives; tried again after a rest. */
  let most = MAX_LANES;
  /** Bytes that were granted since nothing was for IDLE_MS, and when the last were. */
  let bytes = 0;
  let granted = -Infinity;
  let timer: NodeJS.Timeout | undefined;

  function make(): void {
    const threads = native.startLanes(MAX_LANES);
    if (threads.length < MAX_LANES) most = threads.length; // the system gives no more
    if (threads.length === made) return;
    made = threads.length;
    if (made >= MIN_LANES && announce(threads)) return;
    most = 0;
    made = 0;
    native.endLanes();
  }

  function note(coming: number): void {
    const now = monotonicMs();
    if (now - granted >= IDLE_MS) {
      bytes = 0;
      most = MAX_LANES;
    }
    bytes += coming;
    granted = now;
  }

  function end(): void {
    clearTimeout(timer);
    timer = undefined;
    if (made === 0) return;
    made = 0;
    native.endLanes();
    announce([]);
  }

  return {
    count({ takesLanes }, { mode, awaitedBytes }) {
      const rounds = native.areLanesSettled() ? 1 : MIN_ROUNDS;
      const wanted = Math.min(lanesFor(mode, awaitedBytes, rounds), room());
      if (wanted < MIN_LANES || !takesLanes) return 0;
      note(awaitedBytes);
      if (made < Math.min(wanted, most) && bytes >= WORTH_BYTES) make();
      if (made === 0) return 0;
      clearTimeout(timer);
      timer = undefined;
      return Math.min(made, wanted);
    },
    rest() {
      clearTimeout(timer);
      timer = setTimeout(end, IDLE_MS).unref();
    },
    end,
  };
}

/** As many as a frame of so many bytes is worth, if it is to have so many rounds at least. */
function lanesFor(mode: Mode, bytes: number, rounds: number): number {
  if (mode === 'burst') return 0;
  const signals = mode === 'bit' ? 8 * bytes : bytes / 24;
  const lanes = Math.floor(signals / rounds);
  return lanes < MIN_LANES ? 0 : Math.min(lanes, MAX_LANES);
}

/** For how many lanes there is room: each may have a signal pending, and others need some, too. */
function createRoom(): () => number {
  let looked = -Infinity;
  let room = 0;
  return () => {
    const now = monotonicMs();
    if (now - looked < LOOK_MS) return room;
    looked = now;
    const status = lookAtStatus(process.pid);
    const free = status.is === 'seen' ? status.value.pendingLimit - status.value.pendingSignals : 0;
    room = Math.floor(free / 4);
    return room;
  };
}
