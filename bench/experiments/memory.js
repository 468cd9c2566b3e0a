// Resident memory beside a Node process that does nothing.
const { send, startClient, startServer } = require('../pair.js');
const { residentMb } = require('../proc.js');

const BYTES = 1e6;

async function measure({ processes }) {
  const bare = await processes.start('bare');
  const server = await startServer(processes);
  const figures = {
    'bare node': { MB: residentMb(bare.pid) },
    'idle server': { MB: residentMb(server.pid) },
  };
  for (const mode of ['word', 'burst']) {
    const client = await startClient(processes, server);
    await send(server, client, { mode, bytes: BYTES });
    figures[`client after 1 MB, ${mode}`] = { MB: residentMb(client.pid) };
  }
  return figures;
}

const byBare = (name) => ({
  what: `${name} by bare node`,
  of: (run) => run[name].MB / run['bare node'].MB,
});

module.exports = {
  name: 'memory',
  title: 'Resident memory',
  measure,
  comparisons: ['idle server', 'client after 1 MB, word', 'client after 1 MB, burst'].map(byBare),
};
