// Where there is no room for each signal: how many there are, pixel by pixel.
import { type Frame, rowName } from './frame.js';
import { type Columns, eachColumn, type Mark } from './model.js';
import { grouped } from './text.js';

const HEIGHT = 40;
const COLUMN = 2;

/** @returns its height */
export function density(
  frame: Frame,
  marks: readonly Mark[],
  columns: Columns | undefined,
  y: number,
): number {
  const counts = new Array<number>(Math.ceil((frame.right - frame.left) / COLUMN)).fill(0);
  const add = (time: number, count: number): void => {
    const index = Math.min(counts.length - 1, Math.floor((frame.x(time) - frame.left) / COLUMN));
    counts[index] = (counts[index] as number) + count;
  };
  let words = 0;
  let all = 0;
  // Those that are summed up are in the columns.
  for (const { is, at, one } of columns === undefined ? marks : []) {
    if (is !== 'data') continue;
    add(at, 1);
    all++;
    if (one === undefined) words++;
  }
  eachColumn(columns, frame.axis.from, frame.axis.to, (count, _begin, _end, ofWords) => {
    all += count;
    words += ofWords;
  });
  spread(frame, columns, counts);
  const most = counts.reduce((a, b) => Math.max(a, b), 1);
  frame.crossed.push([y, y + HEIGHT]);
  rowName(frame, y + HEIGHT, words === 0 ? 'bits' : words === all ? 'words' : 'data');
  frame.path({ fill: 'data', opacity: 0.8 }, (pen) => {
    counts.forEach((count, i) => {
      if (count === 0) return;
      const height = Math.max(1, (count / most) * (HEIGHT - 4));
      pen.rect(frame.left + i * COLUMN, y + HEIGHT - height, COLUMN, height);
    });
  });
  frame.path({ stroke: 'line' }, (pen) =>
    pen.line(frame.left, y + HEIGHT, frame.right, y + HEIGHT),
  );
  rowName(frame, y + 10, rate(most, frame));
  if (counts.some((count) => count > 0)) frame.used.add('density');
  return HEIGHT + 8;
}

/** `84/ms`: so many of the highest column. */
function rate(most: number, { axis, x }: Frame): string {
  // What a column is in time, outside of breaks.
  const end = axis.breaks[0]?.from ?? axis.to;
  const ms = ((end - axis.from) / 1e6 / (x(end) - x(axis.from))) * COLUMN;
  const perMs = most / ms;
  return perMs >= 1 ? `${grouped(Math.round(perMs))}/ms` : `${grouped(Math.round(perMs * 1000))}/s`;
}

/** Each of `columns` is shared out among those that it lies in. */
function spread(frame: Frame, columns: Columns | undefined, counts: number[]): void {
  const placeOf = (time: number) => (frame.x(time) - frame.left) / COLUMN;
  eachColumn(columns, frame.axis.from, frame.axis.to, (count, begin, end) => {
    const left = placeOf(begin);
    const right = Math.max(left + 0.01, placeOf(end));
    for (let at = Math.floor(left); at < Math.min(counts.length, right); at++) {
      const share = (Math.min(right, at + 1) - Math.max(left, at)) / (right - left);
      counts[at] = (counts[at] as number) + count * share;
    }
  });
}
