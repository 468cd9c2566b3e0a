// The time of one message by its size: small ones show what a message costs whatever its size.
const { median } = require('../figures.js');
const { send, startClient, startServer } = require('../pair.js');
const { modes } = require('../schemes.js');

const sizes = { '1 B': 1, '10 B': 10, '100 B': 100, '1 kB': 1e3, '10 kB': 1e4, '100 kB': 1e5 };
const large = { '1 MB': 1e6, '10 MB': 1e7 };

const largest = { bit: 1e4, word: 1e6, burst: 1e7 };
const largestIfLong = { bit: 1e6, word: 1e7, burst: 1e7 };

const MOST = 10;

async function measure({ processes, inTurn, options }) {
  const server = await startServer(processes);
  const client = await startClient(processes, server);
  const contestants = {};
  for (const mode of modes) {
    await send(server, client, { mode, bytes: 500 });
    const limit = (options.long ? largestIfLong : largest)[mode];
    for (const [name, bytes] of Object.entries({ ...sizes, ...large })) {
      if (bytes > limit) continue;
      contestants[`${mode}, ${name}`] = async () => {
        const count = Math.min(MOST, Math.max(1, 1e4 / bytes));
        const ms = median(await send(server, client, { mode, bytes, count }));
        return { ms, 'ns a byte': (ms * 1e6) / bytes };
      };
    }
  }
  return inTurn(contestants);
}

module.exports = { name: 'sizes', title: 'One message by size', measure, comparisons: [] };
