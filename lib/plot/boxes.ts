// A message's bytes, each from its first bit to its last, as characters; where they have no room, as runs of text.
import { textWidth } from './canvas.js';
import { type Frame, rowName } from './frame.js';
import type { Unit } from './model.js';
import { shortened } from './text.js';

interface Box {
  left: number;
  right: number;
  text: string;
  hex: string;
  check: boolean;
  isPart: boolean;
  message: number;
}

/** In so much of a longer run there is enough to read, px. */
const ENOUGH = 90;
/** What is nearer is one box, where the boxes are too small for their text. */
const APART = 4;
const CHARACTER = textWidth('x', 11, true);

/** @returns its height */
export function boxes(frame: Frame, units: readonly Unit[], y: number): number {
  const found = withoutRemainders(boxesOf(frame, units));
  if (found.length === 0) return 0;
  const showsHex = found.some(hasHex);
  const height = showsHex ? 34 : 20;
  rowName(frame, y + 14, 'bytes');
  frame.path({ fill: 'box' }, (pen) => {
    for (const { left, right, check } of found)
      if (!check) pen.rect(left, y, Math.max(1, right - left), height);
  });
  frame.path({ stroke: 'data' }, (pen) => {
    for (const { left, right, check, isPart } of found) {
      if (!check && !isPart) pen.rect(left, y, Math.max(1, right - left), height);
    }
  });
  frame.path({ stroke: 'quiet', dash: '3 2' }, (pen) => {
    for (const { left, right, check, isPart } of found) {
      if (check || isPart) pen.rect(left, y, Math.max(1, right - left), height);
    }
  });
  if (found.some(({ check }) => check)) frame.used.add('check');
  for (const box of found) {
    const { left, right, text, hex, check, isPart } = box;
    const middle = (left + right) / 2;
    const room = Math.floor((right - left - 3) / CHARACTER);
    const shown = check
      ? checkText(room)
      : isPart
        ? partText(text, room)
        : fitted(text, right - left - 3);
    const look = { anchor: 'middle', isMono: true } as const;
    if (shown !== '') {
      const size = [...shown].length === 1 && !check ? 13 : 11;
      frame.text(middle, y + 15, shown, { ...look, size, colour: check ? 'quiet' : 'text' });
    }
    if (showsHex && hasHex(box)) frame.text(middle, y + 29, hex, { ...look, colour: 'quiet' });
  }
  return height + 6;
}

function checkText(room: number): string {
  return room >= 8 ? 'checksum' : room >= 3 ? 'CRC' : '';
}

/** `3/8`: so many bits of a byte. */
function partText(text: string, room: number): string {
  const [some, all] = text.split('/');
  const whole = `${some} of ${all} bits`;
  return whole.length <= room ? whole : text.length <= room ? text : '';
}

function hasHex({ left, right, hex }: Box): boolean {
  return hex.trim() !== '' && hex.length * CHARACTER + 2 <= right - left;
}

/** As much of it as `width` has room for. */
function fitted(text: string, width: number): string {
  if (textWidth(text, 11, true) <= width) return text;
  const characters = [...text];
  let used = CHARACTER;
  let count = 0;
  for (const each of characters) {
    used += textWidth(each, 11, true);
    if (used > width) break;
    count++;
  }
  return count === 0 ? '' : shortened(text, count + 1);
}

function boxesOf(frame: Frame, units: readonly Unit[]): Box[] {
  const shown = units
    .filter(({ from, to }) => to >= frame.axis.from && from <= frame.axis.to)
    .sort((a, b) => a.from - b.from);
  const found: Box[] = [];
  let box: Box | undefined;
  shown.forEach((unit, i) => {
    const next = shown[i + 1];
    const left = frame.x(unit.from);
    // It ends where the next one begins, unless they come together.
    const end =
      next !== undefined && next.from > unit.from ? Math.min(unit.to, next.from) : unit.to;
    const right = Math.max(left, frame.x(end));
    if (box !== undefined && isOne(box, unit, left)) {
      box.right = Math.max(box.right, right);
      if (box.message !== unit.message || (box.check && !unit.check)) {
        // A box too small to be seen: what follows is shown.
        box.message = unit.message;
        box.text = '';
        box.hex = '';
      }
      // No box shows more.
      if (box.text.length < 400) box.text += unit.text;
      if (box.hex.length < 400) box.hex = `${box.hex} ${unit.hex}`.trim();
      box.check &&= unit.check;
      return;
    }
    const { text, hex, check, message } = unit;
    box = { left, right, text, hex, check, isPart: hex === '' && !check, message };
    found.push(box);
  });
  return found;
}

/** A box whose text has no room is one with the box before, of which it is the end. */
function withoutRemainders(all: readonly Box[]): Box[] {
  const kept: Box[] = [];
  for (const box of all) {
    const last = kept[kept.length - 1];
    const isEnd =
      last !== undefined &&
      last.message === box.message &&
      last.check === box.check &&
      box.left - last.right <= 1;
    if (isEnd && fitted(box.text, box.right - box.left - 3) === '') {
      last.right = Math.max(last.right, box.right);
      last.text += box.text;
      last.hex = `${last.hex} ${box.hex}`.trim();
    } else kept.push(box);
  }
  return kept;
}

function isOne(box: Box, unit: Unit, left: number): boolean {
  const width = box.right - box.left;
  if (left - box.right > APART) return false;
  if (box.message !== unit.message) return width < 2;
  if (box.check !== unit.check) return width < 2 || left < box.right - 0.5;
  if (box.check || left < box.right - 0.5) return true;
  return width < ENOUGH && textWidth(box.text, 11, true) > width - 3;
}
