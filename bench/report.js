// The results as tables.

const short = (number) => number.toLocaleString('en-US', { maximumSignificantDigits: 3 });

const cell = ({ median, least, most }) =>
  Number.isNaN(median) ? 'none' : `${short(median)} (${short(least)} to ${short(most)})`;

const mapValues = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));

function target({ atLeast, atMost }) {
  if (atLeast !== undefined) return `at least ${atLeast}`;
  return atMost === undefined ? '' : `at most ${atMost}`;
}

function printReport({ machine, experiments, comparisons }) {
  const { cpu, cpus, kernel, node, loadBefore } = machine;
  console.log(`${cpu}, ${cpus} CPUs, Linux ${kernel}, Node ${node}, load before ${loadBefore}`);
  for (const { title, summary, notes } of Object.values(experiments)) {
    console.log(`\n${title}: median (least to most)`);
    console.table(mapValues(summary, (figures) => mapValues(figures, cell)));
    for (const note of notes) console.log(note);
  }
  console.log('\nComparisons, each within one repeat: median (least to most)');
  console.table(
    comparisons.map(({ what, measured, holds = '', ...limits }) => ({
      what,
      measured: cell(measured),
      target: target(limits),
      holds,
    })),
  );
}

module.exports = { printReport };
