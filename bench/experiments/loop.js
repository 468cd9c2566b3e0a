// What a client that sends leaves of its event loop: how late something comes that is due
// at a random moment. From the loop's gaps: it falls into one of length g with a chance
// that grows with g, and then waits between 0 and g.
const { startClient, startServer } = require('../pair.js');
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

async function measure({ processes, inTurn }) {
  const server = await startServer(processes);
  const client = await startClient(processes, server);
  const delays = (what, argument) => async () => {
    const measured = await client.ask(what, argument);
    return {
      'p50 ms': delayOf(0.5, measured),
      'p99 ms': delayOf(0.01, measured),
      'max ms': Math.max(0, ...measured.gaps),
    };
  };
  const contestants = { 'nothing sent': delays('gapsResting', { ms: REST_MS }) };
  for (const mode of modes) {
    await client.ask('send', { mode, bytes: 500 });
    contestants[mode] = delays('gapsSending', { mode, bytes: bytesOf[mode] });
  }
  return inTurn(contestants);
}

module.exports = {
  name: 'loop',
  title: 'Delays in the event loop of a client that sends',
  measure,
  comparisons: modes.map((mode) => ({
    what: `${mode}: p99 of the delay, ms`,
    of: (run) => run[mode]['p99 ms'],
    atMost: 5,
  })),
};
