// A server and its clients, each a process of its own.

/** A server that listens. `place` as in createServer(). */
const startServer = (processes, place = 'auto') => processes.start('server', [place]);

/** A client that is connected. */
const startClient = (processes, server, place = 'auto') =>
  processes.start('client', [server.pid, place]);

/** That the server has what was sent, in that mode. */
async function check(server, { mode }, digest) {
  const last = await server.ask('last');
  if (last.mode !== mode) throw new Error(`sent in ${mode} mode, arrived in ${last.mode} mode`);
  if (last.digest !== digest) throw new Error(`${mode} mode: other bytes arrived than sent`);
}

/** The client's times, in ms. */
async function send(server, client, what) {
  const { times, digest } = await client.ask('send', what);
  await check(server, what, digest);
  return times;
}

/** How long one message took, and the CPU time of all threads of both; ms. */
async function sendMeasured(server, client, what) {
  const before = await server.ask('cpuMs');
  const { times, cpuMs, digest } = await client.ask('send', what);
  const after = await server.ask('cpuMs');
  await check(server, what, digest);
  return { ms: times[0], cpuMs: cpuMs + after - before };
}

module.exports = { check, send, sendMeasured, startClient, startServer };
