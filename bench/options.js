// The command line; see bench.js.
const { accessSync, constants } = require('node:fs');
const { join } = require('node:path');
const { parseArgs } = require('node:util');

const EX_USAGE = 64;
const names = [
  'modes',
  'sizes',
  'growth',
  'clients',
  'latency',
  'startup',
  'memory',
  'idle',
  'loop',
  'flood',
  'peer',
];

function refuse(message) {
  console.error(`bench: ${message}`);
  process.exit(EX_USAGE);
}

function parse() {
  try {
    return parseArgs({
      options: {
        repeats: { type: 'string', default: '5' },
        only: { type: 'string' },
        long: { type: 'boolean', default: false },
        peer: { type: 'string' },
        out: { type: 'string', default: join(__dirname, 'results') },
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return refuse(error.message);
  }
}

function readOptions() {
  const { repeats: repeatsText, only, ...options } = parse();
  const repeats = Number(repeatsText);
  if (!Number.isInteger(repeats) || repeats < 1) {
    refuse(`--repeats ${repeatsText}: expected a whole number from 1 on`);
  }
  if (options.peer !== undefined) checkPeer(options.peer);
  const possible = names.filter((name) => name !== 'peer' || options.peer !== undefined);
  const chosen = only?.split(',') ?? possible;
  for (const name of chosen) {
    if (name === 'peer' && options.peer === undefined) refuse('--only peer needs --peer DIR');
    if (!names.includes(name)) refuse(`--only ${name}: expected some of ${names.join(', ')}`);
  }
  return { ...options, repeats, chosen };
}

function checkPeer(folder) {
  for (const program of ['server', 'client']) {
    try {
      accessSync(join(folder, program), constants.X_OK);
    } catch {
      refuse(`--peer ${folder}: it has no program '${program}'`);
    }
  }
}

module.exports = { readOptions };
