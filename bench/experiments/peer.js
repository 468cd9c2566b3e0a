// Another minitalk, of two programs: `server` prints its PID, then the texts that come from
// `client PID TEXT`. Each exchange has a server of its own, for a bad one spoils what follows,
// and is timed from the client's start until it has ended and the text is printed.
const { randomBytes } = require('node:crypto');
const { join } = require('node:path');
const { performance } = require('node:perf_hooks');
const { clientProgram, serverProgram } = require('../programs.js');

const LIMIT_MS = 30_000;
const PRINTING_MS = 1000;
const sizes = [100, 1000];

/** Its server is a program that writes to a terminal: unbuffered, lest a pipe keep the PID. */
const unbuffered = (program) => ['stdbuf', '-o0', program];

async function exchange(processes, [server, ...serverArgs], [client, ...clientArgs], size) {
  const running = await processes.launch(server, serverArgs);
  const pid = String(running.pid);
  await running.until((text) => text.includes(pid), LIMIT_MS);
  const text = randomBytes(size / 2).toString('hex');
  const start = performance.now();
  const hasEnded = await processes.run(client, [...clientArgs, pid, text], LIMIT_MS).then(
    () => true,
    () => false,
  );
  let ms = performance.now() - start;
  const isExact = await running
    .until((printed) => printed.includes(text), PRINTING_MS)
    .then(
      () => true,
      () => false,
    );
  if (isExact) ms = performance.now() - start;
  await running.stop();
  return { ms, exact: Number(hasEnded && isExact) };
}

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
  for (const [name, [server, client]] of Object.entries(pairs)) {
    for (const size of sizes) {
      contestants[`${name}, ${size} characters`] = () => exchange(processes, server, client, size);
    }
  }
  return inTurn(contestants);
}

const byOurs = (ours, size) => ({
  what: `time of the peer by ${ours}, ${size} characters`,
  of: (run) => run[`peer, ${size} characters`].ms / run[`${ours}, ${size} characters`].ms,
});

module.exports = {
  name: 'peer',
  title: 'Another minitalk, whole client processes (exact: 1)',
  measure,
  comparisons: sizes.flatMap((size) => [
    byOurs('minitalk, bit', size),
    byOurs('minitalk, auto', size),
  ]),
};
