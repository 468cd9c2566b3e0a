// Signals that are no part of a conversation: a row for each sender.
import type { Pen } from './canvas.js';
import type { Colour } from './colours.js';
import { type Explained, type Frame, type Label, labelLine } from './frame.js';
import type { Stranger } from './model.js';
import { counted, grouped } from './text.js';

const MARKS = 30;
const HEIGHT = 46;

const looks: Record<Stranger['fate'], [colour: Colour, explained: Explained]> = {
  stray: ['stray', 'stray'],
  late: ['again', 'late'],
  other: ['data', 'other'],
  unrecorded: ['lost', 'lost'],
};

/** @returns its height */
export function strangers(frame: Frame, own: readonly Stranger[], y: number): number {
  const pid = own[0]?.pid ?? 0;
  const count = own.reduce((sum, each) => sum + each.count, 0);
  frame.text(16, y + 13, titleOf(own, pid, count), { isBold: true, size: 13 });
  frame.path({ stroke: 'quiet', opacity: 0.6 }, (pen) => {
    pen.line(frame.left, y + MARKS + 6, frame.right, y + MARKS + 6);
  });
  frame.crossed.push([y + MARKS - 2, y + MARKS + 10]);
  const labels: Label[] = [];
  // A name that is rare is told first.
  const often = new Map<string, number>();
  for (const { signal } of own) often.set(signal, (often.get(signal) ?? 0) + 1);
  for (const fate of ['other', 'late', 'stray', 'unrecorded'] as const) {
    const groups = clusters(
      frame,
      own.filter((each) => each.fate === fate),
    );
    const [colour, explained] = looks[fate];
    if (groups.length > 0 && fate !== 'unrecorded') frame.used.add(explained);
    const draw = (pen: Pen): void => {
      for (const { x } of groups) mark(pen, fate, x, y + MARKS);
    };
    if (fate === 'late') frame.path({ stroke: colour, width: 1.5 }, draw);
    else frame.path({ fill: colour }, draw);
    for (const { x, signal, count: many } of groups) {
      const text = many === 1 ? signal : `${grouped(many)} × ${signal}`;
      labels.push({ x, text: text.trim(), priority: many > 1 ? 0 : (often.get(signal) ?? 0) });
    }
  }
  labelLine(
    frame,
    y + 24,
    labels.filter(({ text }) => text !== ''),
  );
  return HEIGHT;
}

function titleOf(own: readonly Stranger[], pid: number, count: number): string {
  if (own.every(({ fate }) => fate === 'unrecorded')) {
    return `pid ${pid}: ${counted(count, 'signal')} came too fast to be recorded`;
  }
  const who = pid === 0 ? 'sender not told' : `pid ${pid}`;
  const isStrange = own.some(({ fate }) => fate === 'stray' || fate === 'late');
  return `${who} · ${counted(count, 'signal')}${isStrange ? ' of no conversation' : ''}`;
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
