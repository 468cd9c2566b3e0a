// A server that closes, in a process that lives on, while a client cannot hear of it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as minitalk from '../../lib/index.js';
import { catchesUserSignals, lookAtStatus } from '../../lib/signals/internal/proc.js';
import {
  exitOf,
  type Process,
  runScript,
  sleep,
  startClient,
  startServer,
  untilBusy,
} from '../support/processes.js';

/** Listens; each message from here closes the server, or opens the next one. */
async function startClosable(): Promise<Process> {
  const server = runScript(
    async ({ createServer }: typeof minitalk) => {
      let open: minitalk.MinitalkServer | undefined;
      const turn = async () => {
        if (open === undefined) {
          open = createServer();
          open.on('partial', () => {});
          open.on('message', ({ text }) => process.stdout.write(`got ${text}\n`));
          await open.listen();
          process.stdout.write('listening\n');
        } else {
          await open.close();
          open = undefined;
          process.stdout.write('closed\n');
        }
      };
      await turn();
      process.on('message', turn);
    },
    [],
    { ipc: true },
  );
  await server.until(({ text }) => text === 'listening\n');
  return server;
}

async function close(server: Process): Promise<void> {
  server.child.send('turn');
  await server.until(({ text }) => text.endsWith('closed\n'));
}

/** A client with a session; says what becomes of its next message. */
async function startConnected(pid: number): Promise<Process> {
  const client = runScript(
    async ({ connect }: typeof minitalk, server: number) => {
      const client = await connect(server);
      process.stdout.write('connected\n');
      process.on('message', async () => {
        const end = await client.send('late').then(
          () => 'delivered',
          ({ code }) => code,
        );
        process.stdout.write(`${end}\n`);
      });
    },
    [pid],
    { ipc: true },
  );
  await client.until(({ text }) => text === 'connected\n');
  return client;
}

const isCatching = (pid: number) => {
  const look = lookAtStatus(pid);
  return look.is === 'seen' && catchesUserSignals(look.value);
};

const lives = ({ child }: Process) => child.exitCode === null && child.signalCode === null;

async function untilRestored(pid: number): Promise<void> {
  while (isCatching(pid)) await sleep(5);
}

test('its signals stay caught while a client is stopped that has not heard of the end', async () => {
  const server = await startClosable();
  const client = await startConnected(server.pid);
  client.child.kill('SIGSTOP');
  await close(server);
  await sleep(100);
  expect(isCatching(server.pid)).toBe(true);
  client.child.kill('SIGCONT');
  await untilRestored(server.pid);
  client.child.send('send');
  await client.until(({ text }) => text.endsWith('ERR_SERVER_CLOSED\n'));
  expect(lives(server)).toBe(true);
});

test('they are restored when that client is killed', async () => {
  const server = await startClosable();
  const client = await startConnected(server.pid);
  client.child.kill('SIGSTOP');
  await close(server);
  expect(isCatching(server.pid)).toBe(true);
  await client.end('SIGKILL');
  await untilRestored(server.pid);
});

test('its process can end meanwhile', async () => {
  const server = await startClosable();
  const client = await startConnected(server.pid);
  client.child.kill('SIGSTOP');
  await close(server);
  server.child.disconnect();
  expect(await exitOf(server.child)).toEqual({ code: 0, signal: null });
});

test('nobody waits for that client: the next server of the process serves others', async () => {
  const server = await startClosable();
  const stopped = await startConnected(server.pid);
  stopped.child.kill('SIGSTOP');
  await close(server);
  server.child.send('turn');
  await server.until(({ text }) => text.endsWith('listening\n'));
  const burst = startClient([server.pid, 'burst', '--mode', 'burst']);
  expect((await burst.closed).code).toBe(0);
  stopped.child.kill('SIGCONT');
  await sleep(100);
  const bits = startClient([server.pid, 'bits']);
  expect((await bits.closed).code).toBe(0);
  expect(server.text).toContain('got burst\ngot bits\n');
  await close(server);
  await untilRestored(server.pid);
});

test('a client whose server has lost its registration takes leave of it all the same, and lives on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'minitalk-test-'));
  const env = { XDG_RUNTIME_DIR: folder };
  const server = await startServer([], { env });
  const client = runScript(
    async ({ connect }: typeof minitalk, pid: number, runtime: string) => {
      const client = await connect(pid);
      await client.send('hi');
      const { renameSync } = require('node:fs') as typeof import('node:fs');
      // Not removed: the server would put it back.
      renameSync(runtime, `${runtime}-away`);
      await client.close();
      process.stdout.write('closed\n');
      setTimeout(() => process.stdout.write('alive\n'), 200);
    },
    [server.pid, folder],
    { env },
  );
  expect(await client.closed).toEqual({ code: 0, signal: null });
  expect(client.text).toBe('closed\nalive\n');
  expect(await server.end()).toEqual({ code: 0, signal: null });
  rmSync(`${folder}-away`, { recursive: true });
});

// Where it is stopped decides what it still sends: anywhere in its message.
test.each(['bit', 'word', 'burst'])(
  'a client in %s mode, stopped while it sends, hurts nobody when it goes on',
  async (mode) => {
    const server = await startClosable();
    for (let i = 0; i < 4; i += 1) {
      const client = startClient([server.pid, '--mode', mode, '--quiet'], {
        input: Buffer.alloc(mode === 'bit' ? 30_000 : 30_000_000),
      });
      await untilBusy(server, 10 + 5 * i);
      client.child.kill('SIGSTOP');
      await close(server);
      client.child.kill('SIGCONT');
      expect((await client.closed).code).not.toBe(0);
      await untilRestored(server.pid);
      expect(lives(server)).toBe(true);
      server.child.send('turn');
      await server.until(({ text }) => text.endsWith('listening\n'));
    }
  },
  60_000,
);
