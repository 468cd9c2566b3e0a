// The results of the experiment `modes` as an SVG: bytes a second, on a logarithmic scale.
const { LANES, pingPong, schemes, unplaced, withLanes } = require('./schemes.js');

const TITLE = 'Throughput of one message';
const WIDTH = 760;
const LEFT = 200;
const RIGHT = 90;
const TOP = 76;
const ROW = 21;
const GAP = 9;
const FOOT = 62;

const colours = { minitalk: '#1f6feb', C: '#8c959f', JavaScript: '#bf8700' };
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

const escaped = (text) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const label = (x, y, text, attributes = '') =>
  `<text x="${x}" y="${y}" ${attributes}>${escaped(text)}</text>`;

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
  return Object.entries(colours).flatMap(([name, colour]) => {
    const at = x;
    x += 110;
    return [
      `<rect x="${at}" y="44" width="11" height="11" fill="${colour}"/>`,
      label(at + 17, 54, name),
    ];
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
      const middle = y + ROW / 2;
      const end = scale.x(median);
      bars.push(
        label(LEFT - 8, middle + 4, text, 'text-anchor="end"'),
        `<rect x="${LEFT}" y="${y + 3}" width="${(end - LEFT).toFixed(1)}" height="${ROW - 6}" fill="${colours[maker]}"/>`,
        `<path d="M${scale.x(least).toFixed(1)} ${middle}H${scale.x(most).toFixed(1)}" stroke="#24292f"/>`,
        label((scale.x(most) + 6).toFixed(1), middle + 4, rate(median, 3)),
      );
      y += ROW;
    }
    y += GAP;
  }
  const height = y + FOOT;

  const grid = scale.ticks.flatMap((tick) => [
    `<path d="M${scale.x(tick).toFixed(1)} ${TOP - 4}V${y}" stroke="#d0d7de"/>`,
    label(scale.x(tick).toFixed(1), y + 16, rate(tick, 1), 'text-anchor="middle"'),
  ]);
  const measured =
    `${machine.cpu}, ${machine.cpus} CPUs, Linux ${machine.kernel}, Node ${machine.node}, ` +
    `${machine.date.slice(0, 10)}; medians of ${options.repeats}, lines: least to most`;

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="#24292f">`,
    `<title>${TITLE}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    label(WIDTH / 2, 26, TITLE, 'font-size="16" text-anchor="middle"'),
    ...legend(),
    ...grid,
    ...bars,
    label(
      (LEFT + WIDTH - RIGHT) / 2,
      y + 34,
      'bytes a second, logarithmic',
      'text-anchor="middle"',
    ),
    label(WIDTH / 2, y + 54, measured, 'font-size="11" fill="#57606a" text-anchor="middle"'),
    '</svg>',
    '',
  ].join('\n');
}

module.exports = { chart };
