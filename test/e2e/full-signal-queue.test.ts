// RLIMIT_SIGPENDING reached, on either side: signals then come without sender and value.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { queue } from '../../lib/signals/send.js';
import { ownQueue } from '../support/own-queue.js';
import { bin, bytesOf, events, Process, printed, sleep, untilBusy } from '../support/processes.js';

const own = ownQueue(64_998);

/** Runs a command of minitalk as the user of that queue, with a limit of so many queued signals. */
function limited(
  limit: number | undefined,
  command: string,
  args: readonly (string | number)[],
  options: ConstructorParameters<typeof Process>[2] = {},
): Process {
  const [first = '', ...rest] = [...own.prefix(limit), process.execPath, bin(command)];
  return new Process(first, [...rest, ...args.map(String)], { env: own.env, ...options });
}

async function startLimited(limit: number | undefined, ...args: string[]): Promise<Process> {
  const server = limited(limit, 'minitalk-server', args);
  await server.until(({ text }) => text.includes('\n'));
  return server;
}

const startClient = (
  args: readonly (string | number)[],
  options?: ConstructorParameters<typeof Process>[2],
) => limited(undefined, 'minitalk-client', args, options);

/** More than other processes of this user have queued meanwhile, where it is not alone. */
const LIMIT = 2000;

/** So many signals of this user stay queued until the returned process, which is stopped, is killed. */
async function fill(count = LIMIT): Promise<Process> {
  const [first = '', ...rest] = [...own.prefix(), 'sleep', '1000'];
  const holder = new Process(first, rest);
  const status = () => readFileSync(`/proc/${holder.pid}/status`, 'latin1');
  while (!/^Name:\s+sleep$/m.test(status())) await sleep(1); // whose user it is then
  holder.child.kill('SIGSTOP');
  // Until it is stopped the first of them would end it.
  while (!/^State:\s+T/m.test(status())) await sleep(1);
  for (let i = 0; i < count; i += 1) queue(holder.pid, 'SIGRTMIN+1', i);
  return holder;
}

async function makeRoom(holder: Process): Promise<void> {
  await holder.end('SIGKILL');
}

test('a client that may have no signal queued says so at once', async () => {
  const server = await startLimited(undefined);
  // It would wait for ever for an answer.
  const client = limited(0, 'minitalk-client', [server.pid, 'hi', '--timeout', '1000']);
  expect(await client.closed).toEqual({ code: 75, signal: null });
  expect(client.stderr).toMatch(
    /this process may have no signal queued \(SigQ \d+\/0 of uid \d+\)/,
  );
  expect((await startClient([server.pid, 'next']).closed).code).toBe(0);
});

test('a server that may have none does not begin to listen', async () => {
  const server = limited(0, 'minitalk-server', []);
  expect(await server.closed).toEqual({ code: 75, signal: null });
  expect(server.stderr).toMatch(/may have no signal queued \(SigQ \d+\/0/);
});

test.each(['bit', 'word', 'burst'])(
  'a server with a full queue: both sides say so with the numbers, and go on when there is room (%s)',
  async (mode) => {
    const server = await startLimited(LIMIT, '--json');
    const holder = await fill();
    const client = startClient([server.pid, 'patience', '--mode', mode]);
    await client.until(({ stderr }) => stderr.includes('\n'));
    const numbers = new RegExp(`SigQ \\d+/${LIMIT} of uid \\d+`);
    expect(client.stderr).toMatch(`signal queue of process ${server.pid} is full`);
    expect(client.stderr).toMatch(numbers);
    await server.until(({ text }) => text.includes('warning'));
    await makeRoom(holder);
    expect(await client.closed).toEqual({ code: 0, signal: null });
    expect(client.stderr.trim().split('\n')).toHaveLength(1);
    const told = events(server);
    expect(told.map(({ event }) => event)).toEqual(['listening', 'warning', 'message']);
    expect(told[1]).toMatchObject({ code: 'EAGAIN' });
    expect(told[1]?.['message']).toMatch(numbers);
  },
);

test('a client with a full queue says so, and goes on when there is room', async () => {
  const server = await startLimited(undefined);
  const holder = await fill();
  const client = limited(LIMIT, 'minitalk-client', [server.pid, 'patience']);
  await client.until(({ stderr }) => stderr.includes('\n'));
  expect(client.stderr).toMatch(/signal queue of this process is full \(SigQ \d+\/2000/);
  await makeRoom(holder);
  const exit = await client.closed;
  expect(client.stderr.trim().split('\n')).toHaveLength(1);
  expect(exit).toEqual({ code: 0, signal: null });
  expect(printed(server).toString()).toBe('patience\n');
});

test('a queue that stays full: EAGAIN after the time-out, and no word of a stopped server', async () => {
  const server = await startLimited(LIMIT);
  await fill();
  const client = startClient([server.pid, 'hi', '--timeout', '0.5', '--json']);
  expect((await client.closed).code).toBe(75);
  const told = client.stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(told).toMatchObject([
    { event: 'warning', code: 'EAGAIN' },
    { event: 'error', code: 'EAGAIN' },
  ]);
  expect(server.stderr).toContain('is full');
  expect(server.stderr).not.toContain('unknown sender');
});

test.each([
  ['bit', 10_000],
  ['word', 300_000],
])(
  'a queue that fills in the middle of a message in %s mode: it arrives, exactly',
  async (mode, size) => {
    const server = await startLimited(LIMIT, '--json');
    const bytes = randomBytes(size);
    const client = startClient([server.pid, '--mode', mode], { input: bytes });
    await untilBusy(server, 20);
    // Held up, so that it is not through before the queue is full.
    client.child.kill('SIGSTOP');
    const holder = await fill();
    client.child.kill('SIGCONT');
    await client.until(({ stderr }) => stderr.includes('\n'));
    expect(client.stderr).toContain(`signal queue of process ${server.pid} is full`);
    await makeRoom(holder);
    expect(await client.closed).toEqual({ code: 0, signal: null });
    const messages = events(server).filter(({ event }) => event === 'message');
    expect(messages.map((event) => bytesOf(event).equals(bytes))).toEqual([true]);
    expect(events(server).some(({ event }) => event === 'stray')).toBe(false);
  },
  60_000,
);
