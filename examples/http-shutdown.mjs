// An HTTP service that finishes the requests under way before it ends, and says who ended it.
//
//   node examples/http-shutdown.mjs
//   curl http://127.0.0.1:PORT/?seconds=3      and, meanwhile: kill PID
//   PORT=8080                                  any free port unless told
//   DEADLINE=9000                              how long the cleanup may take, in ms
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { explain, shutdown } from 'minitalk/signals';

const ending = shutdown({
  deadline: Number(process.env.DEADLINE ?? 9000),
  onSignal: (info) => console.log(explain(info)),
});

/** A fault of the service: its event loop never runs again. */
function block() {
  console.log('blocking');
  while (true);
}

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  if (pathname === '/block') block();
  response.write('working\n');
  await pause(Number(searchParams.get('seconds')) * 1000);
  response.end('done\n');
  // Else its connection, kept alive by the client, would hold the server up.
  if (ending.signal.aborted) response.on('finish', () => server.closeIdleConnections());
});

server.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
await once(server, 'listening');
console.log(`http://127.0.0.1:${server.address().port} pid ${process.pid}`);

// Deferred first, so it comes last: by then nobody needs it.
ending.defer(() => console.log('closed'));
ending.defer(async () => {
  server.close();
  await once(server, 'close');
});

// What can stop anywhere needs no handler, only the AbortSignal.
while (!ending.signal.aborted) {
  await pause(60_000, undefined, { signal: ending.signal, ref: false }).catch(() => {});
}
console.log('the background work has stopped');
