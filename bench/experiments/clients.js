// Many clients at once, all connected before the clock starts, which is the same for all.
// Together they send as much as one does alone.
const { startClient, startServer } = require('../pair.js');
const { modes } = require('../schemes.js');

const counts = [1, 2, 4, 8, 16];
const MOST = Math.max(...counts);
// Of all clients together. With eight each the first of sixteen is done not long before the last.
const MESSAGES = 8 * MOST;
const bytesOf = { bit: 64, word: 12_000, burst: 100_000 };
const HEAD_START_MS = 50;

const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6;

async function measure({ processes, inTurn }) {
  const server = await startServer(processes);
  const clients = [];
  while (clients.length < MOST) clients.push(await startClient(processes, server));

  const together = (mode, count) => async () => {
    const bytes = bytesOf[mode];
    const what = { mode, bytes, count: MESSAGES / count, at: monotonicMs() + HEAD_START_MS };
    const times = await Promise.all(
      clients.slice(0, count).map((client) => client.ask('sendAt', what)),
    );
    return {
      'bytes a second': (MESSAGES * bytes * 1e3) / Math.max(...times),
      'slowest by fastest': Math.min(...times) / Math.max(...times),
    };
  };

  const contestants = {};
  for (const mode of modes) {
    for (const client of clients) await client.ask('send', { mode, bytes: 100 });
    for (const count of counts) contestants[`${mode}, ${count}`] = together(mode, count);
  }
  return inTurn(contestants);
}

const comparisons = modes.flatMap((mode) => {
  const most = `${mode}, ${MOST}`;
  return [
    {
      what: `${mode}: ${MOST} clients together by one alone`,
      of: (run) => run[most]['bytes a second'] / run[`${mode}, 1`]['bytes a second'],
      atLeast: 0.9,
    },
    {
      what: `${mode}: slowest by fastest of ${MOST} clients`,
      of: (run) => run[most]['slowest by fastest'],
      atLeast: 0.7,
    },
  ];
});

module.exports = { name: 'clients', title: 'Clients at once', measure, comparisons };
