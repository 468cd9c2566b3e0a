// npm run bench: minitalk beside C programs of the same scheme, plain JavaScript and bare
// Node, in one run. Repeats are interleaved and change their order; a comparison takes
// both figures from the same repeat. --help tells the options.
require('./environment.js');
const { mkdirSync, writeFileSync } = require('node:fs');
const { constants } = require('node:os');
const { join } = require('node:path');
const { chart } = require('./chart.js');
const { readOptions } = require('./options.js');
const { openProcesses } = require('./processes.js');
const { printReport } = require('./report.js');
const { machineFacts, resultsOf } = require('./results.js');

/** Runs contestants one after another; who comes first changes from call to call. */
function rotation() {
  let calls = 0;
  return async (contestants) => {
    const order = Object.keys(contestants);
    const results = Object.fromEntries(order.map((name) => [name])); // in that order, always
    const first = calls % order.length;
    calls += 1;
    for (const name of [...order.slice(first), ...order.slice(0, first)]) {
      results[name] = await contestants[name]();
    }
    return results;
  };
}

/** One result for each repeat: figures by contestant. */
async function runAll(experiments, options, processes) {
  const runs = experiments.map(() => []);
  const turns = experiments.map(rotation);
  for (let repeat = 1; repeat <= options.repeats; repeat += 1) {
    for (const [i, { name, measure }] of experiments.entries()) {
      console.error(`${repeat} of ${options.repeats}: ${name}`);
      runs[i].push(await measure({ processes, inTurn: turns[i], options }));
      await processes.stopAll();
    }
  }
  return runs;
}

function write(folder, results) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'bench.json'), `${JSON.stringify(results, null, 2)}\n`);
  if ('modes' in results.experiments) writeFileSync(join(folder, 'bench.svg'), chart(results));
}

async function main() {
  const options = readOptions();
  const experiments = options.chosen.map((name) => require(`./experiments/${name}.js`));
  const processes = openProcesses();
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      processes.close();
      process.exit(128 + constants.signals[signal]);
    });
  }
  try {
    const machine = machineFacts();
    const runs = await runAll(experiments, options, processes);
    const results = resultsOf(machine, experiments, runs, options);
    write(options.out, results);
    if (options.json) console.log(JSON.stringify(results, null, 2));
    else printReport(results);
  } finally {
    processes.close();
  }
}

main().catch((error) => {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
});
