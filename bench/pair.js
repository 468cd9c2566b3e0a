// A server and its clients, each a process of its own.

/** A server that listens. `place` as in createServer(). */
const startServer = (processes, place = 'auto') => processes.start('server', [place]);

/** A client that is connected. */
const startClient = (processes, server, place = 'auto') =>
  processes.start('client', [server.pid, place]);

/** The client's times, in ms, once the server is found to have what was sent, in that mode. */
async function send(server, client, what) {
  const { times, digest } = await client.ask('send', what);
  const last = await server.ask('last');
  if (last.mode !== what.mode) {
    throw new Error(`sent in ${what.mode} mode, arrived in ${last.mode} mode`);
  }
  if (last.digest !== digest) throw new Error(`${what.mode} mode: other bytes arrived than sent`);
  return times;
}

module.exports = { send, startClient, startServer };
