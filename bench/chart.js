// The results of the experiment `modes` as an SVG: bytes a second, on a logarithmic scale.
const { pen } = require('../dist/plot/canvas.js');
const { toSvg } = require('../dist/plot/svg.js');
const { LANES, pingPong, schemes, unplaced, withLanes } = require('./schemes.js');

const TITLE = 'Throughput of one message';
const WIDTH = 760;
const LEFT = 200;
const RIGHT = 90;
const TOP = 76;
const ROW = 21;
const GAP = 9;
const FOOT = 62;

/** By their names in lib/plot. */
const colours = { minitalk: 'data', C: 'quiet', JavaScript: 'again' };
const units = [
  [1e6, 'MB/s'],
  [1e3, 'kB/s'],
  [1, 'B/s'],
];

/** [maker, label, name among the results], mode by mode. */
const groups = schemes.map(({ name, byLanes }) => [
  ['minitalk', `minitalk, ${name}`, name],
  ...(byLanes
    ? [
        ['minitalk', 'not placed', unplaced(name)],
        ['C', `C, ${LANES} lanes`, withLanes(name)],
      ]
    : []),
  ['C', byLanes ? 'C, one at a time' : 'C', pingPong(name)],
]);
groups[0].push(
  ['C', 'C, one at a time, two CPUs', pingPong('bit', 'two CPUs')],
  ['JavaScript', 'JavaScript alone', 'JavaScript'],
);

function rate(bytes, digits) {
  const [size, unit] = units.find(([least]) => bytes >= least) ?? units.at(-1);
  return `${Number((bytes / size).toPrecision(digits))} ${unit}`;
}

/** A text, as the pictures of lib/plot have them. */
const label = (x, y, text, look = {}) => ({
  is: 'text',
  x,
  y,
  text,
  colour: 'text',
  size: 12,
  ...look,
});

/** What `draw` draws. */
function path(look, draw) {
  const drawn = pen();
  draw(drawn);
  return { is: 'path', d: drawn.d, ...look };
}

/** From a rate to its place between the nearest powers of ten around all rates. */
function logarithmicScale(rates) {
  const first = Math.floor(Math.log10(Math.min(...rates)));
  const last = Math.ceil(Math.log10(Math.max(...rates)));
  const width = (WIDTH - LEFT - RIGHT) / (last - first);
  return {
    x: (value) => LEFT + (Math.log10(value) - first) * width,
    ticks: Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i)),
  };
}

function legend() {
  let x = LEFT;
  return Object.entries(colours).flatMap(([name, fill]) => {
    const at = x;
    x += 110;
    return [path({ fill }, (drawn) => drawn.rect(at, 44, 11, 11)), label(at + 17, 54, name)];
  });
}

/** The chart of what bench.json holds. */
function chart({ machine, options, experiments }) {
  const rates = (name) => experiments.modes.summary[name]['bytes a second'];
  const rows = groups.flat();
  const scale = logarithmicScale(
    rows.flatMap(([, , name]) => [rates(name).least, rates(name).most]),
  );

  const bars = [];
  let y = TOP;
  for (const group of groups) {
    for (const [maker, text, name] of group) {
      const { median, least, most } = rates(name);
      const top = y;
      const middle = top + ROW / 2;
      bars.push(
        label(LEFT - 8, middle + 4, text, { anchor: 'end' }),
        path({ fill: colours[maker] }, (drawn) =>
          drawn.rect(LEFT, top + 3, scale.x(median) - LEFT, ROW - 6),
        ),
        path({ stroke: 'text' }, (drawn) =>
          drawn.line(scale.x(least), middle, scale.x(most), middle),
        ),
        label(scale.x(most) + 6, middle + 4, rate(median, 3)),
      );
      y += ROW;
    }
    y += GAP;
  }

  const grid = scale.ticks.flatMap((tick) => [
    path({ stroke: 'line' }, (drawn) => drawn.line(scale.x(tick), TOP - 4, scale.x(tick), y)),
    label(scale.x(tick), y + 16, rate(tick, 1), { anchor: 'middle' }),
  ]);
  const measured =
    `${machine.cpu}, ${machine.cpus} CPUs, Linux ${machine.kernel}, Node ${machine.node}, ` +
    `${machine.date.slice(0, 10)}; medians of ${options.repeats}, lines: least to most`;

  return toSvg({
    width: WIDTH,
    height: y + FOOT,
    title: TITLE,
    description: `Bytes a second: ${rows
      .map(([, text, name]) => `${text} ${rate(rates(name).median, 3)}`)
      .join('; ')}.`,
    shapes: [
      label(WIDTH / 2, 26, TITLE, { size: 16, anchor: 'middle' }),
      ...legend(),
      ...grid,
      ...bars,
      label((LEFT + WIDTH - RIGHT) / 2, y + 34, 'bytes a second, logarithmic', {
        anchor: 'middle',
      }),
      label(WIDTH / 2, y + 54, measured, { size: 11, colour: 'quiet', anchor: 'middle' }),
    ],
  });
}

module.exports = { chart };
