// Signals that are no part of a conversation: a row for each sender.
import type { Pen } from './canvas.js';
import type { Colour } from './colours.js';
import { type Explained, type Frame, fitting, type Label, labelLine, paragraph } from './frame.js';
import type { Stranger } from './model.js';
import { counted, grouped } from './text.js';

/** px, under the heading: the line that the marks stand on, and where the row ends. */
const LINE = 21;
const HEIGHT = 31;
/** Signals of one sender. */
const MOST_NAMED = 4;
const fates = ['other', 'late', 'stray', 'unrecorded'] as const;

const looks: Record<Stranger['fate'], [colour: Colour, explained: Explained]> = {
  stray: ['stray', 'stray'],
  late: ['again', 'late'],
  other: ['data', 'other'],
  unrecorded: ['lost', 'lost'],
};

/** @returns its height */
export function strangers(frame: Frame, own: readonly Stranger[], y: number): number {
  const groups = fates.map((fate) => ({
    fate,
    clusters: clusters(
      frame,
      own.filter((each) => each.fate === fate),
    ),
  }));
  const labels = labelsOf(
    own,
    groups.flatMap((each) => each.clusters),
  );
  const shown = fitting(frame, labels);
  const title = titleOf(own, shown.length < labels.length);
  const at = y + paragraph(frame, y, title, ' ', { isBold: true, size: 13 });
  labelLine(frame, at + 9, shown);
  const line = at + LINE;
  frame.path({ stroke: 'quiet', opacity: 0.6 }, (pen) => {
    pen.line(frame.left, line, frame.right, line);
  });
  frame.crossed.push([line - 8, line + 4]);
  for (const { fate, clusters: found } of groups) {
    const [colour, explained] = looks[fate];
    if (found.length > 0 && fate !== 'unrecorded') frame.used.add(explained);
    const draw = (pen: Pen): void => {
      for (const { x } of found) mark(pen, fate, x, line - 6);
    };
    if (fate === 'late') frame.path({ stroke: colour, width: 1.5 }, draw);
    else frame.path({ fill: colour }, draw);
  }
  return at + HEIGHT - y;
}

function labelsOf(own: readonly Stranger[], found: readonly Cluster[]): Label[] {
  // A name that is rare is told first.
  const often = new Map<string, number>();
  for (const { signal } of own) often.set(signal, (often.get(signal) ?? 0) + 1);
  return found
    .filter(({ signal }) => signal !== '')
    .map(({ x, signal, count }) =>
      count === 1
        ? { x, text: signal, priority: often.get(signal) ?? 0 }
        : { x, text: `${grouped(count)} × ${signal}`, priority: 0 },
    );
}

/** In parts that a line may end between. @param hasTotals where not each has a label */
function titleOf(own: readonly Stranger[], hasTotals: boolean): string[] {
  const pid = own[0]?.pid ?? 0;
  const count = own.reduce((sum, each) => sum + each.count, 0);
  if (own.every(({ fate }) => fate === 'unrecorded')) {
    return [`pid ${pid}: ${counted(count, 'signal')} came too fast to be recorded`];
  }
  const who = pid === 0 ? 'sender not told' : `pid ${pid}`;
  const isStrange = own.some(({ fate }) => fate === 'stray' || fate === 'late');
  const title = `${who} · ${counted(count, 'signal')}${isStrange ? ' of no conversation' : ''}`;
  return hasTotals ? [`${title}:`, ...totals(own)] : [title];
}

/** `60 SIGUSR1,`, `53 SIGUSR2`: the most first. */
function totals(own: readonly Stranger[]): string[] {
  const counts = new Map<string, number>();
  for (const { signal, count } of own) counts.set(signal, (counts.get(signal) ?? 0) + count);
  const all = [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
  const named = all.slice(0, all.length > MOST_NAMED ? MOST_NAMED - 1 : MOST_NAMED);
  const rest = all.slice(named.length).reduce((sum, [, count]) => sum + count, 0);
  const parts = named.map(([signal, count]) => `${grouped(count)} ${signal}`);
  if (rest > 0) parts.push(`${grouped(rest)} others`);
  return parts.map((part, i) => (i < parts.length - 1 ? `${part},` : part));
}

function mark(pen: Pen, fate: Stranger['fate'], x: number, y: number): void {
  if (fate === 'other') pen.circle(x, y + 2, 3.5);
  else pen.add(`M${Math.round(x * 10) / 10} ${y + 6}l-4.5 -8h9z`);
}

interface Cluster {
  readonly x: number;
  readonly signal: string;
  count: number;
}

/** What is too near to be told apart is one. */
function clusters(frame: Frame, own: readonly Stranger[]): Cluster[] {
  const found: Cluster[] = [];
  for (const { at, signal, count } of own) {
    const x = frame.x(at);
    const last = found.findLast((each) => each.signal === signal);
    if (last !== undefined && x - last.x < 9) last.count += count;
    else found.push({ x, signal, count });
  }
  return found;
}
