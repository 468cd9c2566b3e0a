// The arrows of a trace: from where a signal was sent to where it was handled, and from a frame's last data to the
// event loop that takes it.
import type { BitEvent, FrameEvent, WordEvent } from '../format.js';
import type { ReadSignal } from '../pairs.js';
import type { ReadEvent } from '../read.js';
import type { Track } from './tracks.js';

/** The beginning of a slice. */
export interface Spot {
  readonly track: Track;
  readonly t: number;
}

export interface Arrow {
  readonly name: 'signal' | 'frame';
  readonly from: Spot;
  readonly to: Spot;
}

export interface Arrows {
  /** The arrow that ends there, if one does. */
  at(event: ReadEvent, spot: Spot): Arrow | undefined;
}

/** To be called in the order of time. @param pairs for each that was captured, the one that was sent */
export function newArrows(pairs: ReadonlyMap<ReadSignal, ReadSignal>): Arrows {
  const wanted = new Set<ReadEvent>(pairs.values());
  const sent = new Map<ReadEvent, Spot>();
  /** By frame. */
  const lastData = new Map<string, Spot>();

  function arrow(name: Arrow['name'], from: Spot | undefined, to: Spot): Arrow | undefined {
    return from !== undefined && from.t <= to.t ? { name, from, to } : undefined;
  }

  return {
    at(event, spot) {
      if (event.is === 'frame') {
        const key = keyOf(event);
        const from = lastData.get(key);
        lastData.delete(key);
        return arrow('frame', from, spot);
      }
      if (!('way' in event)) return undefined;
      if (event.way === 'out') {
        if (wanted.has(event)) sent.set(event, spot);
        return undefined;
      }
      if ((event.is === 'bit' || event.is === 'word') && !event.spare) {
        lastData.set(keyOf(event), spot);
      }
      const other = pairs.get(event);
      return other && arrow('signal', sent.get(other), spot);
    },
  };
}

function keyOf(event: ReadEvent & (BitEvent | WordEvent | FrameEvent)): string {
  const { process, pid, session, message, frame } = event;
  return [process.pid, pid, session, message, frame].join();
}
