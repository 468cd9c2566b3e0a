// Whole processes: a client that sends one message, a server until it says its pid, and a
// Node that does nothing.
const { spawnSync } = require('node:child_process');
const { performance } = require('node:perf_hooks');
const { median } = require('../figures.js');
const { clientProgram, serverProgram } = require('../programs.js');

const COUNT = 4;
const LIMIT_MS = 10_000;

function wallMs(args) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - start;
}

async function measure({ processes, inTurn }) {
  const launchServer = async () => {
    const server = await processes.launch(process.execPath, [serverProgram]);
    await server.until((text) => text.endsWith('\n'), LIMIT_MS);
    return server;
  };
  const { pid } = await launchServer();
  const contestants = {
    'node -e 0': () => wallMs(['-e', '0']),
    'minitalk client': () => wallMs([clientProgram, String(pid), 'hi']),
    'minitalk server': async () => {
      const start = performance.now();
      const { stop } = await launchServer();
      const ms = performance.now() - start;
      await stop();
      return ms;
    },
  };
  const times = {};
  for (let i = 0; i < COUNT; i += 1) {
    for (const [name, ms] of Object.entries(await inTurn(contestants))) {
      times[name] ??= [];
      times[name].push(ms);
    }
  }
  return Object.fromEntries(
    Object.entries(times).map(([name, list]) => [name, { ms: median(list) }]),
  );
}

const byNode = (name) => ({
  what: `${name} by node -e 0`,
  of: (run) => run[name].ms / run['node -e 0'].ms,
  atMost: 2.5,
});

module.exports = {
  name: 'startup',
  title: 'Starting',
  measure,
  comparisons: [byNode('minitalk client'), byNode('minitalk server')],
};
