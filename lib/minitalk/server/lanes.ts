// When a server has lanes, and how many: docs/protocol.md, section 9.
import type { NativeServer } from '../../binding/minitalk.js';
import { lookAtStatus } from '../../signals/internal/proc.js';
import { MAX_LANES } from '../wire/place.js';
import type { IncomingMessage } from './incoming.js';
import type { Session } from './session.js';

/** A frame of so many bytes is worth it: npm run bench. */
const LANES_BYTES = 100;
/** Since the last grant by lanes. */
const IDLE_MS = 10_000;

export interface LanePool {
  /** By how many lanes the message's awaited frame may come, made now if there are none; 0: by none. */
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
  let made = 0;
  let timer: NodeJS.Timeout | undefined;

  function make(wanted: number): void {
    const threads = native.startLanes(wanted);
    made = threads.length;
    if (made > 0 && !announce(threads)) {
      native.endLanes();
      made = 0;
    }
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
      if (mode === 'burst' || awaitedBytes < LANES_BYTES || !takesLanes) return 0;
      const wanted = Math.min(MAX_LANES, Math.floor(roomForSignals() / 4));
      if (wanted < 2) return 0;
      if (made === 0) make(MAX_LANES);
      if (made < 2) return 0;
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

/** How many signals may be queued to this user's processes besides those that are. */
function roomForSignals(): number {
  const status = lookAtStatus(process.pid);
  return status.is === 'seen' ? status.value.pendingLimit - status.value.pendingSignals : 0;
}
