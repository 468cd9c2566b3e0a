// What processes cost that do nothing, all in the same seconds.
const { setTimeout: sleep } = require('node:timers/promises');
const { startClient, startServer } = require('../pair.js');
const { usage } = require('../proc.js');

const SETTLE_MS = 1500;
const IDLE_MS = 5000;

async function measure({ processes }) {
  const connected = await startServer(processes);
  const idle = {
    'bare node': await processes.start('bare'),
    server: await startServer(processes),
    'server, connected': connected,
    'client, connected': await startClient(processes, connected),
  };
  await sleep(SETTLE_MS);
  const usages = () => Object.entries(idle).map(([name, { pid }]) => [name, usage(pid)]);
  const before = Object.fromEntries(usages());
  await sleep(IDLE_MS);
  return Object.fromEntries(
    usages().map(([name, { cpuUs, switches }]) => [
      name,
      { 'CPU us': cpuUs - before[name].cpuUs, switches: switches - before[name].switches },
    ]),
  );
}

module.exports = {
  name: 'idle',
  title: `Idle for ${IDLE_MS / 1000} s`,
  measure,
  comparisons: ['server', 'server, connected', 'client, connected'].map((name) => ({
    what: `idle ${name}: context switches`,
    of: (run) => run[name].switches,
    atMost: 0,
  })),
};
