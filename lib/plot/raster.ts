// Bits by lanes: those of a round come at nearly one moment, each to a lane of its own.
import { type Frame, rowName } from './frame.js';
import type { Mark } from './model.js';

/** @returns its height */
export function raster(frame: Frame, marks: readonly Mark[], lanes: number, y: number): number {
  const row = Math.max(2, Math.min(8, 120 / lanes));
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
        const thick = mark.one === 0 ? row * 0.3 : row - 0.4;
        const at = y + ((mark.lane as number) + 0.5) * row - thick / 2;
        pen.rect(frame.x(mark.at), at, cell, thick);
      }
    });
  };
  const isCounted = ({ fate }: Mark) => fate === 'taken' || fate === 'again';
  cells((mark) => isCounted(mark) && mark.one !== 0, { fill: 'data' });
  cells((mark) => isCounted(mark) && mark.one === 0, { fill: 'zero' });
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
  frame.used.add('lane');
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
