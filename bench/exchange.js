// One text, from `client PID TEXT` to a `server` of its own, which prints its PID and then the text: a bad exchange
// spoils what follows. It is timed from the client's start until that has ended and the text is printed. One in which a
// program fails, or the text is not printed once, has no time: it is counted.
const { randomBytes } = require('node:crypto');
const { performance } = require('node:perf_hooks');
const { setTimeout: sleep } = require('node:timers/promises');

const START_MS = 30_000;
/** 125 us a bit, more than twice what a signal and its acknowledgement cost between two CPUs. */
const MS_A_BYTE = 1;
const PRINTING_MS = 1000;
/** For what is printed a second time. */
const AFTERWARDS_MS = 50;

const succeeds = (promise) =>
  promise.then(
    () => true,
    () => false,
  );

/**
 * @param server, client a program and its arguments; the client gets the PID and the text behind them
 * @returns {Promise<{ ms: number, 'wrong or missing': number }>}
 */
async function exchange(processes, [server, ...serverArgs], [client, ...clientArgs], bytes) {
  const running = await processes.launch(server, serverArgs);
  const pid = String(running.pid);
  await running.until((text) => text.includes(pid), START_MS);
  const text = randomBytes(bytes / 2).toString('hex');
  const start = performance.now();
  const hasEnded = await succeeds(
    processes.run(client, [...clientArgs, pid, text], START_MS + bytes * MS_A_BYTE),
  );
  const isThere = await succeeds(running.until((printed) => printed.includes(text), PRINTING_MS));
  const ms = performance.now() - start;
  await sleep(AFTERWARDS_MS);
  await running.stop();
  const isOnce = isThere && running.printed().split(text).length === 2;
  return hasEnded && isOnce ? { ms, 'wrong or missing': 0 } : { ms: NaN, 'wrong or missing': 1 };
}

/** How many exchanges were wrong or missing, of all repeats. */
function wrongOrMissing(runs) {
  return Object.keys(runs[0]).flatMap((contestant) => {
    const wrong = runs.filter((run) => run[contestant]['wrong or missing'] > 0).length;
    return wrong === 0 ? [] : [`wrong or missing: ${contestant}: ${wrong} of ${runs.length}`];
  });
}

module.exports = { exchange, wrongOrMissing };
