// npm run bench: minitalk beside a C program of the same scheme and beside plain
// JavaScript, interleaved in one run; medians, spread and ratios.
// Options: --repeats N (default 7), --json
const { execFileSync } = require('node:child_process');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { parseArgs } = require('node:util');

const { values } = parseArgs({
  options: { repeats: { type: 'string', default: '7' }, json: { type: 'boolean', default: false } },
});
const folder = mkdtempSync(join(tmpdir(), 'minitalk-bench-'));
const pingpong = join(folder, 'pingpong');
execFileSync('cc', ['-O2', '-o', pingpong, join(__dirname, 'pingpong.c')]);

const node = (script, ...args) => [process.execPath, join(__dirname, script), ...args.map(String)];
const contestants = {
  'C, one CPU': [pingpong, '200000', '0'],
  'C, placed by the kernel': [pingpong, '40000', '-1'],
  minitalk: node('minitalk.js', 25_000),
  'JavaScript alone': node('javascript.js', 20_000),
};

const figures = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
for (let i = 0; i < Number(values.repeats); i += 1) {
  for (const [name, [command, ...args]] of Object.entries(contestants)) {
    figures[name].push(Number(execFileSync(command, args, { encoding: 'utf8' })));
  }
}
rmSync(folder, { recursive: true });

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const ours = median(figures.minitalk);
const table = Object.entries(figures).map(([name, list]) => ({
  name,
  nsPerBit: median(list),
  least: Math.min(...list),
  most: Math.max(...list),
  bitsPerSecond: Math.round(1e9 / median(list)),
  minitalkIsTimesAsFast: Number((median(list) / ours).toFixed(2)),
}));
if (values.json) console.log(JSON.stringify(table, null, 2));
else console.table(table);
