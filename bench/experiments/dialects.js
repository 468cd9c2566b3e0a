// Other minitalks' dialects: our client, or our server, in place of that of a program in C (test/peers), which has no
// known fault and awaits every acknowledgement that its dialect has.
const { mkdirSync } = require('node:fs');
const { join } = require('node:path');
const { compile, specs } = require('../../test/peers/compile.js');
const { exchange, wrongOrMissing } = require('../exchange.js');
const { clientProgram, serverProgram } = require('../programs.js');

const BYTES = 10_000;
/** One of each kind. */
const dialects = ['seed', 'seed-bonus', 'classic', 'handshake', 'echo', 'paced'];

const pairs = ['C to C', 'ours to C', 'C to ours'];
const named = (dialect, pair) => `${dialect}, ${pair}`;

/** Once in a run: server and client in C. */
const compiled = new Map();

function peerOf(dialect, folder) {
  if (!compiled.has(dialect)) {
    const own = join(folder, dialect);
    mkdirSync(own);
    compile(own, specs[dialect]);
    compiled.set(dialect, { server: [join(own, 'server')], client: [join(own, 'client')] });
  }
  return compiled.get(dialect);
}

function measure({ processes, inTurn }) {
  const contestants = {};
  for (const dialect of dialects) {
    const peer = peerOf(dialect, processes.folder);
    // Ours needs no pause: it sees when a bit has been taken.
    const spec = specs[dialect].replace(/,gap=\d+/, '');
    const ours = (program) => [process.execPath, program, '--dialect', spec];
    const sides = {
      'C to C': [peer.server, peer.client],
      'ours to C': [peer.server, ours(clientProgram)],
      'C to ours': [ours(serverProgram), peer.client],
    };
    for (const pair of pairs) {
      contestants[named(dialect, pair)] = async () => {
        const result = await exchange(processes, ...sides[pair], BYTES);
        return { ...result, 'kbit/s': (8 * BYTES) / result.ms };
      };
    }
  }
  return inTurn(contestants);
}

module.exports = {
  name: 'dialects',
  title: `${BYTES.toLocaleString('en-US')} bytes by dialect, whole client processes`,
  measure,
  notes: wrongOrMissing,
  comparisons: dialects.flatMap((dialect) =>
    pairs.slice(1).map((pair) => ({
      what: `speed, ${named(dialect, pair)}, by C to C`,
      of: (run) => run[named(dialect, 'C to C')].ms / run[named(dialect, pair)].ms,
    })),
  ),
};
