// A small message now and then, connection open: from the call of send() to delivered.
const { median, quantile } = require('../figures.js');
const { send, startClient, startServer } = require('../pair.js');
const { modes } = require('../schemes.js');

const COUNT = 250;
const texts = {
  '8 bytes': { text: 'minitalk', atMost: 0.9 },
  hi: { text: 'hi', atMost: 0.7 },
};

async function measure({ processes, inTurn }) {
  const server = await startServer(processes);
  const client = await startClient(processes, server);
  const contestants = {};
  for (const mode of modes) {
    for (const [name, { text }] of Object.entries(texts)) {
      contestants[`${mode}, ${name}`] = async () => {
        const times = await send(server, client, { mode, text, count: COUNT, rests: true });
        return { 'median ms': median(times), 'p99 ms': quantile(times, 0.99) };
      };
    }
  }
  return inTurn(contestants);
}

module.exports = {
  name: 'latency',
  title: 'A small message now and then',
  measure,
  comparisons: modes.flatMap((mode) =>
    Object.entries(texts).map(([name, { atMost }]) => ({
      what: `${mode}: ${name}, median ms`,
      of: (run) => run[`${mode}, ${name}`]['median ms'],
      atMost,
    })),
  ),
};
