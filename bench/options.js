// The command line of npm run bench.
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
  'recording',
  'loop',
  'flood',
  'dialects',
  'peer',
];

/** As parseArgs() has them; `value` and `is` are for the help. */
const options = {
  repeats: { type: 'string', default: '5', value: 'N', is: 'how often all is measured; default 5' },
  only: { type: 'string', value: 'NAME[,NAME...]', is: 'some of the experiments' },
  long: { type: 'boolean', default: false, is: 'also sizes that take minutes' },
  peer: {
    type: 'string',
    value: 'DIR',
    is: 'also another minitalk: DIR/server, DIR/client PID TEXT',
  },
  out: {
    type: 'string',
    default: join(__dirname, 'results'),
    value: 'DIR',
    is: 'for bench.json and bench.svg; default bench/results',
  },
  json: { type: 'boolean', default: false, is: 'print the results as JSON' },
  help: { type: 'boolean', short: 'h', default: false, is: 'print this' },
};

function help() {
  const lines = Object.entries(options).map(([name, { value = '', is }]) =>
    `  ${`--${name} ${value}`.padEnd(24)}${is}`.trimEnd(),
  );
  return [
    'usage: npm run bench -- [OPTION...]',
    '',
    'minitalk beside C programs of the same scheme, plain JavaScript and bare Node, in one run.',
    '',
    ...lines,
    '',
    `Experiments: ${names.join(', ')}; peer needs --peer, dialects is for --only.`,
  ].join('\n');
}

function refuse(message) {
  console.error(`bench: ${message}; --help tells all options`);
  process.exit(EX_USAGE);
}

function parse() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return refuse(error.message);
  }
}

function readOptions() {
  const { repeats: repeatsText, only, help: isHelp, ...values } = parse();
  if (isHelp) {
    console.log(help());
    process.exit();
  }
  const repeats = Number(repeatsText);
  if (!Number.isInteger(repeats) || repeats < 1) {
    refuse(`--repeats ${repeatsText}: expected a whole number from 1 on`);
  }
  if (values.peer !== undefined) checkPeer(values.peer);
  const possible = names.filter((name) =>
    name === 'peer' ? values.peer !== undefined : name !== 'dialects',
  );
  const chosen = only?.split(',') ?? possible;
  for (const name of chosen) {
    if (name === 'peer' && values.peer === undefined) refuse('--only peer needs --peer DIR');
    if (!names.includes(name)) refuse(`--only ${name}: expected some of ${names.join(', ')}`);
  }
  return { ...values, repeats, chosen };
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
