// npm run bench:preload: what --require minitalk/register adds to the start and the end of an
// application that does nothing, and one that loads what most services load. Interleaved in one
// run; medians of the time from fork to exit, and their ratio.
// Options: --repeats N (default 40), --json
require('./environment.js');
const { spawnSync } = require('node:child_process');
const { join } = require('node:path');
const { parseArgs } = require('node:util');
const { median } = require('./figures.js');

const { values } = parseArgs({
  options: {
    repeats: { type: 'string', default: '40' },
    json: { type: 'boolean', default: false },
  },
});

const preload = ['--require', join(__dirname, '..', 'dist', 'signals', 'register.js')];
const applications = {
  nothing: '0',
  'node:http': "require('node:http')",
};

function startMs(options, source) {
  const start = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, [...options, '-e', source]);
  if (status !== 0) throw new Error(`${source}: status ${status}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

const results = Object.entries(applications).map(([application, source]) => {
  const bare = [];
  const loaded = [];
  for (let i = 0; i < Number(values.repeats); i += 1) {
    bare.push(startMs([], source));
    loaded.push(startMs(preload, source));
  }
  return {
    application,
    'bare ms': median(bare),
    'preload ms': median(loaded),
    ratio: median(loaded) / median(bare),
    'least ratio': Math.min(...loaded) / Math.min(...bare),
  };
});

if (values.json) console.log(JSON.stringify(results));
else {
  const rounded = (row) =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [
        key,
        typeof value === 'number' ? Number(value.toFixed(3)) : value,
      ]),
    );
  console.table(results.map(rounded));
}
