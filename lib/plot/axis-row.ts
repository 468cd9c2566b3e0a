// The axis of time under all rows, its grid behind them, and where it is broken.
import type { PathShape, Pen } from './canvas.js';
import { pen, textWidth } from './canvas.js';
import { type Frame, labelLine } from './frame.js';
import { ticks } from './scale.js';
import { duration, moment } from './time.js';

/** px from tick to tick. */
const ROOM = 90;
/** px: a line of durations. */
const LINE = 14;
/** Where breaks are near one another, their durations stand above one another. */
const MOST_LINES = 4;
/** px around a duration. */
const AROUND = 3;
/** px: half of what a break's sign takes. */
const SIGN = 6;

/** @returns its height */
export function axisRow(
  frame: Frame,
  top: number,
  y: number,
): { height: number; behind: PathShape[] } {
  const { axis, left, right } = frame;
  const durations = durationsOf(frame);
  const above = Math.max(0, ...durations.map(({ line }) => line + 1)) * LINE;
  const at = y + above;
  const found = ticks(axis, ROOM / (frame.x(axis.to) - frame.x(axis.from)));
  const grid = pen();
  for (const { at: time } of found) {
    const x = frame.x(time);
    grid.line(x, top, x, y);
    grid.line(x, at - 4, x, at + 4);
  }
  const broken = pen();
  for (const { x, text, line } of durations) {
    for (const [from, to] of frame.crossed) breakSign(broken, x, from, to);
    const bottom = at - 8 - line * LINE;
    breakSign(broken, x, line < 0 ? at - 5 : bottom + 3, at + 5);
    if (line >= 0) frame.text(x, bottom, text, { anchor: 'middle', colour: 'quiet' });
  }
  if (durations.length > 0) frame.used.add('cut');
  frame.path({ stroke: 'quiet' }, (drawn) => drawn.line(left, at, right, at));
  const labels = found.map(({ at: time, step }) => ({
    x: frame.x(time),
    text: moment(time, step, axis.to),
    priority: 0,
  }));
  labelLine(frame, at + 17, labels);
  return {
    height: above + 26,
    behind: [
      { is: 'path', d: grid.d, stroke: 'line', opacity: 0.6 },
      { is: 'path', d: broken.d, stroke: 'quiet', opacity: 0.6 },
    ].filter(({ d }) => d !== '') as PathShape[],
  };
}

interface Duration {
  /** px: the break's middle */
  readonly x: number;
  readonly text: string;
  /** 0 is next to the axis; -1: there is no room for it. */
  readonly line: number;
}

/** How long each break is: straight above its sign on the axis, from which nothing else parts it. */
function durationsOf({ axis, width, x: placeOf }: Frame): Duration[] {
  const lines = Array.from({ length: MOST_LINES }, (): [from: number, to: number][] => []);
  const isFree = (line: number, from: number, to: number): boolean =>
    lines[line]?.every(([start, end]) => to <= start || from >= end) === true;
  return axis.breaks.map(({ from, to }) => {
    const x = (placeOf(from) + placeOf(to)) / 2;
    const text = duration(to - from);
    const half = textWidth(text) / 2 + AROUND;
    const line = lines.findIndex(
      (_, i) =>
        x + half <= width &&
        isFree(i, x - half, x + half) &&
        lines.slice(0, i).every((__, below) => isFree(below, x - SIGN, x + SIGN)),
    );
    lines[line]?.push([x - half, x + half]);
    for (let below = 0; below < line; below++) lines[below]?.push([x - SIGN, x + SIGN]);
    return { x, text, line };
  });
}

/** The sign of a break: two zigzags. */
export function breakSign(drawn: Pen, middle: number, top: number, bottom: number): void {
  for (const x of [middle - 2.5, middle + 2.5]) {
    const points: number[] = [];
    for (let y = top + 4, right = true; y < bottom; y += 4, right = !right) {
      points.push(x + (right ? 1.5 : -1.5), y);
    }
    drawn.line(x, top, ...points, x, bottom);
  }
}
