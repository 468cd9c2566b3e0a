// Both sides of the bridge on one machine, with a Redis of their own, to try it:
//
//   node examples/redis-bridge/run.mjs [FOLDER]       then, in another terminal:
//   minitalk client @near 'hello'                     tail -f FOLDER/inbox
//
// It starts again what ends. Ctrl-C ends all of it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { shutdown } from 'minitalk/signals';

if (spawnSync('redis-server', ['--version']).error) {
  console.error('redis-server is not here (Debian: apt-get install redis-server)');
  process.exit(69);
}

const RESTART_MS = 200;
const own = process.argv[2] === undefined && mkdtempSync(join(tmpdir(), 'redis-bridge-'));
const folder = own || resolve(process.argv[2]);
mkdirSync(folder, { recursive: true });
const [journal, inbox, socket] = ['journal', 'inbox', 'redis'].map((name) => join(folder, name));
const path = (name) => fileURLToPath(import.meta.resolve(name));
const node = process.execPath;
const minitalk = join(path('minitalk/package.json'), '..', 'bin', 'minitalk');
const near = 'exec "$0" server --json --name near >> "$1"';

const parts = {
  // In memory only: the journal has all that Redis can lose.
  redis: ['redis-server', '--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder],
  near: ['sh', '-c', near, minitalk, journal],
  in: [node, path('./in.mjs'), journal, 'near'],
  out: [node, path('./out.mjs'), 'near', 'far'],
  receiver: [node, path('./receiver.mjs'), 'far', inbox],
};

const env = { ...process.env, REDIS_URL: `unix://${socket}` };
const ending = shutdown();

async function end(child) {
  child.kill();
  await once(child, 'exit');
}

async function keep(name, [command, ...args]) {
  while (!ending.signal.aborted) {
    const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    console.log(`${name}: pid ${child.pid}`);
    const forget = ending.defer(() => end(child));
    await once(child, 'exit');
    forget();
    await pause(RESTART_MS);
  }
}

if (own) ending.defer(() => rmSync(own, { recursive: true }));
console.log(`folder: ${folder}`);
for (const [name, command] of Object.entries(parts)) keep(name, command);
