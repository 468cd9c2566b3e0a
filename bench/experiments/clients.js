// Many clients at once, all connected before the clock starts, which is the same for all.
// Together they send as much as one does alone.
const { startClient, startServer } = require('../pair.js');

const counts = [2, 4, 8, 16];
const MOST = Math.max(...counts);
// Of all clients together. With eight each the first of sixteen is done not long before the last.
const MESSAGES = 8 * MOST;
const loads = {
  'bit, too short for lanes': { mode: 'bit', bytes: 64 },
  bit: { mode: 'bit', bytes: 256 },
  word: { mode: 'word', bytes: 12_000 },
  burst: { mode: 'burst', bytes: 100_000 },
};
const HEAD_START_MS = 50;
const WARM_UP = 30;

const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6;

async function measure({ processes, inTurn }) {
  const server = await startServer(processes);
  const clients = [];
  while (clients.length < MOST) clients.push(await startClient(processes, server));

  const together = async ({ mode, bytes }, count, messages = MESSAGES) => {
    const what = { mode, bytes, count: messages / count, at: monotonicMs() + HEAD_START_MS };
    const times = await Promise.all(
      clients.slice(0, count).map((client) => client.ask('sendAt', what)),
    );
    return {
      'bytes a second': (messages * bytes * 1e3) / Math.max(...times),
      'slowest by fastest': Math.min(...times) / Math.max(...times),
    };
  };
  // Between two halves of what one sends alone: the machine's speed changes meanwhile.
  const besideAlone = async (load, count) => {
    const alone = async () => (await together(load, 1, MESSAGES / 2))['bytes a second'];
    const before = await alone();
    const figures = await together(load, count);
    const after = await alone();
    return { ...figures, 'by one alone': (2 * figures['bytes a second']) / (before + after) };
  };

  const contestants = {};
  for (const [name, load] of Object.entries(loads)) {
    // As warm as the first, which sends alone too.
    for (const client of clients) await client.ask('send', { ...load, count: WARM_UP });
    for (const count of counts) {
      contestants[`${name}, ${count}`] = () => besideAlone(load, count);
    }
  }
  return inTurn(contestants);
}

const comparisons = Object.keys(loads).flatMap((name) => {
  const most = `${name}, ${MOST}`;
  return [
    {
      what: `${name}: ${MOST} clients together by one alone`,
      of: (run) => run[most]['by one alone'],
      atLeast: 0.95,
    },
    {
      what: `${name}: slowest by fastest of ${MOST} clients`,
      of: (run) => run[most]['slowest by fastest'],
      atLeast: 0.7,
    },
  ];
});

module.exports = { name: 'clients', title: 'Clients at once', measure, comparisons };
