// Bits by lanes: those of a round come at nearly one moment, each to a lane of its own.
import { type Frame, rowName } from './frame.js';
import type { Mark } from './model.js';

/** @returns its height */
export function raster(frame: Frame, marks: readonly Mark[], lanes: number, y: number): number {
  // Whole pixels: what is half of one is half as dark.
  const row = Math.max(3, Math.floor(Math.min(8, 120 / lanes)));
  const height = row * lanes;
  const data = marks.filter(({ is, lane }) => is === 'data' && lane !== undefined);
  const cell = cellWidth(frame, data);
  frame.crossed.push([y, y + height]);
  rowName(frame, y + 10, 'lane 0');
  if (height >= 30) rowName(frame, y + height, String(lanes - 1));
  frame.path({ stroke: 'line' }, (pen) => {
    pen.line(frame.left, y, frame.right, y);
    pen.line(frame.left, y + height, frame.right, y + height);
  });
  const cells = (isIt: (mark: Mark) => boolean, look: Parameters<Frame['path']>[0]): void => {
    frame.path(look, (pen) => {
      for (const mark of data) {
        if (!isIt(mark)) continue;
        // A 0 is thinner, too.
        const thick = mark.one === 0 ? Math.max(1, Math.floor(row / 3)) : row - 1;
        const at = y + (mark.lane as number) * row + Math.floor((row - thick) / 2);
        pen.rect(frame.x(mark.at), at, cell, thick);
      }
    });
  };
  const isCounted = ({ fate }: Mark) => fate === 'taken' || fate === 'again';
  cells((mark) => isCounted(mark) && mark.one !== 0, { fill: 'data', isCrisp: true });
  cells((mark) => isCounted(mark) && mark.one === 0, { fill: 'zero', isCrisp: true });
  cells(({ fate }) => fate === 'again', { stroke: 'again', width: 1.5 });
  frame.path({ stroke: 'lost', width: 1.6 }, (pen) => {
    for (const { fate, at, lane } of data) {
      if (fate !== 'lost' && fate !== 'failed') continue;
      pen.cross(frame.x(at), y + ((lane as number) + 0.5) * row, 3);
    }
  });
  frame.path({ stroke: 'again', width: 1.4 }, (pen) => {
    for (const { fate, at, lane } of data) {
      if (fate === 'spare') pen.circle(frame.x(at), y + ((lane as number) + 0.5) * row, 3);
    }
  });
  if (data.some(({ one }) => one !== undefined)) frame.used.add('lane');
  if (data.some(({ one }) => one === undefined)) frame.used.add('laneWord');
  return height + 8;
}

/** As much as one lane's bit has until its next one, at most 6 px. */
function cellWidth(frame: Frame, data: readonly Mark[]): number {
  const first = data.filter(({ lane }) => lane === data[0]?.lane);
  let least = 6;
  for (let i = 1; i < first.length; i++) {
    const gap = frame.x((first[i] as Mark).at) - frame.x((first[i - 1] as Mark).at);
    if (gap > 0) least = Math.min(least, gap * 0.7);
  }
  return Math.max(1.2, least);
}
