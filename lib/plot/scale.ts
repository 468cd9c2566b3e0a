// From times to places. A long time in which nothing happens is cut: there the axis is broken, and says so.

/** A time, ns, in which nothing happens, and which takes no more room than is needed to say so. */
export interface Break {
  readonly from: number;
  readonly to: number;
}

const MOST_BREAKS = 12;
/** A pause is long that is so much of the time that is not cut. */
const LONG = 0.2;
/** And so many times what is usual between two events. */
const UNUSUAL = 20;
/** One break for so many events at most: where there are few, their distances are what is to be seen. */
const SCARCE = 6;
/** What a break takes of the whole. */
const SHARE = 0.035;

/**
 * Where to break the axis: the pauses that are long beside what is left without them.
 * @param times sorted
 */
export function findBreaks(times: Iterable<number>): Break[] {
  /** The longest ones, the longest first. */
  const pauses: Break[] = [];
  let first: number | undefined;
  let last = 0;
  let count = 0;
  for (const time of times) {
    if (first !== undefined && time > last) insert(pauses, { from: last, to: time });
    first ??= time;
    last = time;
    count++;
  }
  let rest = last - (first ?? 0);
  let found = 0;
  pauses.slice(0, Math.floor(count / SCARCE)).forEach((pause, i) => {
    const length = pause.to - pause.from;
    rest -= length;
    const usual = rest / Math.max(1, count - i - 1);
    if (length >= LONG * rest && length >= UNUSUAL * usual) found = i + 1;
  });
  return pauses.slice(0, found).sort((a, b) => a.from - b.from);
}

function insert(longest: Break[], pause: Break): void {
  const length = pause.to - pause.from;
  let at = longest.length;
  for (; at > 0; at--) {
    const before = longest[at - 1] as Break;
    if (before.to - before.from >= length) break;
  }
  if (at >= MOST_BREAKS) return;
  longest.splice(at, 0, pause);
  longest.length = Math.min(longest.length, MOST_BREAKS);
}

/** Places along the axis, 0 to 1, and back. */
export interface Axis {
  readonly from: number;
  readonly to: number;
  /** Those within it, cut to a piece in the pause's middle. */
  readonly breaks: readonly Break[];
  place(time: number): number;
  time(place: number): number;
}

/** A piece of the axis: times and places are proportional. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
  readonly isBreak: boolean;
}

export function axis(from: number, to: number, wanted: readonly Break[] = []): Axis {
  const breaks = wanted
    .map((pause) => ({ from: Math.max(from, pause.from), to: Math.min(to, pause.to) }))
    .filter((pause) => pause.to > pause.from);
  const pieces = pieceTogether(from, Math.max(to, from + 1), breaks);
  const last = pieces[pieces.length - 1] as Piece;
  const pick = (isIt: (piece: Piece) => boolean) => pieces.find(isIt) ?? last;
  return {
    from,
    to: last.to,
    breaks: pieces.filter(({ isBreak }) => isBreak),
    place(time) {
      const piece = pick((each) => time <= each.to);
      const share = (time - piece.from) / (piece.to - piece.from);
      return piece.start + share * (piece.end - piece.start);
    },
    time(place) {
      const piece = pick((each) => place <= each.end);
      const share = (place - piece.start) / (piece.end - piece.start);
      return piece.from + share * (piece.to - piece.from);
    },
  };
}

function pieceTogether(from: number, to: number, breaks: readonly Break[]): Piece[] {
  const cut = breaks.reduce((sum, pause) => sum + pause.to - pause.from, 0);
  const active = Math.max(1, to - from - cut);
  // A little of the pause stays on both sides of its break, so that what is beside it has room.
  const margin = active * 0.012;
  const inner = breaks
    .map((pause) => ({ from: pause.from + margin, to: pause.to - margin }))
    .filter((pause) => pause.to > pause.from);
  const lengths: [end: number, weight: number, isBreak: boolean][] = [];
  let at = from;
  for (const pause of inner) {
    lengths.push([pause.from, pause.from - at, false], [pause.to, active * SHARE, true]);
    at = pause.to;
  }
  lengths.push([to, Math.max(to - at, 1), false]);
  const all = lengths.reduce((sum, [, weight]) => sum + weight, 0);
  const pieces: Piece[] = [];
  let start = 0;
  let begin = from;
  for (const [end, weight, isBreak] of lengths) {
    pieces.push({ from: begin, to: end, start, end: start + weight / all, isBreak });
    start += weight / all;
    begin = end;
  }
  return pieces;
}

/** Round values from `from` to `to`, `step` apart: the least of 1, 2, 5 times a power of ten that is not below `least`. */
export function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((times) => times * power).find((step) => step >= least * 0.999999) ?? 10;
}

/** Where there is to be a tick: one in each `room` of the axis, 0 to 1, none in a break. */
export function ticks(along: Axis, room: number): { at: number; step: number }[] {
  const middle = along.place(along.from);
  const found: { at: number; step: number }[] = [];
  // What a unit of place is in time, outside of breaks.
  const pieceEnd = along.breaks[0]?.from ?? along.to;
  const perPlace = (pieceEnd - along.from) / (along.place(pieceEnd) - middle || 1);
  const step = roundStep(Math.max(1, perPlace * room));
  let lastPlace = -1;
  const starts = [along.from, ...along.breaks.map((pause) => pause.to)];
  const ends = [...along.breaks.map((pause) => pause.from), along.to];
  starts.forEach((start, i) => {
    const end = ends[i] as number;
    let at = Math.ceil(start / step) * step;
    // A short piece has one all the same, where there is room.
    if (at > end) at = start;
    for (; at <= end; at += step) {
      const place = along.place(at);
      if (place - lastPlace < room * 0.9) continue;
      found.push({ at, step });
      lastPlace = place;
    }
  });
  return found;
}
