// A service that reads its configuration again on SIGHUP, and says who asked for that. Requests
// under way end with the configuration that they began with. A bad one changes nothing.
//
//   node examples/reload.mjs config.json       which holds {"greeting": "hello"}
//   curl http://127.0.0.1:PORT/                and, when the file has changed: kill -HUP PID
//   PORT=8080                                  any free port unless told
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { explain, kill, shutdown, watch } from 'minitalk/signals';

const EX_CONFIG = 78; // see sysexits.h
const path = process.argv[2] ?? 'config.json';
let config;
let reload; // the one under way
let askedAgain = false;

/** @throws when the file cannot be read, or is no configuration */
async function load() {
  const read = JSON.parse(await readFile(path, 'utf8'));
  if (typeof read.greeting !== 'string') throw new Error('greeting: expected a string');
  return Object.freeze(read);
}

/** However often it is asked for meanwhile: once more, because the file may have changed since. */
async function reloadUntilDone() {
  do {
    askedAgain = false;
    try {
      config = await load();
      console.log(`reloaded ${path}`);
    } catch (error) {
      console.error(`not reloaded, the earlier configuration stays: ${path}: ${error.message}`);
    }
  } while (askedAgain);
  reload = undefined;
}

// Stands before anything else: without it SIGHUP would end the process. `outside` is a container's
// runtime; the snapshot says who it was although a kill command is gone at once.
const from = { uids: [0, process.getuid()], relations: ['outside'], others: 'refuse' };
const watcher = watch(['SIGHUP'], { snapshot: true, from });
watcher.on('refused', (info) => console.error(`refused: ${explain(info)}`));
watcher.on('SIGHUP', (info) => {
  console.log(explain(info));
  if (info.origin === 'kernel') {
    kill(process.pid, 'SIGTERM'); // its terminal was closed, which is no wish for a reload
  } else if (reload) {
    askedAgain = true;
  } else if (config) {
    reload = reloadUntilDone();
  }
});
const ending = shutdown({
  signals: ['SIGTERM', 'SIGINT'],
  onSignal: (info) => console.log(explain(info)),
});

config = await load().catch((error) => {
  console.error(`${path}: ${error.message}`);
  process.exit(EX_CONFIG);
});

const server = createServer(async (request, response) => {
  const { greeting } = config; // this one to the end
  response.write('working\n');
  await pause(Number(new URL(request.url, 'http://localhost').searchParams.get('seconds')) * 1000);
  response.end(`${greeting}\n`);
  if (ending.signal.aborted) response.on('finish', () => server.closeIdleConnections());
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
await once(server, 'listening');
console.log(`http://127.0.0.1:${server.address().port} pid ${process.pid}`);

ending.defer(async () => {
  server.close();
  await once(server, 'close');
});
