// What each sign means that is in the picture, and no others.
import { breakSign } from './axis-row.js';
import { type Pen, pen, type Shape, textWidth } from './canvas.js';
import type { Colour } from './colours.js';
import type { Explained, Frame } from './frame.js';

interface Entry {
  readonly text: string;
  readonly look: {
    stroke?: Colour;
    fill?: Colour;
    width?: number;
    dash?: string;
    opacity?: number;
  };
  readonly draw: (pen: Pen, x: number, y: number) => void;
}

const slope = (pen: Pen, x: number, y: number): void => {
  pen.line(x + 4, y - 6, x + 12, y + 4);
};
const rise = (pen: Pen, x: number, y: number): void => pen.line(x + 4, y + 4, x + 12, y - 6);

const entries: Record<Explained, Entry> = {
  one: {
    text: 'bit 1 is SIGUSR2: high',
    look: { stroke: 'data', width: 1.8 },
    draw: (p, x, y) => p.line(x, y + 4, x + 4, y + 4, x + 4, y - 5, x + 15, y - 5),
  },
  zero: {
    text: 'bit 0 is SIGUSR1: low',
    look: { stroke: 'data', width: 1.8 },
    draw: (p, x, y) => p.line(x, y - 5, x + 4, y - 5, x + 4, y + 4, x + 15, y + 4),
  },
  lane: {
    text: 'by lanes: thick is a 1, thin a 0',
    look: { fill: 'data' },
    draw: (p, x, y) => {
      p.rect(x, y - 4, 7, 5);
      p.rect(x + 9, y - 2, 7, 1.5);
    },
  },
  laneWord: {
    text: 'by lanes: a data word',
    look: { fill: 'data' },
    draw: (p, x, y) => p.rect(x, y - 4, 7, 5),
  },
  data: { text: 'data, sent to handled', look: { stroke: 'data', width: 1.4 }, draw: slope },
  ack: { text: 'acknowledgement', look: { stroke: 'reply', width: 1.4 }, draw: rise },
  question: {
    text: 'question, answer',
    look: { stroke: 'question', dash: '3 2' },
    draw: slope,
  },
  control: { text: 'control word', look: { stroke: 'quiet' }, draw: slope },
  pending: {
    text: 'pending in the kernel',
    look: { fill: 'pending' },
    draw: (p, x, y) => p.rect(x, y - 2, 15, 3),
  },
  lost: {
    text: 'lost: its slot was taken',
    look: { stroke: 'lost', width: 1.8 },
    draw: (p, x, y) => p.cross(x + 7, y - 1, 4),
  },
  failed: {
    text: 'could not be sent',
    look: { stroke: 'lost', width: 1.8 },
    draw: (p, x, y) => p.cross(x + 7, y - 1, 4),
  },
  again: { text: 'sent again', look: { stroke: 'again', width: 1.4, dash: '6 2' }, draw: slope },
  againBit: {
    text: 'its bit',
    look: { fill: 'again' },
    draw: (p, x, y) => p.add(`M${x + 7} ${y - 6}l4.5 8h-9z`),
  },
  spare: {
    text: 'captured, not counted',
    look: { stroke: 'again', width: 1.5 },
    draw: (p, x, y) => p.circle(x + 7, y - 1, 3.5),
  },
  check: {
    text: 'checksum',
    look: { stroke: 'quiet', dash: '3 2' },
    draw: (p, x, y) => p.rect(x + 1, y - 6, 13, 10),
  },
  band: {
    text: 'more arrows than there is room for',
    look: { fill: 'data', opacity: 0.22 },
    draw: (p, x, y) => p.rect(x, y - 6, 15, 11),
  },
  density: {
    text: 'many signals: how many there are',
    look: { fill: 'data', opacity: 0.8 },
    draw: (p, x, y) => {
      for (const [i, height] of [4, 9, 6, 10].entries())
        p.rect(x + i * 4, y + 4 - height, 3, height);
    },
  },
  stray: {
    text: "a stranger's signal",
    look: { fill: 'stray' },
    draw: (p, x, y) => p.add(`M${x + 7} ${y + 3}l-4.5 -8h9z`),
  },
  late: {
    text: 'data that nobody expects now',
    look: { stroke: 'again', width: 1.5 },
    draw: (p, x, y) => p.add(`M${x + 7} ${y + 3}l-4.5 -8h9z`),
  },
  other: {
    text: 'a signal',
    look: { fill: 'data' },
    draw: (p, x, y) => p.circle(x + 7, y - 1, 3.5),
  },
  cut: {
    text: 'cut: for so long nothing happened',
    look: { stroke: 'quiet', opacity: 0.6 },
    draw: (p, x, y) => breakSign(p, x + 7, y - 6, y + 4),
  },
};

/** @returns its height */
export function legend(frame: Frame, y: number): number {
  const LEFT = 16;
  let x = LEFT;
  let line = y + 14;
  for (const [name, { text, look, draw }] of Object.entries(entries)) {
    if (!frame.used.has(name as Explained)) continue;
    const width = 22 + textWidth(text) + 14;
    if (x > LEFT && x + width > frame.right) {
      x = LEFT;
      line += 18;
    }
    const drawn = pen();
    draw(drawn, x, line - 3);
    frame.shapes.push({ is: 'path', d: drawn.d, ...look } as Shape);
    frame.text(x + 21, line, text, { colour: 'quiet' });
    x += width;
  }
  return line - y + 10;
}
