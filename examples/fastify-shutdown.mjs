// A fastify service that finishes the requests under way before it ends. Its logger says who
// ended it, under a key of its own: a signal's `pid` and `time` are not the logger's.
//
//   node examples/fastify-shutdown.mjs
//   curl http://127.0.0.1:PORT/?seconds=3      and, meanwhile: kill PID
//   PORT=8080                                  any free port unless told
import { setTimeout as pause } from 'node:timers/promises';
import fastify from 'fastify';
import { explain, shutdown } from 'minitalk/signals';

const app = fastify({ logger: true });

app.get('/', async (request) => {
  await pause(Number(request.query.seconds ?? 0) * 1000);
  return 'done\n';
});

const ending = shutdown({
  onSignal: (info) => app.log.info({ signal: info }, explain(info)),
  onError: (error) => app.log.error(error),
});

app.addHook('onSend', async (_request, reply) => {
  // Else its connection, kept alive by the client, would hold the service up.
  if (ending.signal.aborted) reply.header('connection', 'close');
});
app.addHook('onClose', async () => app.log.info('closed'));
ending.defer(() => app.close());

// With localhost, fastify's own, close() waits for no request until all of its addresses are bound.
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 0) });
