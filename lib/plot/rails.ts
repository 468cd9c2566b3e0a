// The client's time and the server's, one line each, and between them each signal: from when it was sent to when it was
// handled. What is pending meanwhile lies on the receiver's line.

import type { Pen } from './canvas.js';
import type { Colour } from './colours.js';
import { type Explained, type Frame, type Label, labelLine, rowName } from './frame.js';
import type { Columns, Fate, Kind, Mark } from './model.js';
import { occupied, type Run } from './occupied.js';
import { grouped } from './text.js';

const HEIGHT = 88;
const CLIENT = 18;
const SERVER = 70;
const LABELS = [12, 84] as const;
/** Arrows, of those that have any; beyond it nobody sees one arrow. */
const MOST_A_PIXEL = 0.5;
/** px for each data signal and each ACK that is to have its label; control words have theirs before. */
const LABEL_ROOM = 70;

interface Style {
  readonly colour: Colour;
  readonly explained: Explained;
  readonly dash?: string;
}

const byKind: Record<Kind, Style> = {
  data: { colour: 'data', explained: 'data' },
  ack: { colour: 'reply', explained: 'ack' },
  question: { colour: 'question', explained: 'question', dash: '3 2' },
  answer: { colour: 'question', explained: 'question', dash: '3 2' },
  control: { colour: 'quiet', explained: 'control' },
  event: { colour: 'quiet', explained: 'control' },
};
const byFate: Partial<Record<Fate, Style>> = {
  lost: { colour: 'lost', explained: 'lost' },
  failed: { colour: 'lost', explained: 'failed' },
  again: { colour: 'again', explained: 'again', dash: '6 2' },
  spare: { colour: 'again', explained: 'spare', dash: '2 2' },
};

interface Arrow {
  readonly mark: Mark;
  readonly from: number;
  readonly to: number;
  readonly fromY: number;
  readonly toY: number;
}

/** @returns its height */
export function rails(
  frame: Frame,
  marks: readonly Mark[],
  summedUp: Columns | undefined,
  y: number,
): number {
  for (const [name, at] of [
    ['client', y + CLIENT],
    ['server', y + SERVER],
  ] as const) {
    rowName(frame, at + 4, name);
    frame.path({ stroke: 'quiet', opacity: 0.6 }, (pen) =>
      pen.line(frame.left, at, frame.right, at),
    );
  }
  frame.crossed.push([y + CLIENT - 2, y + SERVER + 2]);
  const signals = marks.filter(({ is }) => is !== 'event');
  const isDense = isBanded(frame, marks, summedUp);
  const arrows = (isDense ? thinned(frame, signals) : signals).map((mark) =>
    arrowOf(frame, mark, y),
  );
  pendingBars(frame, signals, y);
  if (isDense) traffic(frame, occupied(frame, signals.filter(isPlain), summedUp), y);
  const plot = frame.right - frame.left;
  const hasHeads = arrows.length < plot / 5;
  for (const [style, own] of byStyle(arrows)) {
    frame.used.add(style.explained);
    const { colour: stroke, dash } = style;
    const width = style.explained === 'control' || style.explained === 'question' ? 1 : 1.4;
    frame.path({ stroke, width, ...(dash !== undefined && { dash }) }, (pen) => {
      for (const arrow of own) shaft(pen, arrow);
    });
    frame.path({ stroke, width: 1.4 }, (pen) => {
      for (const arrow of own) head(pen, arrow, hasHeads);
    });
  }
  const [above, below] = labelsOf(
    arrows,
    marks.filter(({ is }) => is === 'event'),
    frame,
  );
  labelLine(frame, y + LABELS[0], above);
  labelLine(frame, y + LABELS[1], below);
  return HEIGHT;
}

/** Whether its arrows have no room to be told apart. */
export function isBanded(
  frame: Frame,
  marks: readonly Mark[],
  summedUp: Columns | undefined,
): boolean {
  if (summedUp !== undefined) return true;
  const signals = marks.filter(({ is }) => is !== 'event');
  const runs = occupied(frame, signals, undefined);
  const pixels = runs.reduce((sum, { from, to }) => sum + to - from, 0);
  return signals.length > MOST_A_PIXEL * pixels;
}

function arrowOf(frame: Frame, mark: Mark, y: number): Arrow {
  const isClients = mark.from === 'client';
  return {
    mark,
    from: frame.x(mark.sent ?? mark.at),
    to: frame.x(mark.at),
    fromY: y + (isClients ? CLIENT : SERVER),
    toY: y + (isClients ? SERVER : CLIENT),
  };
}

function byStyle(arrows: readonly Arrow[]): Map<Style, Arrow[]> {
  const found = new Map<Style, Arrow[]>();
  for (const arrow of arrows) {
    const style = byFate[arrow.mark.fate] ?? byKind[arrow.mark.is];
    const own = found.get(style);
    if (own === undefined) found.set(style, [arrow]);
    else own.push(arrow);
  }
  return found;
}

function shaft(pen: Pen, { mark, from, to, fromY, toY }: Arrow): void {
  if (mark.fate === 'failed') return;
  const share = mark.fate === 'lost' ? 0.6 : 1;
  pen.line(from, fromY, from + (to - from) * share, fromY + (toY - fromY) * share);
}

/** A head where it arrives; a cross where it does not. */
function head(pen: Pen, { mark, from, to, fromY, toY }: Arrow, hasHeads: boolean): void {
  const down = Math.sign(toY - fromY);
  if (mark.fate === 'lost') pen.cross(from, fromY + (toY - fromY) * 0.6, 4);
  if (mark.fate === 'failed') pen.cross(from, fromY + 7 * down, 4);
  if (mark.fate === 'spare') pen.circle(to, toY - 4 * down, 3);
  const arrives = mark.fate === 'taken' || mark.fate === 'again';
  if (!hasHeads || !arrives) return;
  const length = Math.hypot(to - from, toY - fromY);
  const [along, across] = [(to - from) / length, (toY - fromY) / length];
  const [long, wide] = [6, 3];
  pen.line(
    to - long * along - wide * across,
    toY - long * across + wide * along,
    to,
    toY,
    to - long * along + wide * across,
    toY - long * across - wide * along,
  );
}

/** The receiver's slot is taken from when the signal was sent to when it was handled. */
function pendingBars(frame: Frame, signals: readonly Mark[], y: number): void {
  frame.path({ fill: 'pending', opacity: 0.85 }, (pen) => {
    for (const from of ['client', 'server'] as const) {
      const at = y + (from === 'client' ? SERVER : CLIENT);
      let end = -1;
      for (const { sent, at: handled, fate, ...mark } of signals) {
        if (mark.from !== from || sent === undefined || fate === 'lost') continue;
        const left = Math.max(end, frame.x(sent));
        const right = frame.x(handled);
        if (right - left < 0.7) continue;
        pen.rect(left, from === 'client' ? at + 1 : at - 4, right - left, 3);
        frame.used.add('pending');
        end = right;
      }
    }
  });
}

/** Where there are too many for arrows: where there are any. */
function traffic(frame: Frame, runs: readonly Run[], y: number): void {
  if (runs.length > 0) frame.used.add('band');
  frame.path({ fill: 'data', opacity: 0.22 }, (pen) => {
    for (const { from, to } of runs) pen.rect(from, y + CLIENT, to - from, SERVER - CLIENT);
  });
}

/** Nobody misses one of many. */
function isPlain({ is, fate }: Mark): boolean {
  return fate === 'taken' && (is === 'data' || is === 'ack' || is === 'answer');
}

/** Those that matter one by one, and of those in one place one. */
function thinned(frame: Frame, signals: readonly Mark[]): Mark[] {
  const TOGETHER = 14;
  const kept: Mark[] = [];
  /** Of each kind, the last one that is kept. */
  const last = new Map<string, { x: number; index: number }>();
  for (const mark of signals) {
    if (isPlain(mark)) continue;
    const kind = `${mark.fate} ${mark.is} ${mark.from}`;
    const x = frame.x(mark.sent ?? mark.at);
    const before = last.get(kind);
    if (before !== undefined && x - before.x < TOGETHER) {
      const same = kept[before.index] as Mark;
      kept[before.index] = { ...same, many: (same.many ?? 1) + (mark.many ?? 1) };
      continue;
    }
    last.set(kind, { x, index: kept.length });
    kept.push(mark);
  }
  return kept;
}

function textOf({ is, fate, label, many = 1 }: Mark): string {
  if (many > 1 && is !== 'control') {
    return `${grouped(many)} ${fate === 'taken' ? 'QUERIES' : wordOf(fate)}`;
  }
  if (fate === 'taken') return label;
  // Short, so that what follows has room: of a bit its level tells the rest.
  const [name = ''] = label.replace(/^SIG/, '').split(': ');
  return `${name} ${wordOf(fate)}`;
}

function wordOf(fate: Fate): string {
  return fate === 'spare' ? 'not counted' : fate === 'failed' ? 'not sent' : fate;
}

function labelsOf(
  arrows: readonly Arrow[],
  events: readonly Mark[],
  frame: Frame,
): [above: Label[], below: Label[]] {
  const above: Label[] = [];
  const below: Label[] = [];
  const data = arrows.filter(({ mark }) => mark.is === 'data').length;
  const areFew = data * LABEL_ROOM < frame.right - frame.left;
  for (const { mark, from } of arrows) {
    const { is, fate } = mark;
    if (!areFew && fate === 'taken' && (is === 'data' || is === 'ack')) continue;
    const isOften = is === 'data' || is === 'ack';
    const priority = fate !== 'taken' ? 0 : is === 'control' ? 1 : isOften ? 3 : 2;
    (mark.from === 'client' ? above : below).push({ x: from, text: textOf(mark), priority });
  }
  for (const { at, label } of events) below.push({ x: frame.x(at), text: label, priority: 4 });
  return [above, below];
}
