// The axis of time under all rows, its grid behind them, and where it is broken.
import type { PathShape } from './canvas.js';
import { pen } from './canvas.js';
import { type Frame, labelLine } from './frame.js';
import { ticks } from './scale.js';
import { duration, moment } from './time.js';

/** px from tick to tick. */
const ROOM = 90;

/** @returns its height, and what lies behind the rows from `top` on */
export function axisRow(
  frame: Frame,
  top: number,
  y: number,
): { height: number; behind: PathShape[] } {
  const { axis, left, right } = frame;
  const found = ticks(axis, ROOM / (right - left));
  const grid = pen();
  for (const { at } of found) grid.line(frame.x(at), top, frame.x(at), y + 4);
  const broken = pen();
  for (const { from, to } of axis.breaks) {
    const middle = (frame.x(from) + frame.x(to)) / 2;
    for (const x of [middle - 2.5, middle + 2.5]) zigzag(broken, x, top, y);
  }
  frame.path({ stroke: 'quiet' }, (drawn) => drawn.line(left, y, right, y));
  const labels = found.map(({ at, step }) => ({
    x: frame.x(at),
    text: moment(at, step, axis.to),
    priority: 0,
  }));
  labelLine(frame, y + 17, labels);
  const breaks = axis.breaks.map(({ from, to }) => ({
    x: (frame.x(from) + frame.x(to)) / 2,
    text: `⋯ ${duration(to - from)}`,
    priority: 0,
  }));
  labelLine(frame, y + 32, breaks);
  return {
    height: breaks.length > 0 ? 42 : 26,
    behind: [
      { is: 'path', d: grid.d, stroke: 'line', opacity: 0.6 },
      { is: 'path', d: broken.d, stroke: 'quiet', opacity: 0.6 },
    ].filter(({ d }) => d !== '') as PathShape[],
  };
}

function zigzag(drawn: { add(d: string): void }, x: number, top: number, bottom: number): void {
  let d = `M${Math.round(x * 10) / 10} ${top}`;
  for (let y = top, right = true; y + 8 <= bottom; y += 8, right = !right) {
    d += `l${right ? 3 : -3} 8`;
  }
  drawn.add(d);
}
