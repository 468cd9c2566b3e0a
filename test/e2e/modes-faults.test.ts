// Word and burst mode with either end stopped, blocked or killed, and where few signals may be queued.
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import {
  bytesOf,
  events,
  runClient,
  runScript,
  sleep,
  startClient,
  startServer,
  untilBusy,
} from '../support/processes.js';

/** Messages that are sent for a while. */
const long = { word: 3_000_000, burst: 8_000_000 };

describe.each(['word', 'burst'] as const)('in mode %s', (mode) => {
  test.each([100, 1200])('a server stopped for %d ms prints the message once', async (pause) => {
    const server = await startServer(['--json']);
    const input = randomBytes(long[mode]);
    const client = startClient([server.pid, '--mode', mode], { input });
    await untilBusy(server);
    server.child.kill('SIGSTOP');
    await sleep(pause);
    expect(client.child.exitCode).toBeNull(); // it was in the middle
    server.child.kill('SIGCONT');
    expect(await client.closed).toEqual({ code: 0, signal: null });
    const received = events(server).slice(1);
    expect(received.map((event) => bytesOf(event).equals(input))).toEqual([true]);
  });

  test('a client stopped in the middle holds nobody up, and finishes when it goes on', async () => {
    const server = await startServer(['--raw']);
    const input = randomBytes(long[mode]);
    const client = startClient([server.pid, '--mode', mode], { input });
    await untilBusy(server);
    client.child.kill('SIGSTOP');
    expect((await runClient([server.pid, 'meanwhile', '--mode', mode])).code).toBe(0);
    client.child.kill('SIGCONT');
    expect(await client.closed).toEqual({ code: 0, signal: null });
    expect(server.stdout.equals(Buffer.concat([Buffer.from('meanwhile'), input]))).toBe(true);
  });

  test('clients killed at random moments, each followed by a good message: always exact', async () => {
    const server = await startServer(['--json']);
    const good = Array.from({ length: 6 }, (_, i) => `good ${i}`);
    for (const text of good) {
      const input = Buffer.alloc(2 * long[mode]);
      const victim = startClient([server.pid, '--mode', mode], { input });
      await untilBusy(server);
      await sleep(randomInt(0, 100));
      victim.child.kill('SIGKILL');
      const after = await runClient([server.pid, text, '--mode', mode]);
      expect(after).toMatchObject({ code: 0, stderr: '' });
      await victim.closed;
    }
    await server.end();
    const all = events(server).slice(1);
    expect(all.flatMap(({ event, text }) => (event === 'message' ? [text] : []))).toEqual(good);
    const others = all.filter(({ event }) => event !== 'message');
    expect(others).toEqual(
      good.map(() => expect.objectContaining({ event: 'partial', reason: 'died' })),
    );
  });

  test('a killed server: its client ends with code 69, and waits for no time-out', async () => {
    const server = await startServer();
    const input = Buffer.alloc(4 * long[mode]);
    const client = startClient([server.pid, '--mode', mode, '--timeout', '1000'], { input });
    await untilBusy(server);
    await server.end('SIGKILL');
    expect(await client.closed).toEqual({ code: 69, signal: null });
    expect(client.stderr).toMatch(/^minitalk-client: server \d+ ended while sending\n$/);
  });

  test('a server whose event loop is blocked for a second in the middle takes the message exactly', async () => {
    const server = runScript(
      async ({ createServer }) => {
        const { createHash } = require('node:crypto') as typeof import('node:crypto');
        const server = createServer();
        server.on('message', ({ data }) => {
          process.stdout.write(createHash('sha256').update(data).digest('hex'));
          void server.close();
          process.disconnect();
        });
        await server.listen();
        process.stdout.write('listening\n');
        process.once('message', () => {
          const end = Date.now() + 1000;
          while (Date.now() < end);
          process.stdout.write('free\n');
        });
      },
      [],
      { ipc: true },
    );
    await server.until(({ text }) => text.includes('listening'));
    const input = randomBytes(long[mode]);
    const client = startClient([server.pid, '--mode', mode], { input });
    await untilBusy(server);
    server.child.send('block');
    expect(await client.closed).toEqual({ code: 0, signal: null });
    expect(await server.closed).toEqual({ code: 0, signal: null });
    const hash = createHash('sha256').update(input).digest('hex');
    expect(server.text).toBe(`listening\nfree\n${hash}`);
  });
});

test('a server that closes in the middle of a burst lives on', async () => {
  const server = runScript(
    async ({ createServer }) => {
      const server = createServer();
      server.on('partial', ({ reason }) => process.stdout.write(`${reason}\n`));
      await server.listen();
      process.stdout.write('listening\n');
      process.once('message', async () => {
        await server.close();
        process.stdout.write('closed\n');
        process.once('message', () => process.disconnect());
      });
    },
    [],
    { ipc: true },
  );
  await server.until(({ text }) => text.includes('listening'));
  const client = startClient([server.pid, '--mode', 'burst'], {
    input: Buffer.alloc(2 * long.burst),
  });
  await untilBusy(server);
  server.child.send('close');
  await server.until(({ text }) => text.includes('closed'));
  expect(await client.closed).toEqual({ code: 69, signal: null });
  expect(client.stderr).toMatch(/^minitalk-client: server \d+ is shutting down; [^\n]*\n$/);
  server.child.send('end');
  expect(await server.closed).toEqual({ code: 0, signal: null });
  expect(server.text).toBe('listening\nclosing\nclosed\n');
});

test('a server for which few signals may be queued gets all messages exactly', async () => {
  const server = await startServer(['--json']);
  const limit = ['--pid', String(server.pid), '--sigpending=16'];
  expect(spawnSync('prlimit', limit).status).toBe(0);
  const sent = [1_000, 300_000].map((size) => randomBytes(size));
  for (const input of sent) {
    expect((await runClient([server.pid, '--mode', 'burst'], { input })).code).toBe(0);
  }
  // A signal that could not be queued arrives without its sender, as a stray.
  const received = events(server).filter(({ event }) => event === 'message');
  expect(received.map((event, i) => bytesOf(event).equals(sent[i] as Buffer))).toEqual([
    true,
    true,
  ]);
});

test('a stranger on all the signals of a burst changes no byte', async () => {
  const server = await startServer(['--json']);
  const input = randomBytes(long.burst);
  const client = startClient([server.pid, '--mode', 'burst'], { input });
  await untilBusy(server);
  const signals = ['SIGUSR1', 'SIGUSR2', 'SIGRTMIN+7'] as const;
  const stranger = runScript(
    async ({ queue }, pid: number, all: typeof signals) => {
      for (let i = 0; i < 3000; i += 1) {
        queue(pid, all[i % 3] ?? 'SIGUSR1', BigInt(i) * 0x1234567n, { thread: pid });
        if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    [server.pid, signals],
  );
  expect(await stranger.closed).toEqual({ code: 0, signal: null });
  expect(await client.closed).toEqual({ code: 0, signal: null });
  await server.end();
  const received = events(server).filter(({ event }) => event === 'message');
  expect(received.map((event) => bytesOf(event).equals(input))).toEqual([true]);
  const strays = events(server).filter(({ event }) => event === 'stray');
  // The realtime ones queue up, of the others one at a time is pending.
  expect(strays.length).toBeGreaterThanOrEqual(1000);
  for (const stray of strays) expect(stray).toMatchObject({ pid: stranger.pid, attested: false });
});
