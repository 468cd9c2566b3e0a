// Clients at once, and strangers among them.
import { randomBytes } from 'node:crypto';
import {
  bytesOf,
  events,
  Process,
  runClient,
  runScript,
  startClient,
  startServer,
  untilBusy,
} from '../support/processes.js';

test('eight clients at once with 10 kB each: every message exact, none mixed', async () => {
  const server = await startServer(['--json']);
  const messages = Array.from({ length: 8 }, () => randomBytes(10_000));
  const clients = messages.map((input) => startClient([server.pid], { input }));
  const exits = await Promise.all(clients.map(({ closed }) => closed));
  expect(exits.map(({ code }) => code)).toEqual(Array(8).fill(0));
  const received = events(server).filter(({ event }) => event !== 'listening');
  expect(received.map(({ event }) => event)).toEqual(Array(8).fill('message'));
  const bySender = new Map(
    received.map((event) => [(event['sender'] as { pid: number }).pid, event]),
  );
  for (const [i, { pid }] of clients.entries()) {
    const event = bySender.get(pid);
    expect(event?.['sender']).toEqual({ pid, uid: process.getuid?.(), attested: true });
    expect(event && bytesOf(event).equals(messages[i] as Buffer)).toBe(true);
  }
});

test('one-line messages beside a 1 MB one are delivered while that is sent', async () => {
  const server = await startServer(['--json']);
  const long = startClient([server.pid], { input: randomBytes(1_000_000) });
  await untilBusy(server, 200);
  for (let i = 0; i < 5; i += 1) {
    const short = await runClient([server.pid, `line ${i}`]);
    expect(short.code).toBe(0);
  }
  expect(long.child.exitCode).toBeNull();
  long.child.kill('SIGINT');
  expect(await long.closed).toEqual({ code: 130, signal: null });
  await server.until(({ text }) => text.includes('partial'));
  expect(events(server).at(-1)).toMatchObject({
    event: 'partial',
    expected: 1_000_000,
    reason: 'cancelled',
  });
});

test('10,000 plain signals of a stranger during a transfer change no byte, and are reported with its pid', async () => {
  const server = await startServer(['--json']);
  const bytes = randomBytes(40_000);
  const client = startClient([server.pid], { input: bytes });
  const stranger = runScript(
    async (_, pid: number) => {
      for (let i = 0; i < 10_000; i += 1) {
        process.kill(pid, i & 1 ? 'SIGUSR1' : 'SIGUSR2');
        if (i % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    [server.pid],
  );
  expect(await stranger.closed).toEqual({ code: 0, signal: null });
  expect(await client.closed).toEqual({ code: 0, signal: null });
  await server.end();
  const all = events(server);
  const received = all.filter(({ event }) => event === 'message');
  expect(received).toHaveLength(1);
  expect(bytesOf(received[0] as (typeof received)[0]).equals(bytes)).toBe(true);
  const strays = all.filter(({ event }) => event === 'stray');
  expect(strays.length).toBeGreaterThan(100);
  for (const stray of strays) {
    expect(stray).toMatchObject({ pid: stranger.pid, code: 'SI_USER', attested: true });
  }
});

test('a stranger that takes the same pending slots with tgkill costs time, not bytes', async () => {
  const server = await startServer(['--json']);
  const bytes = randomBytes(3000);
  const client = startClient([server.pid], { input: bytes });
  const stranger = runScript(
    async ({ kill }, pid: number) => {
      for (let i = 0; i < 3000; i += 1) {
        kill(pid, i & 1 ? 'SIGUSR1' : 'SIGUSR2', { thread: pid });
        if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    [server.pid],
  );
  expect(await stranger.closed).toEqual({ code: 0, signal: null });
  expect(await client.closed).toEqual({ code: 0, signal: null });
  await server.end();
  const received = events(server).filter(({ event }) => event === 'message');
  expect(received.map(bytesOf)).toEqual([bytes]);
});

test('forged control words and noise from another process deliver nothing and disturb nothing', async () => {
  const server = await startServer(['--json']);
  const bytes = randomBytes(4000);
  const client = startClient([server.pid], { input: bytes });
  const forger = runScript(
    async ({ queue }, pid: number) => {
      const random = () => BigInt(Math.floor(Math.random() * 2 ** 32));
      for (let i = 0; i < 2000; i += 1) {
        queue(pid, i & 1 ? 'SIGUSR1' : 'SIGUSR2', (random() << 32n) | random(), { thread: pid });
        if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    [server.pid],
  );
  // A forger must itself catch the signals, or a reply to an OPEN it made up would end it.
  expect(await forger.closed).toEqual({ code: 0, signal: null });
  expect(await client.closed).toEqual({ code: 0, signal: null });
  expect((await runClient([server.pid, 'after'])).code).toBe(0);
  await server.end();
  const received = events(server).filter(({ event }) => event === 'message');
  expect(received.map(bytesOf)).toEqual([bytes, Buffer.from('after')]);
});

test('an OPEN that claims the pid of a bystander does not make the server signal it', async () => {
  const server = await startServer();
  const bystander = new Process('sleep', ['30']);
  const claim = [
    'import ctypes, sys, os, struct',
    'server, claimed = int(sys.argv[1]), int(sys.argv[2])',
    '# siginfo: signo, errno, code, pad, pid, uid, value',
    'value = (1 << 60) | (4711 << 40) | (1 << 36) | claimed',
    'info = struct.pack("iiiiiiQ", 12, 0, -1, 0, claimed, os.getuid(), value).ljust(128, b"\\0")',
    'libc = ctypes.CDLL(None, use_errno=True)',
    'buffer = ctypes.create_string_buffer(info, 128)',
    'assert libc.syscall(297, server, server, 12, buffer) == 0',
  ].join('\n');
  const forger = new Process('python3', ['-c', claim, String(server.pid), String(bystander.pid)]);
  expect(await forger.closed).toEqual({ code: 0, signal: null });
  expect((await runClient([server.pid, 'still here'])).code).toBe(0);
  await bystander.endUnhurt();
});
