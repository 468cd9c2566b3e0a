// Every table has an end: who comes then is told why, and there is room again when somebody goes.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type * as minitalk from '../../lib/index.js';
import {
  bin,
  Process,
  printed,
  root,
  runClient,
  runScript,
  sleep,
  startServer,
} from '../support/processes.js';

/** What a server's tables hold at most: docs/limitations.md, "How much". */
const SESSIONS_OF_PROCESS = 256;
const PROCESSES = 4;
/** A session that nobody has used for so long may have to go, ms. */
const UNUSED_MS = 10_000;

/** A client that opens sessions for threads of its own, and uses none. */
async function open(server: Process, threads: number, sessions: number): Promise<Process> {
  const script = join(root, 'test', 'support', 'opener.py');
  const opener = new Process('python3', [script, ...[server.pid, threads, sessions].map(String)]);
  await opener.until(({ text }) => text === 'open\n');
  return opener;
}

const linesOf = ({ stderr }: Process) => stderr.split('\n').filter((line) => line !== '');
const descriptorsOf = ({ pid }: Process) => readdirSync(`/proc/${pid}/fd`).length;

test('a server at its limit of descriptors says so to each client, to its operator once, and hears again when there is room', async () => {
  const command = [process.execPath, bin('minitalk-server')];
  const server = new Process('sh', ['-c', 'ulimit -n 64 && exec "$0" "$@"', ...command]);
  await server.until(({ text }) => text.includes('\n'));
  for (const episode of [1, 2]) {
    const opener = await open(server, 60, 60);
    for (const text of ['refused', 'refused again']) {
      const { code, stderr } = await runClient([server.pid, text]);
      expect({ code, stderr }).toEqual({
        code: 75,
        stderr: expect.stringMatching(
          /^minitalk-client: server \d+ has no file descriptor left for another client; nothing was sent: .*\n$/,
        ),
      });
    }
    expect(linesOf(server)).toEqual(
      Array(episode).fill(
        expect.stringMatching(
          /^minitalk-server: new clients are refused: .* EMFILE: .*: this process has no file descriptor left: .*ulimit -n/,
        ),
      ),
    );
    await opener.end('SIGKILL');
    expect((await runClient([server.pid, `heard ${episode}`])).code).toBe(0);
  }
  expect(printed(server).toString()).toBe('heard 1\nheard 2\n');
  expect(await server.end()).toEqual({ code: 0, signal: null });
});

test('all sessions of a process share two descriptors of the server, and are bounded', async () => {
  const server = await startServer();
  const one = await open(server, 1, 1);
  const descriptors = descriptorsOf(server);
  const many = await open(server, 1, SESSIONS_OF_PROCESS);
  expect(descriptorsOf(server)).toBe(descriptors + 2);
  expect(server.stderr).toBe('');
  const tooMany = await open(server, 1, SESSIONS_OF_PROCESS + 2);
  expect(linesOf(server)).toEqual([
    `minitalk-server: process ${tooMany.pid} is refused another session: it has 256, as many as one may`,
  ]);
  expect((await runClient([server.pid, 'another process'])).code).toBe(0);
  for (const opener of [one, many, tooMany]) await opener.end('SIGKILL');
});

test('a server has an end of sessions, and makes room for who wants one in place of who uses none', async () => {
  const server = await startServer();
  const idle = runScript(
    async ({ connect }: typeof minitalk, pid: number) => {
      const client = await connect(pid);
      process.stdout.write('connected\n');
      process.once('message', async () => {
        await client.send('still here');
        await client.close();
        process.disconnect();
      });
    },
    [server.pid],
    { ipc: true },
  );
  await idle.until(({ text }) => text === 'connected\n');
  const openers = await Promise.all(
    Array.from({ length: PROCESSES }, () => open(server, 1, SESSIONS_OF_PROCESS)),
  );
  const full = 'minitalk-server: new clients are refused: all of 1024 sessions are taken';
  const refused = await runClient([server.pid, 'refused']);
  expect(refused.stderr).toMatch(
    /^minitalk-client: server \d+ has as many sessions as it takes; nothing was sent: try again later\n$/,
  );
  expect(refused.code).toBe(75);
  expect(linesOf(server)).toEqual([full]);
  // All of them live, but have said nothing so far that only they could know.
  await sleep(UNUSED_MS);
  expect((await runClient([server.pid, 'in its place'])).code).toBe(0);
  // The oldest had to go, and was told.
  idle.child.send('send');
  expect(await idle.closed).toEqual({ code: 0, signal: null });
  expect(printed(server).toString()).toBe('in its place\nstill here\n');
  for (const opener of openers) await opener.end('SIGKILL');
  expect((await runClient([server.pid, 'in place of the dead'])).code).toBe(0);
});

test('a process has 256 clients with two descriptors for a server; the next says ENOSPC and leaves nothing', async () => {
  const server = await startServer();
  const script = runScript(
    async ({ connect }: typeof minitalk, pid: number) => {
      const { readdirSync } = require('node:fs') as typeof import('node:fs');
      const files = () => readdirSync('/proc/self/fd').length;
      const outcome = () =>
        connect(pid).then(
          () => 'connected',
          ({ code, message }) => ({ code, message }),
        );
      const first = await connect(pid);
      const before = files();
      const clients: minitalk.MinitalkClient[] = [];
      for (let i = 1; i < 256; i += 1) clients.push(await connect(pid));
      const refused = await outcome();
      const after = files();
      await clients[0]?.close();
      const next = await connect(pid);
      await next.send('there is room again');
      await Promise.all([...clients, next].map((client) => client.close()));
      const outcomes = [refused, after - before, files() - before];
      process.stdout.write(JSON.stringify(outcomes));
      await first.close();
    },
    [server.pid],
    { descriptors: 64 },
  );
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(JSON.parse(script.text)).toEqual([
    {
      code: 'ENOSPC',
      message: expect.stringMatching(
        /^open ENOSPC: cannot open a line to server \d+: all places for it in this process are taken/,
      ),
    },
    0,
    0,
  ]);
});

test('with all 64 channels watching, connect, listen and watch say ENOSPC and leave nothing', async () => {
  const server = await startServer();
  const script = runScript(
    async ({ connect, createServer }: typeof minitalk, pid: number) => {
      const { readdirSync } = require('node:fs') as typeof import('node:fs');
      const { watch } = require(
        `${process.cwd()}/dist/signals/index.js`,
      ) as typeof import('../../lib/signals/index.js');
      const { outcomeOf } = require(`${process.cwd()}/test/support/exhaust.js`);
      const watchers = Array.from({ length: 64 }, () => watch(['SIGHUP']));
      const files = () => readdirSync('/proc/self/fd').length;
      const before = files();
      const outcomes = [
        await outcomeOf(() => connect(pid)),
        await outcomeOf(() => createServer().listen()),
        await outcomeOf(() => watch(['SIGHUP'])),
      ];
      const left = files() - before;
      watchers[0]?.close();
      const client = await connect(pid);
      await client.send('there is room');
      await client.close();
      for (const watcher of watchers) watcher.close();
      process.stdout.write(JSON.stringify([outcomes, left]));
    },
    [server.pid],
  );
  expect(await script.closed).toEqual({ code: 0, signal: null });
  const full = {
    code: 'ENOSPC',
    errno: -28,
    syscall: expect.any(String),
    message: expect.stringContaining('all places for it in this process are taken'),
  };
  expect(JSON.parse(script.text)).toEqual([[full, full, full], 0]);
});

test('a server whose consumer takes nothing holds four of its longest messages, and has the others wait', async () => {
  const longest = 1_000_000;
  const server = runScript(
    async ({ createServer }: typeof minitalk, maxMessage: number) => {
      const waiting: (() => void)[] = [];
      let isOpen = false;
      const server = createServer({
        maxMessage,
        deliver: (message) => {
          process.stdout.write(`${message.data.length}\n`);
          if (!isOpen) return new Promise<void>((resolve) => waiting.push(resolve));
          return undefined;
        },
      });
      await server.listen();
      process.stdout.write('listening\n');
      process.on('message', () => {
        isOpen = true;
        for (const go of waiting) go();
      });
    },
    [longest],
    { ipc: true },
  );
  await server.until(({ text }) => text === 'listening\n');
  const clients = runScript(
    async ({ connect }: typeof minitalk, pid: number, length: number) => {
      const send = async () => {
        const client = await connect(pid);
        await client.send(Buffer.alloc(length), { mode: 'word' });
        await client.close();
      };
      await Promise.all(Array.from({ length: 6 }, send));
    },
    [server.pid, longest],
  );
  const held = `listening\n${`${longest}\n`.repeat(4)}`;
  await server.until(({ text }) => text === held);
  await sleep(1000);
  expect(server.text).toBe(held);
  server.child.send('take');
  expect(await clients.closed).toEqual({ code: 0, signal: null });
  expect(server.text.split(`${longest}\n`)).toHaveLength(7);
});

test('Workers that are terminated leave no descriptor of their servers and clients', async () => {
  const server = await startServer();
  const script = runScript(
    async (_, path: string, pid: number) => {
      const { readdirSync } = require('node:fs') as typeof import('node:fs');
      const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
      const source = `
        const { connect, createServer } = require(${JSON.stringify(path)});
        const { parentPort } = require('node:worker_threads');
        (async () => {
          await createServer().listen();
          await (await connect(${pid})).send('from a Worker');
          parentPort.postMessage('sent');
        })();`;
      const inWorker = async () => {
        const worker = new Worker(source, { eval: true });
        await new Promise((resolve) => worker.once('message', resolve));
        await worker.terminate();
        return readdirSync('/proc/self/fd').length;
      };
      const files = await inWorker();
      for (let i = 0; i < 5; i += 1) await inWorker();
      const left = (await inWorker()) - files;
      process.stdout.write(`${left}\n`, () => process.exit());
    },
    [join(root, 'dist', 'index.js'), server.pid],
  );
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('0\n');
});
