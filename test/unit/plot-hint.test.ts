// What is summed up says how each signal is to be seen, and the legend has what is drawn.
import { join } from 'node:path';
import { parseMoment } from '../../lib/cli/arguments/values.js';
import { build } from '../../lib/plot/build.js';
import type { PathShape, Scene } from '../../lib/plot/canvas.js';
import { timesOf } from '../../lib/plot/choose.js';
import type { Part } from '../../lib/plot/hint.js';
import type { Model } from '../../lib/plot/model.js';
import { sceneOf } from '../../lib/plot/scene.js';
import { readRecording } from '../../lib/recording/read.js';

const folder = join(__dirname, '..', '..', 'docs', 'recordings');

function drawn(model: Model, from: number, to: number): { scene: Scene; part?: Part | undefined } {
  const times = timesOf(model, from, to);
  if (times === undefined) throw new Error('no signal is in that time');
  let part: Part | undefined;
  const hint = (find: () => Part | undefined): string => {
    part = find();
    return 'Summed up';
  };
  const scene = sceneOf(model, { ...times, width: 1000, hint });
  return { scene, part };
}

const textsOf = ({ shapes }: Scene): string[] =>
  shapes.flatMap((shape) => (shape.is === 'text' ? [shape.text] : []));
const pathsOf = ({ shapes }: Scene): PathShape[] =>
  shapes.filter((shape): shape is PathShape => shape.is === 'path');

const BAND = 'more arrows than there is room for';
const COLUMNS = 'many signals: how many there are';

test.each([['turns'], ['flood'], ['lanes'], ['lost-server', 'lost-client']])(
  'the time that the picture of %s names shows each signal',
  async (...names) => {
    const model = build(await readRecording(names.map((name) => join(folder, `${name}.ndjson`))));
    const whole = drawn(model, model.from, model.to);
    expect(textsOf(whole.scene)).toContain('Summed up');
    const { from, to } = whole.part as Part;
    const { scene } = drawn(model, parseMoment(from), parseMoment(to));
    for (const text of ['Summed up', BAND, COLUMNS]) expect(textsOf(scene)).not.toContain(text);
    const data = model.conversations
      .flatMap(({ marks }) => marks)
      .filter(({ is, fate, at, sent = at }) => {
        return (
          is === 'data' && fate === 'taken' && at >= parseMoment(from) && sent <= parseMoment(to)
        );
      });
    expect(data.length).toBeGreaterThan(10);
    // An arrow for each.
    const arrows = pathsOf(scene).find(({ stroke, width }) => stroke === 'data' && width === 1.4);
    expect(arrows?.d.split('M').slice(1)).toHaveLength(data.length);
  },
);

/** Of each entry that only some pictures have, whether such a thing is drawn besides the legend's. */
const signs: [text: string, isIt: (path: PathShape) => boolean][] = [
  [BAND, ({ fill, opacity }) => fill === 'data' && opacity === 0.22],
  [COLUMNS, ({ fill, opacity }) => fill === 'data' && opacity === 0.8],
  ['its bit', ({ fill }) => fill === 'again'],
  ['sent again', ({ stroke, dash }) => stroke === 'again' && dash === '6 2'],
  ['pending in the kernel', ({ fill }) => fill === 'pending'],
  ["a stranger's signal", ({ fill }) => fill === 'stray'],
];

test.each([['turns'], ['flood'], ['lanes'], ['lost-server', 'lost-client']])(
  'the legend of %s has what is drawn, and nothing else',
  async (...names) => {
    const model = build(await readRecording(names.map((name) => join(folder, `${name}.ndjson`))));
    const length = model.to - model.from;
    for (const [from, to] of [
      [model.from, model.to],
      [model.from + length * 0.2, model.from + length * 0.3],
      [model.from + length * 0.5, model.from + length * 0.52],
    ] as const) {
      if (timesOf(model, from, to) === undefined) continue;
      const { scene } = drawn(model, from, to);
      for (const [text, isIt] of signs) {
        const found = pathsOf(scene).filter(isIt).length;
        const isExplained = textsOf(scene).includes(text);
        // The legend's own is one more.
        expect([text, isExplained ? found > 1 : found === 0]).toEqual([text, true]);
      }
    }
  },
);
