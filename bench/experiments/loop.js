// What a client that sends, and the server that it sends to, have left of their event loops: how
// late something comes that is due at a random moment. From the loop's gaps: it falls into one of
// length g with a chance that grows with g, and then waits between 0 and g.
const { check, send, startClient, startServer } = require('../pair.js');
const { modes } = require('../schemes.js');

const bytesOf = { bit: 5000, word: 1e6, burst: 4e6 };
const REST_MS = 500;
const PRECISION_MS = 0.001;

/** The chance that it comes later than that. */
const chanceOfMore = (delay, { gaps, totalMs }) =>
  gaps.reduce((sum, gap) => sum + Math.max(0, gap - delay), 0) / totalMs;

/** The delay that is exceeded with that chance. */
function delayOf(chance, measured) {
  let least = 0;
  let most = Math.max(0, ...measured.gaps);
  while (most - least > PRECISION_MS) {
    const middle = (least + most) / 2;
    if (chanceOfMore(middle, measured) > chance) least = middle;
    else most = middle;
  }
  return most;
}

const figuresOf = (measured) => ({
  'p50 ms': delayOf(0.5, measured),
  'p99 ms': delayOf(0.01, measured),
  'max ms': Math.max(0, ...measured.gaps),
});

async function measure({ processes, inTurn }) {
  const server = await startServer(processes);
  const client = await startClient(processes, server);
  const resting = async () => figuresOf(await client.ask('gapsResting', { ms: REST_MS }));
  const contestants = { 'nothing sent': resting };
  for (const mode of modes) {
    await send(server, client, { mode, bytes: 500 });
    const what = { mode, bytes: bytesOf[mode] };
    contestants[`${mode}, client`] = async () => figuresOf(await client.ask('gapsSending', what));
    contestants[`${mode}, server`] = async () => {
      await server.ask('startGaps');
      const { digest } = await client.ask('send', what);
      const measured = await server.ask('endGaps');
      await check(server, what, digest);
      return figuresOf(measured);
    };
  }
  return inTurn(contestants);
}

module.exports = {
  name: 'loop',
  title: 'Delays in the event loops while a client sends',
  measure,
  comparisons: modes.flatMap((mode) =>
    ['client', 'server'].map((end) => ({
      what: `${mode}, ${end}: p99 of the delay, ms`,
      of: (run) => run[`${mode}, ${end}`]['p99 ms'],
      atMost: 5,
    })),
  ),
};
