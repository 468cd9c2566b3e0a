// Either end stopped, blocked, killed, or out of room for its output.

import { randomBytes, randomInt } from 'node:crypto';
import { openSync, readFileSync } from 'node:fs';
import type * as minitalk from '../../lib/index.js';
import {
  bytesOf,
  events,
  type Process,
  printed,
  runClient,
  runScript,
  sleep,
  startClient,
  startServer,
  untilBusy,
  untilStopped,
} from '../support/processes.js';

function residentKilobytes(pid: number): number {
  return Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
}

/** Waits until a signal is pending at its main thread. */
async function untilPending({ pid }: Process): Promise<void> {
  while (/^SigPnd:\s*0*$/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'))) await sleep(5);
}

test('with its event loop blocked for 3 s the server acknowledges what its ring can hold, then goes on exactly', async () => {
  const script = async ({ createServer }: typeof minitalk) => {
    const server = createServer();
    server.on('message', ({ data }) => {
      process.stdout.write(`message ${data.toString('base64')}\n`);
      void server.close();
    });
    await server.listen();
    process.stdout.write('listening\n');
    process.once('message', () => {
      process.disconnect();
      const start = Date.now();
      while (Date.now() < start + 3000);
      process.stdout.write(`blocked ${start} ${Date.now()}\n`);
    });
  };
  const server = runScript(script, [], { ipc: true });
  await server.until(({ text }) => text.includes('listening'));
  const bytes = randomBytes(60_000);
  const client = runScript(
    async ({ connect }, pid: number, base64: string) => {
      const connection = await connect(pid);
      await connection.send(Buffer.from(base64, 'base64'), {
        onProgress: ({ sent }) => process.stdout.write(`${Date.now()} ${sent}\n`),
      });
      await connection.close();
    },
    [server.pid, bytes.toString('base64')],
  );
  // Once it sends.
  await client.until(({ text }) => /\d [1-9]\d*\n/.test(text));
  server.child.send('block');
  await server.until(({ text }) => /blocked .*\n/.test(text));
  const [from, to] = (/blocked (\d+) (\d+)/.exec(server.text) ?? []).slice(1).map(Number);
  await client.closed;
  const lines = client.text.trim().split('\n');
  const progress = lines.map((line) => line.split(' ').map(Number) as [number, number]);
  const takenBy = (moment = 0) => progress.findLast(([time]) => time < moment)?.[1] ?? 0;
  const takenMeanwhile = takenBy(to) - takenBy(from);
  // The handler alone took these: at least a few bytes, at most a ring (8,192 bits), and what came before since
  // the client's last word of it.
  expect(takenMeanwhile).toBeGreaterThan(0);
  expect(takenMeanwhile).toBeLessThanOrEqual(1024 + 256);
  expect(await client.closed).toEqual({ code: 0, signal: null });
  await server.until(({ text }) => text.includes('message'));
  expect(server.text).toContain(`message ${bytes.toString('base64')}\n`);
});

test('50 clients killed at random moments, each followed by a good message: always exact, no memory kept', async () => {
  const server = await startServer(['--json']);
  const good: string[] = [];
  let memoryEarly = 0;
  // About as long as a client takes to start on this machine now: half are killed before their first bit, half after.
  let wholeClient = 100;
  for (let i = 0; i < 50; i += 1) {
    const victim = startClient([server.pid], { input: randomBytes(100_000) });
    await sleep(randomInt(0, Math.ceil(2 * wholeClient)));
    victim.child.kill('SIGKILL');
    good.push(`good ${i}`);
    const began = performance.now();
    expect(await runClient([server.pid, `good ${i}`])).toMatchObject({ code: 0, stderr: '' });
    wholeClient = performance.now() - began;
    await victim.closed;
    if (i === 19) memoryEarly = residentKilobytes(server.pid);
  }
  const received = events(server).filter(({ event }) => event === 'message');
  expect(received.map(({ text }) => text)).toEqual(good);
  const partials = events(server).filter(({ event }) => event === 'partial');
  expect(partials.length).toBeGreaterThan(0);
  for (const partial of partials)
    expect(partial).toMatchObject({ reason: 'died', expected: 100_000 });
  expect(residentKilobytes(server.pid) - memoryEarly).toBeLessThan(10_000);
}, 180_000);

test('a killed server: its client ends with code 69, not with its time-out', async () => {
  const server = await startServer();
  const client = startClient([server.pid, '--timeout', '1000'], { input: randomBytes(200_000) });
  await untilBusy(server);
  await server.end('SIGKILL');
  expect(await client.closed).toEqual({ code: 69, signal: null });
  expect(client.stderr).toMatch(/^minitalk-client: server \d+ ended while \w+\n$/);
  // Its registration is stale now, and a new server's clients are not misled by it.
  expect((await runClient([server.pid, 'hi'])).code).toBe(69);
});

test('a stopped server: its client ends with code 75 when the time-out is over', async () => {
  const server = await startServer();
  const client = startClient([server.pid, '--timeout', '1'], { input: randomBytes(200_000) });
  await untilBusy(server);
  server.child.kill('SIGSTOP');
  expect(await client.closed).toEqual({ code: 75, signal: null });
  expect(client.stderr).toContain('did not answer for 1 s');
});

test.each([100, 2000])(
  'a server stopped for %d ms and continued within the time-out prints the message once',
  async (pause) => {
    const server = await startServer(['--json']);
    const bytes = randomBytes(20_000);
    const client = startClient([server.pid], { input: bytes });
    await untilBusy(server);
    server.child.kill('SIGSTOP');
    await sleep(pause);
    server.child.kill('SIGCONT');
    expect(await client.closed).toEqual({ code: 0, signal: null });
    const received = events(server).filter(({ event }) => event !== 'listening');
    expect(received.map(bytesOf)).toEqual([bytes]);
  },
);

test('a message begun while the server is stopped is printed once when it goes on', async () => {
  const server = await startServer();
  server.child.kill('SIGSTOP');
  await untilStopped(server);
  const client = startClient([server.pid, 'patience']);
  await untilPending(server);
  server.child.kill('SIGCONT');
  expect(await client.closed).toEqual({ code: 0, signal: null });
  expect(printed(server).toString()).toBe('patience\n');
});

test('a client stopped in the middle holds nobody up, and finishes when it goes on', async () => {
  const server = await startServer(['--json', '--idle-timeout', '1000']);
  const bytes = randomBytes(30_000);
  const client = startClient([server.pid], { input: bytes });
  await untilBusy(server);
  client.child.kill('SIGSTOP');
  await untilStopped(client);
  expect((await runClient([server.pid, 'meanwhile'])).code).toBe(0);
  client.child.kill('SIGCONT');
  expect(await client.closed).toEqual({ code: 0, signal: null });
  const received = events(server).filter(({ event }) => event !== 'listening');
  expect(received.map(bytesOf)).toEqual([Buffer.from('meanwhile'), bytes]);
});

test('a client silent beyond --idle-timeout is given up, and told so when it goes on', async () => {
  const server = await startServer(['--json', '--idle-timeout', '0.5']);
  const client = startClient([server.pid], { input: randomBytes(100_000) });
  await untilBusy(server);
  client.child.kill('SIGSTOP');
  await server.until(({ text }) => text.includes('partial'));
  expect(events(server).at(-1)).toMatchObject({ reason: 'idle', sender: { pid: client.pid } });
  client.child.kill('SIGCONT');
  expect(await client.closed).toEqual({ code: 75, signal: null });
});

test('a full disk: the client is told that nothing was delivered, and the server goes on', async () => {
  const server = await startServer(['--raw'], { stdout: openSync('/dev/full', 'w') });
  await server.until(({ stderr }) => stderr.includes('Server PID'));
  for (const text of ['lost', 'lost, too']) {
    const client = await runClient([server.pid, text]);
    expect(client).toMatchObject({ code: 74, stdout: '' });
    expect(client.stderr).toBe(
      `minitalk-client: server ${server.pid} has the message but its output failed; it was not delivered\n`,
    );
  }
  expect(server.stderr.match(/^minitalk-server: ENOSPC: .*$/gm)).toHaveLength(2);
  expect(await server.end()).toEqual({ code: 0, signal: null });
});

test('a disk that has no room for the PID either: such a server ends with 74', async () => {
  const server = await startServer([], { stdout: openSync('/dev/full', 'w') });
  expect(await server.closed).toEqual({ code: 74, signal: null });
  expect(server.stderr).toMatch(/^minitalk-server: ENOSPC[^\n]*\n$/);
});

test('a pipe that closes: the client is not told "delivered", and the server ends with 74', async () => {
  const server = await startServer();
  server.child.stdout?.destroy();
  const client = await runClient([server.pid, 'lost']);
  expect(client.code).toBe(74);
  expect(client.stderr).toContain('not delivered');
  expect(await server.closed).toEqual({ code: 74, signal: null });
});

test('SIGTERM in the middle of a message: the client is told, the server reports the part and exits 0', async () => {
  const server = await startServer(['--json']);
  const client = startClient([server.pid], { input: randomBytes(100_000) });
  await untilBusy(server);
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(await client.closed).toEqual({ code: 69, signal: null });
  expect(client.stderr).toMatch(/shutting down|ended/);
  expect(events(server).at(-1)).toMatchObject({ event: 'partial', reason: 'closing' });
});

test('a message longer than --max-message is refused before its first bit', async () => {
  const server = await startServer(['--json', '--max-message', '1K']);
  expect((await runClient([server.pid], { input: Buffer.alloc(1024, 'x') })).code).toBe(0);
  const client = await runClient([server.pid], { input: Buffer.alloc(1025, 'x') });
  expect(client).toMatchObject({ code: 65 });
  expect(client.stderr).toContain('longer than');
  expect(events(server).map(({ event }) => event)).toEqual(['listening', 'message']);
});
