// Clients that run for a moment now and then: what they hold up, and what becomes of them.
import type * as minitalk from '../../lib/index.js';
import { type Process, runClient, runScript, sleep, untilBusy } from '../support/processes.js';

const SLOW_MS = 90;

async function startCounting(): Promise<Process> {
  const server = runScript(async ({ createServer }: typeof minitalk) => {
    const server = createServer();
    server.on('message', ({ data, sender }) => {
      const isSame = data.equals(Buffer.alloc(data.length, 'x'));
      if (data.length > 2) process.stdout.write(`${sender.pid} ${data.length} ${isSame}\n`);
    });
    await server.listen();
    process.stdout.write('listening\n');
  });
  await server.until(({ text }) => text === 'listening\n');
  return server;
}

/** Connects; sends `length` bytes when it is told to. */
async function startSender(pid: number, mode: string, length: number): Promise<Process> {
  const sender = runScript(
    async ({ connect }: typeof minitalk, server: number, mode: 'bit', length: number) => {
      const client = await connect(server, { timeout: 60_000 });
      process.once('message', async () => {
        await client.send(Buffer.alloc(length, 'x'), { mode });
        process.stdout.write('delivered\n');
        process.disconnect();
        await client.close();
      });
      process.stdout.write('connected\n');
    },
    [pid, mode, length],
    { ipc: true },
  );
  await sender.until(({ text }) => text === 'connected\n');
  return sender;
}

/** Lets these processes run for some ms in each SLOW_MS, until `of` them are left. */
function slowDown(pids: readonly number[], ms: number): Process {
  return runScript(
    async (_: unknown, pids: number[], ms: number, cycle: number) => {
      const tell = (signal: NodeJS.Signals) => {
        for (const pid of pids) {
          try {
            process.kill(pid, signal);
          } catch {
            pids.splice(pids.indexOf(pid), 1);
          }
        }
      };
      while (pids.length > 0) {
        tell('SIGCONT');
        const end = performance.now() + ms;
        while (performance.now() < end);
        tell('SIGSTOP');
        process.stdout.write('.');
        await new Promise((resolve) => setTimeout(resolve, cycle - ms));
      }
    },
    [pids, ms, SLOW_MS],
    { bare: true },
  );
}

/** Sends two bytes again and again; the longest that one took, ms, while `slow` were sending. */
async function longestWait(pid: number, mode: string, slow: readonly Process[]): Promise<number> {
  const fast = runScript(
    async ({ connect }: typeof minitalk, server: number, mode: 'bit') => {
      const client = await connect(server, { timeout: 60_000 });
      let longest = 0;
      let goesOn = true;
      process.once('message', () => {
        goesOn = false;
      });
      while (goesOn) {
        longest = Math.max(longest, (await client.send('hi', { mode })).durationMs);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await client.close();
      process.disconnect();
      process.stdout.write(String(longest));
    },
    [pid, mode],
    { ipc: true },
  );
  for (const sender of slow) sender.child.send('send');
  for (const sender of slow) expect(await sender.closed).toEqual({ code: 0, signal: null });
  fast.child.send('enough');
  expect(await fast.closed).toEqual({ code: 0, signal: null });
  return Number(fast.text);
}

// More than one turn's worth for a client that runs for 2 ms in 90, and one frame, in each mode.
test.each([
  ['bit', 250],
  ['word', 65_000],
  ['burst', 260_000],
])(
  'in %s mode one slow client makes nobody wait for more than about its turn, and its %d bytes arrive',
  async (mode, length) => {
    const server = await startCounting();
    const slow = await startSender(server.pid, mode, length);
    const brake = slowDown([slow.pid], 2);
    await brake.until(({ text }) => text.length > 2);
    expect(await longestWait(server.pid, mode, [slow])).toBeLessThan(1500);
    expect(server.text).toContain(`${slow.pid} ${length} true\n`);
  },
  120_000,
);

test('the OFFER of a client that was withdrawn, and has ended since, hurts nobody', async () => {
  const server = runScript(
    async ({ createServer }: typeof minitalk) => {
      const server = createServer();
      server.on('partial', ({ reason }) => process.stdout.write(`${reason}\n`));
      server.on('message', ({ text }) => process.stdout.write(`got ${text}\n`));
      await server.listen();
      process.on('message', (ms: number) => {
        process.stdout.write('away\n');
        const end = Date.now() + ms;
        while (Date.now() < end);
        process.stdout.write('back\n');
      });
      process.stdout.write('listening\n');
    },
    [],
    { ipc: true },
  );
  await server.until(({ text }) => text === 'listening\n');
  const victim = await startSender(server.pid, 'bit', 30_000);
  victim.child.send('send');
  await untilBusy(server);
  victim.child.kill('SIGSTOP');
  // Another's message comes through once the grant of the first is taken back, and its
  // turns after that bring nothing.
  for (const text of ['one', 'two', 'three']) {
    expect((await runClient([server.pid, text])).code).toBe(0);
  }
  server.child.send(1500);
  await server.until(({ text }) => text.includes('away'));
  victim.child.kill('SIGCONT');
  await sleep(500); // it offers meanwhile
  await victim.end('SIGKILL');
  await server.until(({ text }) => text.endsWith('back\ndied\n'));
  expect((await runClient([server.pid, 'four'])).code).toBe(0);
  expect(server.text).toContain('got four\n');
});
