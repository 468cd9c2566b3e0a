// Where the axis is broken: each cut says how long it is, and crosses no text.
import { join } from 'node:path';
import { build } from '../../lib/plot/build.js';
import { type PathShape, type Scene, type TextShape, textWidth } from '../../lib/plot/canvas.js';
import type { Model } from '../../lib/plot/model.js';
import { breaksOf, sceneOf } from '../../lib/plot/scene.js';
import { readRecording } from '../../lib/recording/read.js';

const folder = join(__dirname, '..', '..', 'docs', 'recordings');
const modelOf = async (...names: string[]): Promise<Model> =>
  build(await readRecording(names.map((name) => join(folder, `${name}.ndjson`))));

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const textsOf = ({ shapes }: Scene): TextShape[] =>
  shapes.filter((shape): shape is TextShape => shape.is === 'text');

function boxOf({ x, y, text, size = 11, anchor, isMono }: TextShape): Box {
  const xs = typeof x === 'number' ? [x] : x;
  const width = textWidth(typeof x === 'number' ? text : 'x', size, isMono);
  const before = anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0;
  const left = Math.min(...xs) - before;
  return { left, right: Math.max(...xs) - before + width, top: y - size * 0.75, bottom: y + 3 };
}

/** The signs of breaks: what lies behind, and bends. */
function signsOf({ shapes }: Scene): Box[] {
  const paths = shapes.filter((shape): shape is PathShape => shape.is === 'path');
  const signs = paths.find(({ d, stroke }) => stroke === 'quiet' && d.split(' ').length > 20);
  return (signs?.d.split('M').slice(1) ?? []).map((line) => {
    const numbers = line.split(/[ L]/).map(Number);
    const xs = numbers.filter((_, i) => i % 2 === 0);
    const ys = numbers.filter((_, i) => i % 2 === 1);
    return {
      left: Math.min(...xs),
      right: Math.max(...xs),
      top: Math.min(...ys),
      bottom: Math.max(...ys),
    };
  });
}

const both: [string, string[]][] = [
  ['one process', ['turns']],
  ['two processes', ['bit-server', 'bit-client']],
];

test.each(both)('%s: each break has its length right above its sign', async (_, names) => {
  const model = await modelOf(...names);
  const { from, to } = model;
  const scene = sceneOf(model, { from, to, width: 1000 });
  const signs = signsOf(scene);
  const bottom = Math.max(...signs.map((sign) => sign.bottom));
  const onAxis = signs.filter((sign) => sign.bottom === bottom);
  const breaks = breaksOf(model, from, to);
  expect(breaks.length).toBeGreaterThan(0);
  // A sign is two lines.
  expect(onAxis).toHaveLength(2 * breaks.length);
  const labels = textsOf(scene).map((text) => ({ ...text, box: boxOf(text) }));
  const lengths = breaks.map((_each, i) => {
    const [first, second] = [onAxis[2 * i] as Box, onAxis[2 * i + 1] as Box];
    const middle = (first.left + second.right) / 2;
    const label = labels.find(
      ({ x, y }) => Math.abs((x as number) - middle) < 0.2 && Math.abs(y + 3 - first.top) < 0.2,
    );
    return label?.text;
  });
  const units = new Set(lengths.map((length) => /^[\d.]+ (ns|µs|ms|s)$/.test(length ?? '')));
  expect([...units]).toEqual([true]);
  // A cut is what is left of its pause in the middle: about as long.
  breaks.forEach((pause, i) => {
    const [value, unit] = (lengths[i] as string).split(' ');
    const shown = Number(value) * { ns: 1, µs: 1e3, ms: 1e6, s: 1e9 }[unit as 's'];
    expect(shown).toBeLessThanOrEqual((pause.to - pause.from) * 1.01);
    expect(shown).toBeGreaterThan((pause.to - pause.from) * 0.5);
  });
});

test.each(both)('%s: no break runs through a text', async (_, names) => {
  const model = await modelOf(...names);
  for (const width of [380, 1000]) {
    const scene = sceneOf(model, { from: model.from, to: model.to, width });
    const signs = signsOf(scene);
    expect(signs.length).toBeGreaterThan(0);
    const struck = textsOf(scene).filter((text) => {
      const box = boxOf(text);
      return signs.some(
        (sign) =>
          sign.left < box.right &&
          sign.right > box.left &&
          sign.top < box.bottom &&
          sign.bottom > box.top,
      );
    });
    expect(struck.map(({ text }) => text)).toEqual([]);
  }
});
