// A client that was itself away, stopped or with a blocked loop, for longer than its time-out:
// it must not say that the server did not answer.
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import type * as minitalk from '../../lib/index.js';
import {
  events,
  type Process,
  printed,
  runClient,
  runScript,
  sleep,
  startClient,
  startServer,
  untilBusy,
} from '../support/processes.js';

const AWAY_MS = 1500;
/** Some hundred ms of sending. */
const SIZES = { bit: 20_000, word: 3_000_000, burst: 10_000_000 };

function isPending(pid: number, signal: number): boolean {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const pending = BigInt(`0x${/^SigPnd:\s*(\w+)/m.exec(status)?.[1]}`);
  return ((pending >> BigInt(signal - 1)) & 1n) === 1n;
}

/** Stops both for longer than the clients' time-out here, as Ctrl-Z may; the server is back a little later. */
async function stopBoth(client: Process, server: Process): Promise<void> {
  client.child.kill('SIGSTOP');
  server.child.kill('SIGSTOP');
  await sleep(AWAY_MS);
  client.child.kill('SIGCONT');
  await sleep(50);
  server.child.kill('SIGCONT');
}

test('stopped while it connects', async () => {
  const server = await startServer();
  server.child.kill('SIGSTOP');
  const client = startClient([server.pid, 'hello', '--timeout', '1']);
  while (!isPending(server.pid, constants.signals.SIGUSR2)) await sleep(1);
  await stopBoth(client, server);
  expect(await client.closed).toEqual({ code: 0, signal: null });
  expect(printed(server).toString()).toBe('hello\n');
});

test('stopped in the middle of a message, and its server with it', async () => {
  const server = await startServer();
  const client = startClient([server.pid, '--timeout', '1'], { input: Buffer.alloc(30_000, 'x') });
  await untilBusy(server);
  await stopBoth(client, server);
  expect(await client.closed).toEqual({ code: 0, signal: null });
});

test('stopped while it waits for its turn', async () => {
  const server = await startServer(['--json']);
  const second = runScript(
    async ({ connect }: typeof minitalk, pid: number) => {
      const client = await connect(pid, { timeout: 1000 });
      process.stdout.write('connected\n');
      process.once('message', async () => {
        const sent = client.send('second');
        setTimeout(() => process.stdout.write('waiting\n'), 50);
        await sent;
        await client.close();
        process.disconnect();
      });
    },
    [server.pid],
    { ipc: true },
  );
  await second.until(({ text }) => text === 'connected\n');
  const first = startClient([server.pid], { input: Buffer.alloc(30_000) });
  await untilBusy(server);
  first.child.kill('SIGSTOP'); // the holder of the grant
  second.child.send('send');
  await second.until(({ text }) => text.endsWith('waiting\n'));
  await stopBoth(second, server);
  first.child.kill('SIGCONT');
  expect(await second.closed).toEqual({ code: 0, signal: null });
  expect((await first.closed).code).toBe(0);
});

test.each(['bit', 'word', 'burst'] as const)(
  'stopped in the middle of a message in %s mode',
  async (mode) => {
    const server = await startServer(['--json']);
    const bytes = Buffer.alloc(SIZES[mode], 'abc');
    const client = startClient([server.pid, '--mode', mode, '--timeout', '1'], { input: bytes });
    await untilBusy(server, 30);
    client.child.kill('SIGSTOP');
    await sleep(AWAY_MS);
    client.child.kill('SIGCONT');
    expect(await client.closed).toEqual({ code: 0, signal: null });
    expect(events(server).at(-1)).toMatchObject({ event: 'message', bytes: bytes.length });
  },
);

/** A server that delivers when it is told to. */
async function startSlowServer(): Promise<Process> {
  const server = runScript(
    async ({ createServer }: typeof minitalk) => {
      let release = () => {};
      const server = createServer({
        deliver: () => {
          process.stdout.write('delivering\n');
          return new Promise<void>((resolve) => {
            release = resolve;
          });
        },
      });
      process.on('message', () => release());
      await server.listen();
      process.stdout.write('listening\n');
    },
    [],
    { ipc: true },
  );
  await server.until(({ text }) => text === 'listening\n');
  return server;
}

test('stopped while it waits for "delivered"', async () => {
  const server = await startSlowServer();
  const client = startClient([server.pid, 'hello', '--timeout', '1']);
  await server.until(({ text }) => text.includes('delivering'));
  client.child.kill('SIGSTOP');
  server.child.send('release');
  await sleep(AWAY_MS);
  client.child.kill('SIGCONT');
  expect(await client.closed).toEqual({ code: 0, signal: null });
});

test('its loop blocked while it connects, in the middle of a message, and while it waits for "delivered"', async () => {
  const server = await startServer();
  const client = runScript(
    async ({ connect }: typeof minitalk, pid: number, ms: number) => {
      const block = () => {
        const end = Date.now() + ms;
        while (Date.now() < end);
      };
      const connecting = connect(pid, { timeout: 1000 });
      block();
      const client = await connecting;
      for (const mode of ['bit', 'word', 'burst'] as const) {
        let mayBlock = true;
        const total = mode === 'bit' ? 10_000 : 1_000_000;
        await client.send(Buffer.alloc(total), {
          mode,
          onProgress: ({ sent }) => {
            if (!mayBlock || sent < total / 2) return;
            mayBlock = false;
            block();
          },
        });
        let isLast = true;
        await client.send('x', {
          mode,
          onProgress: ({ sent }) => {
            if (sent < 1 || !isLast) return;
            isLast = false;
            block();
          },
        });
        process.stdout.write(`${mode}\n`);
      }
      await client.close();
    },
    [server.pid, AWAY_MS],
  );
  expect(await client.closed).toEqual({ code: 0, signal: null });
  expect(client.text).toBe('bit\nword\nburst\n');
}, 30_000);

test('blocked while it closes: the server confirms in time all the same', async () => {
  const server = await startServer();
  const client = runScript(
    async ({ connect }: typeof minitalk, pid: number) => {
      const { readFileSync } = require('node:fs') as typeof import('node:fs');
      const caught = () => /SigCgt:\s*(\w+)/.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
      const before = caught();
      const client = await connect(pid);
      const closed = client.close();
      // Its CLOSE goes out in the next turn; then the answer comes while we are busy.
      setImmediate(() => {
        const end = Date.now() + 1000;
        while (Date.now() < end);
      });
      await closed;
      process.stdout.write(String(caught() === before));
    },
    [server.pid],
  );
  expect(await client.closed).toEqual({ code: 0, signal: null });
  expect(client.text).toBe('true');
});

test('a server that is silent is found so, whatever the client does meanwhile', async () => {
  const server = await startServer();
  server.child.kill('SIGSTOP');
  expect((await runClient([server.pid, 'x', '--timeout', '0.3'])).code).toBe(75);
  const busy = runScript(
    async ({ connect }: typeof minitalk, pid: number) => {
      const code = connect(pid, { timeout: 300 }).catch(({ code }) => code);
      const timer = setInterval(() => {
        const end = Date.now() + 200;
        while (Date.now() < end);
      }, 1);
      process.stdout.write(String(await code));
      clearInterval(timer);
    },
    [server.pid],
  );
  expect(await busy.closed).toEqual({ code: 0, signal: null });
  expect(busy.text).toBe('ETIMEDOUT');
});

test.each(['stopped', 'blocked'])(
  'a server that is %s for longer than its idle time-out holds no silence against its clients',
  async (how) => {
    const server = runScript(
      async ({ createServer }: typeof minitalk) => {
        const server = createServer({ idleTimeout: 500 });
        server.on('message', ({ data }) => process.stdout.write(`message ${data.length}\n`));
        server.on('partial', ({ reason }) => process.stdout.write(`partial ${reason}\n`));
        await server.listen();
        process.stdout.write('listening\n');
        process.on('message', (ms: number) => {
          const end = Date.now() + ms;
          while (Date.now() < end);
        });
      },
      [],
      { ipc: true },
    );
    await server.until(({ text }) => text === 'listening\n');
    const second = runScript(
      async ({ connect }: typeof minitalk, pid: number) => {
        const client = await connect(pid);
        process.stdout.write('connected\n');
        process.once('message', async () => {
          const sent = client.send('second');
          setTimeout(() => process.stdout.write('waiting\n'), 50);
          await sent;
          await client.close();
          process.disconnect();
        });
      },
      [server.pid],
      { ipc: true },
    );
    await second.until(({ text }) => text === 'connected\n');
    const first = startClient([server.pid], { input: Buffer.alloc(20_000) });
    await untilBusy(server, 20);
    first.child.kill('SIGSTOP'); // the holder of the grant: the second has to wait
    second.child.send('send');
    await second.until(({ text }) => text.endsWith('waiting\n'));
    first.child.kill('SIGCONT');
    if (how === 'blocked') server.child.send(AWAY_MS);
    else {
      server.child.kill('SIGSTOP');
      await sleep(AWAY_MS);
      server.child.kill('SIGCONT');
    }
    expect(await second.closed).toEqual({ code: 0, signal: null });
    expect((await first.closed).code).toBe(0);
    expect(server.text).not.toContain('partial');
  },
  30_000,
);
