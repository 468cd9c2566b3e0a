// Another minitalk, of two programs: `server` prints its PID, then the texts that come from `client PID TEXT`.
const { join } = require('node:path');
const { exchange, wrongOrMissing } = require('../exchange.js');
const { clientProgram, serverProgram } = require('../programs.js');

const sizes = { '100 B': 100, '1 kB': 1e3, '10 kB': 1e4, '100 kB': 1e5 };

const placements = { 'its own default': [], 'taskset -c 0': ['taskset', '-c', '0'] };

/** A server is a program that writes to a terminal: unbuffered, lest a pipe keep the PID. */
const unbuffered = (program) => ['stdbuf', '-o0', program];

const named = (program, size, placement) => `${program}, ${size}, ${placement}`;

async function measure({ processes, inTurn, options }) {
  const node = [process.execPath];
  const pairs = {
    'minitalk, bit': [
      [...node, serverProgram],
      [...node, clientProgram, '--mode', 'bit'],
    ],
    'minitalk, auto': [
      [...node, serverProgram],
      [...node, clientProgram, '--mode', 'auto'],
    ],
    peer: [unbuffered(join(options.peer, 'server')), [join(options.peer, 'client')]],
  };
  const contestants = {};
  for (const [size, bytes] of Object.entries(sizes)) {
    for (const [placement, placed] of Object.entries(placements)) {
      for (const [program, [server, client]] of Object.entries(pairs)) {
        contestants[named(program, size, placement)] = () =>
          exchange(processes, [...placed, ...server], [...placed, ...client], bytes);
      }
    }
  }
  return inTurn(contestants);
}

/** Of the sizes at which starting no longer counts. */
const bounds = { 'its own default': { atLeast: 3 }, 'taskset -c 0': { atLeast: 1.2 } };
const isLarge = (size) => sizes[size] >= 1e4;

const byOurs = (ours, size, placement) => ({
  what: `time of the peer by ${named(ours, size, placement)}`,
  of: (run) => run[named('peer', size, placement)].ms / run[named(ours, size, placement)].ms,
  ...(ours === 'minitalk, bit' && isLarge(size) ? bounds[placement] : {}),
});

module.exports = {
  name: 'peer',
  title: 'Another minitalk, whole client processes',
  measure,
  notes: wrongOrMissing,
  comparisons: Object.keys(sizes).flatMap((size) =>
    Object.keys(placements).flatMap((placement) => [
      byOurs('minitalk, bit', size, placement),
      byOurs('minitalk, auto', size, placement),
    ]),
  ),
};
