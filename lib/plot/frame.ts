// Where rows draw: the shapes so far, the axis, and what the legend has to explain.
import type { Shape } from './canvas.js';
import { type PathShape, type Pen, pen, type TextShape, textWidth } from './canvas.js';
import type { Colour } from './colours.js';
import type { Axis } from './scale.js';

export type Explained =
  | 'one'
  | 'zero'
  | 'data'
  | 'ack'
  | 'question'
  | 'control'
  | 'pending'
  | 'lost'
  | 'again'
  | 'againBit'
  | 'spare'
  | 'failed'
  | 'check'
  | 'band'
  | 'density'
  | 'stray'
  | 'late'
  | 'other'
  | 'lane'
  | 'laneWord'
  | 'cut';

export interface Frame {
  readonly axis: Axis;
  readonly width: number;
  /** px: where the plot begins and ends: a little before its first time, and after its last one. */
  readonly left: number;
  readonly right: number;
  readonly used: Set<Explained>;
  readonly shapes: Shape[];
  /** px: from where to where the axis's breaks cross the rows: where no text is. */
  readonly crossed: [from: number, to: number][];
  /** A time's place, px, within the plot. */
  x(time: number): number;
  text(
    x: number,
    y: number,
    text: string,
    look?: Partial<Omit<TextShape, 'is' | 'x' | 'y' | 'text'>>,
  ): void;
  /** What `draw` draws, where it draws anything. */
  path(look: Omit<PathShape, 'is' | 'd'>, draw: (pen: Pen) => void): void;
}

const GUTTER = 52;
const MARGIN = 16;

/** px: a mark of the first or the last time is within the plot, whole. */
const INSET = 8;

/** px: where the first time is, and the last one, in a picture of that width. */
export function edges(width: number): { left: number; right: number } {
  return { left: MARGIN + GUTTER + INSET, right: width - MARGIN - INSET };
}

export function frameOf(axis: Axis, width: number): Frame {
  const { left, right } = edges(width);
  const shapes: Shape[] = [];
  return {
    axis,
    width,
    left: left - INSET,
    right: right + INSET,
    used: new Set(),
    shapes,
    crossed: [],
    x(time) {
      const place = Math.min(1, Math.max(0, axis.place(time)));
      return left + place * (right - left);
    },
    text(x, y, text, look = {}) {
      shapes.push({ is: 'text', x, y, text, colour: 'text', ...look });
    },
    path(look, draw) {
      const drawn = pen();
      draw(drawn);
      if (!drawn.isEmpty) shapes.push({ is: 'path', d: drawn.d, ...look });
    },
  };
}

/** The row's name, left of the plot. */
export function rowName(frame: Frame, y: number, name: string): void {
  frame.text(frame.left - 8, y, name, { anchor: 'end', colour: 'quiet' });
}

/** How much wider bold letters are. */
const BOLD = 1.12;

/** `parts` in as many lines as they need, from the left edge on. @returns the height of them all */
export function paragraph(
  frame: Frame,
  y: number,
  parts: readonly string[],
  between: string,
  look: { size: number; isBold?: boolean; colour?: Colour },
): number {
  const room = frame.width - 2 * MARGIN;
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines[lines.length - 1];
    const longer = last === undefined ? part : `${last}${between}${part}`;
    const width = textWidth(longer, look.size) * (look.isBold ? BOLD : 1);
    if (last === undefined || width > room) lines.push(part);
    else lines[lines.length - 1] = longer;
  }
  const height = look.size + 5;
  lines.forEach((line, i) => {
    frame.text(MARGIN, y + look.size + i * height, line, look);
  });
  return lines.length * height;
}

export interface Label {
  readonly x: number;
  readonly text: string;
  /** 0 is placed first. */
  readonly priority: number;
}

/** Labels in one line, those of them that find room, with their middles moved into the plot. */
export function fitting(frame: Frame, labels: readonly Label[]): Label[] {
  const taken: [from: number, to: number][] = [];
  const GAP = 8;
  const found: Label[] = [];
  for (const label of [...labels].sort((a, b) => a.priority - b.priority || a.x - b.x)) {
    const half = textWidth(label.text) / 2;
    const middle = Math.max(frame.left + half, Math.min(frame.right - half, label.x));
    const [from, to] = [middle - half - GAP / 2, middle + half + GAP / 2];
    if (taken.some(([start, end]) => from < end && to > start)) continue;
    taken.push([from, to]);
    found.push({ ...label, x: middle });
  }
  return found;
}

/** Draws those that find room. */
export function labelLine(frame: Frame, y: number, labels: readonly Label[]): void {
  for (const { x, text } of fitting(frame, labels)) {
    frame.text(x, y, text, { anchor: 'middle', colour: 'quiet' });
  }
}
