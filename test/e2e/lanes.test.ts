// Lanes between real processes: docs/protocol.md, section 9.
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { kill } from '../../lib/signals/send.js';
import { isLane } from '../support/lanes.js';
import {
  bytesOf,
  events,
  ofEach,
  type Process,
  runClient,
  runScript,
  sleep,
  startClient,
  startServer,
  untilBusy,
} from '../support/processes.js';
import { newRuntimeDirectory } from '../support/runtime-directory.js';

let directory: string;

beforeEach(() => {
  directory = join(newRuntimeDirectory(), 'minitalk');
});

/** The thread ids of a server's lanes, as the kernel knows them. */
function lanesOf({ pid }: Process): number[] {
  return ofEach(pid, 'task', (thread) => (isLane(thread) ? [Number(basename(thread))] : [])).flat();
}

function registrationOf({ pid }: Process): { path: string; lanes?: number[] } {
  const name = readdirSync(directory).find((each) => each.endsWith(`-${pid}.json`)) as string;
  const path = join(directory, name);
  return { ...JSON.parse(readFileSync(path, 'utf8')), path };
}

const messagesOf = (server: Process) =>
  events(server)
    .filter(({ event }) => event === 'message')
    .map(bytesOf);

test.each(['bit', 'word'] as const)(
  'a long message in %s mode comes by lanes, which are told, and end when they rest',
  async (mode) => {
    const server = await startServer(['--json']);
    expect(lanesOf(server)).toEqual([]);
    const input = randomBytes(50_000);
    expect((await runClient([server.pid, '--mode', mode], { input })).code).toBe(0);
    const lanes = lanesOf(server);
    expect(lanes).toHaveLength(64);
    expect(registrationOf(server).lanes?.toSorted((a, b) => a - b)).toEqual(lanes);
    for (const lane of lanes) {
      const status = readFileSync(`/proc/${server.pid}/task/${lane}/stat`, 'latin1');
      const policy = Number(status.slice(status.lastIndexOf(')')).split(' ')[39]);
      expect(policy).toBe(3); // SCHED_BATCH
    }
    await server.until(({ text }) => text.split('\n').length > 2);
    while (lanesOf(server).length > 0) await sleep(100);
    expect(registrationOf(server).lanes).toEqual([]);
    expect((await runClient([server.pid, '--mode', mode], { input })).code).toBe(0);
    await server.end();
    expect(messagesOf(server)).toEqual([input, input]);
  },
  30_000,
);

test('a short message makes no lanes', async () => {
  const server = await startServer();
  expect((await runClient([server.pid, 'hi'])).code).toBe(0);
  expect(lanesOf(server)).toEqual([]);
});

test('many short messages are worth them, too', async () => {
  const server = await startServer();
  for (let i = 0; i < 10; i += 1) {
    expect((await runClient([server.pid, 'eight by'])).code).toBe(0);
  }
  expect(lanesOf(server)).toHaveLength(64);
  await server.end();
});

test('a client that can not know the lanes sends a bit at a time, and is asked for no more', async () => {
  const server = await startServer(['--json']);
  const input = randomBytes(3000);
  expect((await runClient([server.pid], { input })).code).toBe(0);
  // Until the server writes it anew.
  const { path, ...registration } = registrationOf(server);
  writeFileSync(path, JSON.stringify({ ...registration, lanes: [] }));
  expect((await runClient([server.pid], { input })).code).toBe(0);
  await server.end();
  expect(messagesOf(server)).toEqual([input, input]);
});

test.each(['bit', 'word'] as const)(
  'a stranger that takes the slots of lanes with tgkill costs time, not bytes: %s mode',
  async (mode) => {
    const server = await startServer(['--json']);
    const input = randomBytes(mode === 'bit' ? 20_000 : 600_000);
    const client = startClient([server.pid, '--mode', mode], { input });
    while (lanesOf(server).length < 64) await sleep(1);
    const lanes = lanesOf(server);
    for (let i = 0; client.child.exitCode === null; i += 1) {
      const thread = lanes[i % 64] as number;
      kill(server.pid, i & 1 ? 'SIGUSR1' : 'SIGUSR2', { thread });
      if (i % 5 === 0) await sleep(1);
    }
    expect(await client.closed).toEqual({ code: 0, signal: null });
    await server.end();
    expect(messagesOf(server)).toEqual([input]);
    const strays = events(server).filter(({ event }) => event === 'stray');
    expect(strays.length).toBeGreaterThan(0);
    for (const stray of strays) {
      expect(stray).toMatchObject({ pid: process.pid, code: 'SI_TKILL', attested: true });
    }
  },
  60_000,
);

test('a client that was stopped until the lanes had ended is told what became of its message', async () => {
  const server = await startServer(['--json', '--idle-timeout', '300ms']);
  const stopped = startClient([server.pid], { input: randomBytes(40_000) });
  await untilBusy(server, 20);
  stopped.child.kill('SIGSTOP');
  while (lanesOf(server).length > 0) await sleep(100);
  stopped.child.kill('SIGCONT');
  expect(await stopped.closed).toEqual({ code: 75, signal: null });
  expect(stopped.stderr).toMatch(/gave the message up/);
  expect((await runClient([server.pid, 'next'])).code).toBe(0);
  await server.end();
  expect(messagesOf(server).map(String)).toEqual(['next']);
}, 40_000);

test("a listener of the server's process hears a stranger's signals, whichever thread they reach", async () => {
  const server = runScript(async ({ createServer }) => {
    let heard = 0;
    process.on('SIGUSR2', () => {
      heard += 1;
    });
    const listening = createServer();
    listening.on('message', ({ data }) => process.stdout.write(`${data.length} heard ${heard}\n`));
    await listening.listen();
    process.stdout.write('listening\n');
  });
  await server.until(({ text }) => text.includes('listening'));
  const client = startClient([server.pid], { input: randomBytes(40_000) });
  while (lanesOf(server).length === 0) await sleep(1);
  for (let i = 0; i < 50; i += 1) {
    process.kill(server.pid, 'SIGUSR2');
    await sleep(2);
  }
  expect((await client.closed).code).toBe(0);
  await server.until(({ text }) => text.includes('40000 heard'));
  const heard = Number(/heard (\d+)/.exec(server.text)?.[1]);
  expect(heard).toBeGreaterThan(10); // they merge, and the client's words are heard, too
  await server.end();
});
