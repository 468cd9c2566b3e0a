// How long an event loop is away. perf_hooks' monitorEventLoopDelay samples by a timer of
// whole milliseconds; here every turn is timed by an immediate that asks for the next one.
const { performance } = require('node:perf_hooks');

/** Shorter turns, of which there are many, delay nothing. */
const SHORTEST_MS = 0.05;

/** The turns longer than that during `work`, and how long the whole took; ms. */
async function loopGaps(work) {
  const gaps = [];
  const start = performance.now();
  let last = start;
  let ended = false;
  setImmediate(function turn() {
    const now = performance.now();
    if (now - last > SHORTEST_MS) gaps.push(now - last);
    last = now;
    if (!ended) setImmediate(turn);
  });
  await work();
  ended = true;
  return { gaps, totalMs: performance.now() - start };
}

/** The same between two commands. */
function loopGapsBetween() {
  let end;
  let measured;
  return {
    startGaps() {
      measured = loopGaps(() => new Promise((resolve) => (end = resolve)));
    },
    endGaps() {
      end();
      return measured;
    },
  };
}

module.exports = { loopGaps, loopGapsBetween };
