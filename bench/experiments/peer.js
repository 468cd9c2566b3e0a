// Another minitalk, of two programs: `server` prints its PID, then the texts that come from
// `client PID TEXT`. Each exchange has a server of its own, for a bad one spoils what follows,
// and is timed from the client's start until it has ended and the text is printed. One in
// which a program fails or the text is not printed, or not once, has no time: it is counted.
const { randomBytes } = require('node:crypto');
const { join } = require('node:path');
const { performance } = require('node:perf_hooks');
const { setTimeout: sleep } = require('node:timers/promises');
const { clientProgram, serverProgram } = require('../programs.js');

const START_MS = 30_000;
/** 125 us a bit, more than twice what a signal and its acknowledgement cost between two CPUs. */
const MS_A_BYTE = 1;
const PRINTING_MS = 1000;
/** For what is printed a second time. */
const AFTERWARDS_MS = 50;
const sizes = { '100 B': 100, '1 kB': 1e3, '10 kB': 1e4, '100 kB': 1e5 };

const placements = { 'its own default': [], 'taskset -c 0': ['taskset', '-c', '0'] };

/** A server is a program that writes to a terminal: unbuffered, lest a pipe keep the PID. */
const unbuffered = (program) => ['stdbuf', '-o0', program];

const succeeds = (promise) =>
  promise.then(
    () => true,
    () => false,
  );

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

const named = (program, size, placement) => `${program}, ${size}, ${placement}`;

async function measure({ processes, inTurn, options }) {
  const node = [process.execPath];
  const pairs = {
    'minitalk, bit': [
      [...node, serverProgram],
      [...node, clientProgram, '--mode', 'bit'],
    ],
    'minitalk, auto': [
      [...node, serverProgram],
      [...node, clientProgram, '--mode', 'auto'],
    ],
    peer: [unbuffered(join(options.peer, 'server')), [join(options.peer, 'client')]],
  };
  const contestants = {};
  for (const [size, bytes] of Object.entries(sizes)) {
    for (const [placement, placed] of Object.entries(placements)) {
      for (const [program, [server, client]] of Object.entries(pairs)) {
        contestants[named(program, size, placement)] = () =>
          exchange(processes, [...placed, ...server], [...placed, ...client], bytes);
      }
    }
  }
  return inTurn(contestants);
}

/** How many exchanges were wrong or missing, of all repeats. */
function notes(runs) {
  return Object.keys(runs[0]).flatMap((contestant) => {
    const wrong = runs.filter((run) => run[contestant]['wrong or missing'] > 0).length;
    return wrong === 0 ? [] : [`wrong or missing: ${contestant}: ${wrong} of ${runs.length}`];
  });
}

/** Of the sizes at which starting no longer counts. */
const bounds = { 'its own default': { atLeast: 3 }, 'taskset -c 0': { atLeast: 1.2 } };
const isLarge = (size) => sizes[size] >= 1e4;

const byOurs = (ours, size, placement) => ({
  what: `time of the peer by ${named(ours, size, placement)}`,
  of: (run) => run[named('peer', size, placement)].ms / run[named(ours, size, placement)].ms,
  ...(ours === 'minitalk, bit' && isLarge(size) ? bounds[placement] : {}),
});

module.exports = {
  name: 'peer',
  title: 'Another minitalk, whole client processes',
  measure,
  notes,
  comparisons: Object.keys(sizes).flatMap((size) =>
    Object.keys(placements).flatMap((placement) => [
      byOurs('minitalk, bit', size, placement),
      byOurs('minitalk, auto', size, placement),
    ]),
  ),
};
