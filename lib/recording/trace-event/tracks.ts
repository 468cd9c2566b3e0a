// The threads of a trace, and the moments of the slices on each: no two may overlap.
import type { ReadEvent, RecordedProcess } from '../read.js';

/** ns: as long as a slice is, where nothing else comes before its end. */
const LONGEST = 1000;
/** No thread has these numbers: it would be beyond PID_MAX_LIMIT. */
const FIRST_OWN = 5_000_000;

export interface Track {
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
}

export interface Tracks {
  /** The one that an event is on. */
  of(event: ReadEvent): Track;
  all(): readonly Track[];
}

export function newTracks(): Tracks {
  const tracks = new Map<RecordedProcess['pid'], Map<string | number, Track>>();
  let own = FIRST_OWN;

  function track({ pid }: RecordedProcess, key: string | number): Track {
    const ofProcess = tracks.get(pid) ?? new Map<string | number, Track>();
    tracks.set(pid, ofProcess);
    let is = ofProcess.get(key);
    if (is === undefined) {
      const name = typeof key === 'string' ? key : `thread ${key}`;
      if (typeof key === 'string') own += 1;
      is = { pid, tid: typeof key === 'string' ? own : key, name };
      ofProcess.set(key, is);
    }
    return is;
  }

  return {
    of(event) {
      if (!('way' in event)) return track(event.process, 'event loop');
      // Which thread has sent it is not told.
      if (event.way === 'out') return track(event.process, 'sent');
      return track(event.process, event.thread ?? event.process.pid);
    },
    all: () => [...tracks.values()].flatMap((ofProcess) => [...ofProcess.values()]),
  };
}

export interface Slice<Of> {
  readonly of: Of;
  readonly track: Track;
  readonly from: number;
  readonly duration: number;
}

export interface Slices<Of> {
  /** @returns the moment that it has, and the slice before it on its track, whose end is known now */
  begin(of: Of, track: Track, t: number): { from: number; ended: Slice<Of> | undefined };
  /** Each track's last one. */
  last(): Slice<Of>[];
}

/** To be called in the order of time. */
export function newSlices<Of>(): Slices<Of> {
  const last = new Map<Track, { of: Of; from: number }>();
  return {
    begin(of, track, t) {
      const before = last.get(track);
      const from = before === undefined ? t : Math.max(t, before.from + 1);
      last.set(track, { of, from });
      const ended = before && {
        ...before,
        track,
        duration: Math.min(LONGEST, from - before.from),
      };
      return { from, ended };
    },
    last: () => [...last].map(([track, slice]) => ({ ...slice, track, duration: LONGEST })),
  };
}
