// Which time of a recording has to be drawn for its signals to be seen one by one.
import type { Times } from './choose.js';
import { beginOf, type Mark, type Model } from './model.js';
import { MOST_MARKS } from './reduce.js';
import { argument } from './time.js';

/** As --from and --to take it. */
export interface Part {
  readonly from: string;
  readonly to: string;
}

/** So many signals, or the next of these that there is room for. */
const COUNTS = [100, 80, 60, 40, 30, 20, 15, 10, 7, 5, 3, 2, 1];
/** What lies across a part's ends is in it, too. */
const SPARE = 0.9;

/** From the first that was lost on, or from the first data. @param marks some of which are summed up */
export function partWithRoom(
  marks: readonly Mark[],
  hasRoom: (times: Times) => boolean,
): Part | undefined {
  const lost = marks.findIndex(({ fate }) => fate === 'lost');
  const first = lost >= 0 ? lost : marks.findIndex(({ is }) => is === 'data');
  for (const count of COUNTS) {
    const own = marks.slice(first, first + count);
    const [begin] = own;
    if (begin === undefined) return undefined;
    const to = own.reduce((last, { at }) => Math.max(last, at), 0);
    const { part, times } = rounded(beginOf(begin), to);
    if (hasRoom(times)) return part;
  }
  return undefined;
}

/** What a page has room for, from the first signal between `from` and `to` on, where `model` is summed up. */
export function partWithEach(
  { conversations }: Pick<Model, 'conversations'>,
  from: number,
  to: number,
): Part {
  const all = conversations.flatMap(({ columns }) => columns ?? []);
  const [columns] = all;
  if (columns === undefined) return rounded(from, to).part;
  const most = MOST_MARKS * SPARE;
  const width = (columns.to - columns.from) / columns.all.length;
  const at = (time: number) => Math.floor((time - columns.from) / width);
  let begin: number | undefined;
  let sum = 0;
  for (let i = Math.max(0, at(from)); i <= Math.min(columns.all.length - 1, at(to)); i++) {
    const count = all.reduce((total, each) => total + (each.all[i] ?? 0), 0);
    const start = columns.from + i * width;
    if (count > 0) begin ??= Math.max(from, start);
    sum += count;
    if (sum <= most) continue;
    const end = sum === count ? start + (width * most) / count : start;
    return rounded(Math.min(begin ?? from, start), end).part;
  }
  return rounded(begin ?? from, to).part;
}

function rounded(from: number, to: number): { part: Part; times: Times } {
  const step = Math.max(1, 10 ** Math.floor(Math.log10(Math.max(1, to - from)) - 2));
  const times = { from: Math.floor(from / step) * step, to: Math.ceil(to / step) * step };
  return { part: { from: argument(times.from, step), to: argument(times.to, step) }, times };
}
