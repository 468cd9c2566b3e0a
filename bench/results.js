// What bench.json holds.
const os = require('node:os');
const { version } = require('../package.json');
const { spread } = require('./figures.js');

/** Of each figure of each contestant, over the repeats. */
function summaryOf(runs) {
  const figuresOf = (contestant) =>
    Object.fromEntries(
      Object.keys(runs[0][contestant]).map((figure) => [
        figure,
        spread(runs.map((run) => run[contestant][figure])),
      ]),
    );
  return Object.fromEntries(Object.keys(runs[0]).map((name) => [name, figuresOf(name)]));
}

/** The ratio is taken within each repeat; one that no repeat has holds no bound. */
function verdict({ what, of, atLeast, atMost }, experiment, runs) {
  const ratios = runs.map(of);
  const measured = spread(ratios);
  if (atLeast === undefined && atMost === undefined) return { experiment, what, measured, ratios };
  const holds =
    measured.median >= (atLeast ?? -Infinity) && measured.median <= (atMost ?? Infinity);
  return { experiment, what, measured, atLeast, atMost, holds, ratios };
}

function machineFacts() {
  return {
    minitalk: version,
    node: process.version,
    kernel: os.release(),
    cpu: os.cpus()[0].model.trim(),
    cpus: os.availableParallelism(),
    loadBefore: os.loadavg()[0],
    date: new Date().toISOString(),
  };
}

function resultsOf(machine, experiments, runs, { repeats, long }) {
  return {
    machine,
    options: { repeats, long },
    experiments: Object.fromEntries(
      experiments.map(({ name, title, notes = () => [] }, i) => [
        name,
        { title, summary: summaryOf(runs[i]), notes: notes(runs[i]), runs: runs[i] },
      ]),
    ),
    comparisons: experiments.flatMap(({ name, comparisons }, i) =>
      comparisons.map((each) => verdict(each, name, runs[i])),
    ),
  };
}

module.exports = { machineFacts, resultsOf };
