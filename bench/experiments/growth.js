// Whether the time of a message grows as its size does: a large one between small ones, so
// that a machine which slows down or speeds up meanwhile slows and speeds both.
const { median } = require('../figures.js');
const { send, startClient, startServer } = require('../pair.js');
const { modes } = require('../schemes.js');

// The small ones: what every message costs, whatever its size, is below a few percent there.
const small = { bit: 1e4, word: 1e5, burst: 1e6 };
const large = { bit: 1e5, word: 1e6, burst: 1e7 };
const largeIfLong = { bit: 1e6, word: 1e7, burst: 1e7 };

const EACH_SIDE = 4;

async function measure({ processes, inTurn, options }) {
  const server = await startServer(processes);
  const client = await startClient(processes, server);
  const contestants = {};
  for (const mode of modes) {
    await send(server, client, { mode, bytes: small[mode] });
    const bytes = (options.long ? largeIfLong : large)[mode];
    contestants[mode] = async () => {
      const ofSmall = { mode, bytes: small[mode], count: EACH_SIDE };
      const before = await send(server, client, ofSmall);
      const [ms] = await send(server, client, { mode, bytes });
      const after = await send(server, client, ofSmall);
      const nsSmall = (median([...before, ...after]) * 1e6) / small[mode];
      return { 'small, ns a byte': nsSmall, 'large, ns a byte': (ms * 1e6) / bytes };
    };
  }
  return inTurn(contestants);
}

const named = { 1e4: '10 kB', 1e5: '100 kB', 1e6: '1 MB' };

module.exports = {
  name: 'growth',
  title: 'A large message between small ones',
  measure,
  comparisons: modes.map((mode) => ({
    what: `${mode}: a byte of the large by one of ${named[small[mode]]}`,
    of: (run) => run[mode]['large, ns a byte'] / run[mode]['small, ns a byte'],
    atMost: 1.1,
  })),
};
