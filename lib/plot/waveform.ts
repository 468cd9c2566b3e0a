// Bits over time: high is 1, low is 0; each holds until the next one.
import { type Frame, rowName } from './frame.js';
import type { Mark } from './model.js';

const HIGH = 6;
const LOW = 28;
const DIGITS = 42;

/** @returns its height */
export function waveform(frame: Frame, marks: readonly Mark[], y: number): number {
  const bits = marks.filter(
    (mark) => isBit(mark) && (mark.fate === 'taken' || mark.fate === 'again'),
  );
  frame.crossed.push([y + HIGH - 4, y + LOW + 4]);
  rowName(frame, y + HIGH + 4, '1');
  rowName(frame, y + LOW + 4, '0');
  const level = (mark: Mark): number => y + (mark.one === 1 ? HIGH : LOW);
  const usual = usualGap(bits);
  const end = (i: number): number => {
    const { at } = bits[i] as Mark;
    const next = bits[i + 1];
    return next !== undefined && !isApart(frame, at, next.at, usual) ? next.at : at + usual;
  };
  if (bits.some(({ one }) => one === 1)) frame.used.add('one');
  if (bits.some(({ one }) => one === 0)) frame.used.add('zero');
  if (bits.some(({ fate }) => fate === 'again')) frame.used.add('againBit');

  frame.path({ stroke: 'line', dash: '2 3' }, (pen) => {
    pen.line(frame.left, y + (HIGH + LOW) / 2, frame.right, y + (HIGH + LOW) / 2);
  });
  const isWide = bits.length < (frame.right - frame.left) / 4;
  frame.path({ stroke: 'data', width: isWide ? 1.8 : 1.2 }, (pen) => {
    let joined = false;
    bits.forEach((bit, i) => {
      const to = end(i);
      const next = bits[i + 1];
      pen.add(
        `${joined ? `V${level(bit)}` : `M${place(frame, bit.at)} ${level(bit)}`}H${place(frame, to)}`,
      );
      joined = next !== undefined && to === next.at;
    });
  });
  if (isWide) {
    frame.path({ fill: 'data' }, (pen) => {
      for (const bit of bits) pen.circle(frame.x(bit.at), level(bit), 2.2);
    });
  }
  frame.path({ fill: 'again' }, (pen) => {
    for (const bit of bits) {
      if (bit.fate === 'again') pen.add(triangle(frame.x(bit.at), level(bit)));
    }
  });
  exceptions(frame, marks, y);
  return digits(frame, bits, end, y) ? DIGITS + 4 : LOW + 10;
}

/** A dialect's answers have a signal's level, too. */
export function isBit({ is, one }: Mark): boolean {
  return is === 'data' && one !== undefined;
}

function place(frame: Frame, time: number): string {
  return String(Math.round(frame.x(time) * 10) / 10);
}

function triangle(x: number, y: number): string {
  return `M${Math.round(x * 10) / 10} ${y - 5}l4.5 8h-9z`;
}

/** What was never counted, at the level that it would have had. */
function exceptions(frame: Frame, marks: readonly Mark[], y: number): void {
  const level = (mark: Mark): number => y + (mark.one === 1 ? HIGH : LOW);
  const bits = marks.filter(isBit);
  frame.path({ stroke: 'lost', width: 1.8 }, (pen) => {
    for (const bit of bits) {
      if (bit.fate === 'lost' || bit.fate === 'failed') pen.cross(frame.x(bit.at), level(bit), 4);
    }
  });
  frame.path({ stroke: 'again', width: 1.5 }, (pen) => {
    for (const bit of bits) if (bit.fate === 'spare') pen.circle(frame.x(bit.at), level(bit), 3.5);
  });
}

/** ns */
function usualGap(bits: readonly Mark[]): number {
  const gaps = bits.slice(1).map(({ at }, i) => at - (bits[i] as Mark).at);
  gaps.sort((a, b) => a - b);
  return gaps[gaps.length >> 1] ?? 1;
}

function isApart(frame: Frame, from: number, to: number, usual: number): boolean {
  const isBroken = frame.axis.breaks.some((pause) => from <= pause.from && to >= pause.to);
  return isBroken || to - from > 30 * usual;
}

/** The bits as digits, where they have room. @returns whether there are any */
function digits(
  frame: Frame,
  bits: readonly Mark[],
  end: (i: number) => number,
  y: number,
): boolean {
  const NEEDED = 7.5;
  const xs: number[] = [];
  let text = '';
  bits.forEach((bit, i) => {
    const from = frame.x(bit.at);
    const room = Math.max(frame.x(end(i)) - from, i === bits.length - 1 ? NEEDED : 0);
    if (room < NEEDED) return;
    xs.push(Math.round((from + Math.min(room / 2, 12)) * 10) / 10);
    text += bit.one;
  });
  // A few of many would be read as all.
  if (text.length < bits.length * 0.6 || text === '') return false;
  frame.shapes.push({
    is: 'text',
    x: xs,
    y: y + DIGITS,
    text,
    colour: 'quiet',
    anchor: 'middle',
    isMono: true,
  });
  return true;
}
