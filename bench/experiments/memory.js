// Resident memory and threads, beside a Node process that does nothing. The server keeps nothing of
// a message that went by lanes.
const { setTimeout: sleep } = require('node:timers/promises');
const { send, startClient, startServer } = require('../pair.js');
const { size } = require('../proc.js');

const BYTES = 1e6;
const BYTES_BY_LANES = 1e4;
/** Longer than lanes last. */
const AFTERWARDS_S = 15;
const AFTERWARDS_IF_LONG_S = 60;

async function measure({ processes, options }) {
  const bare = await processes.start('bare');
  const server = await startServer(processes);
  const figures = { 'bare node': size(bare.pid), 'idle server': size(server.pid) };
  const sender = await startClient(processes, server);
  await send(server, sender, { mode: 'bit', bytes: BYTES_BY_LANES });
  await sleep((options.long ? AFTERWARDS_IF_LONG_S : AFTERWARDS_S) * 1e3);
  figures['idle server, after a message'] = size(server.pid);
  for (const mode of ['word', 'burst']) {
    const client = await startClient(processes, server);
    await send(server, client, { mode, bytes: BYTES });
    figures[`client after 1 MB, ${mode}`] = size(client.pid);
  }
  return figures;
}

const memoryBy = (name, other) => ({
  what: `memory of ${name} by ${other}`,
  of: (run) => run[name].MB / run[other].MB,
});

module.exports = {
  name: 'memory',
  title: 'Resident memory, threads',
  measure,
  comparisons: [
    memoryBy('idle server', 'bare node'),
    memoryBy('idle server, after a message', 'idle server'),
    {
      what: 'idle server: threads more after a message than before',
      of: (run) => run['idle server, after a message'].threads - run['idle server'].threads,
      atMost: 0,
    },
    memoryBy('client after 1 MB, word', 'bare node'),
    memoryBy('client after 1 MB, burst', 'bare node'),
  ],
};
