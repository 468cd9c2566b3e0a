// Where in a picture there are signals at all.
import type { Frame } from './frame.js';
import { type Columns, eachColumn, type Mark } from './model.js';

/** px */
export interface Run {
  readonly from: number;
  readonly to: number;
}

/** So much around a signal counts as its place, px. */
const NEAR = 3;

/** From left to right. */
export function occupied(
  frame: Frame,
  signals: readonly Mark[],
  summedUp: Columns | undefined,
): Run[] {
  const { axis, left, right } = frame;
  const pixels = new Uint8Array(right - left + 1);
  for (const { at } of signals) pixels[Math.round(frame.x(at)) - left] = 1;
  eachColumn(summedUp, axis.from, axis.to, (_, begin, end) => {
    pixels.fill(1, Math.round(frame.x(begin)) - left, Math.round(frame.x(end)) - left + 1);
  });
  const runs: Run[] = [];
  pixels.forEach((isThere, i) => {
    if (isThere === 0) return;
    const from = Math.max(left, left + i - NEAR);
    const to = Math.min(right, left + i + NEAR + 1);
    const last = runs[runs.length - 1];
    if (last !== undefined && from <= last.to) runs[runs.length - 1] = { from: last.from, to };
    else runs.push({ from, to });
  });
  return runs;
}
