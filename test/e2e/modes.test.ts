// Word and burst mode: whatever is sent arrives, byte for byte, once, in order.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bytesOf,
  events,
  printed,
  runClient,
  runScript,
  startClient,
  startServer,
  untilBusy,
} from '../support/processes.js';

const folder = mkdtempSync(join(tmpdir(), 'minitalk-modes-'));
afterAll(() => rmSync(folder, { recursive: true }));

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

test.each(['word', 'burst', 'auto'])('texts arrive exactly in mode %s', async (mode) => {
  const server = await startServer();
  const texts = [
    'hello',
    '',
    'two\nlines',
    'héllo wörld',
    '🎉👩‍👩‍👧‍👦'.repeat(50),
    Buffer.from(range(0, 256)).toString('latin1'),
  ];
  const client = runScript(
    async ({ connect }, pid: number, all: string[], mode: 'auto') => {
      const connection = await connect(pid);
      for (const text of all) await connection.send(text, { mode });
      await connection.close();
    },
    [server.pid, texts, mode],
  );
  expect(await client.closed).toEqual({ code: 0, signal: null });
  expect((await runClient([server.pid, 'by command', '--mode', mode])).code).toBe(0);
  expect(printed(server).toString()).toBe([...texts, 'by command', ''].join('\n'));
});

test.each([
  ['word', 64, 65_536],
  ['word', 192, 65_536],
  ['burst', 64, 262_144],
  ['burst', 192, 262_144],
] as const)(
  'in mode %s with %d bits in a word lengths around the ends of words and frames arrive exactly',
  async (mode, payload, frame) => {
    const lengths = [
      ...range(0, 50),
      ...range(190, 195),
      ...range(frame - 5, frame + 2), // the message's checksum may lie in the next frame
      ...range(2 * frame - 5, 2 * frame - 2),
    ];
    const path = join(folder, `${mode}-${payload}`);
    const bytes = randomBytes(2 * frame);
    writeFileSync(path, bytes);
    const server = await startServer(['--json']);
    const client = runScript(
      async ({ connect }, pid: number, path: string, lengths: number[], options: object) => {
        const { readFileSync } = require('node:fs') as typeof import('node:fs');
        const bytes = readFileSync(path);
        const connection = await connect(pid);
        for (const length of lengths) await connection.send(bytes.subarray(0, length), options);
        await connection.close();
      },
      [server.pid, path, lengths, { mode, payload }],
    );
    expect(await client.closed).toEqual({ code: 0, signal: null });
    const received = events(server).filter(({ event }) => event !== 'listening');
    expect(received.map(({ bytes }) => bytes)).toEqual(lengths);
    expect(received.every((event, i) => bytesOf(event).equals(bytes.subarray(0, lengths[i])))).toBe(
      true,
    );
  },
);

test.each([
  ['word', 1_000_000],
  ['burst', 10_000_000],
])('in mode %s %d random bytes arrive exactly', async (mode, size) => {
  const server = await startServer(['--raw']);
  const bytes = randomBytes(size);
  const client = await runClient([server.pid, '--quiet', '--mode', mode], { input: bytes });
  expect(client).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect(server.stdout.equals(bytes)).toBe(true);
});

test('both ends tell the mode; only bits attest their sender', async () => {
  const server = await startServer(['--json']);
  for (const [mode, size, used] of [
    ['bit', 100, 'bit'],
    ['word', 100, 'word'],
    ['burst', 100, 'burst'],
    ['auto', 5, 'word'],
    ['auto', 10_000, 'burst'],
  ] as const) {
    const input = randomBytes(size);
    const client = startClient([server.pid, '--json', '--mode', mode], { input });
    expect(await client.closed).toEqual({ code: 0, signal: null });
    expect(JSON.parse(client.text)).toMatchObject({ event: 'delivered', mode: used });
    expect(events(server).at(-1)).toMatchObject({
      event: 'message',
      mode: used,
      sender: { pid: client.pid, uid: process.getuid?.(), attested: used === 'bit' },
    });
  }
});

test('clients in all modes at once: every message exact, none mixed', async () => {
  const server = await startServer(['--json']);
  const sent = [
    ['bit', 5_000],
    ['word', 100_000],
    ['burst', 1_000_000],
    ['auto', 1_000_000],
  ].flatMap(([mode, size]) =>
    [1, 2].map(() => ({ mode: String(mode), input: randomBytes(Number(size)) })),
  );
  const clients = sent.map(({ mode, input }) =>
    startClient([server.pid, '--mode', mode], { input }),
  );
  const exits = await Promise.all(clients.map(({ closed }) => closed));
  expect(exits.map(({ code }) => code)).toEqual(Array(8).fill(0));
  const received = events(server).filter(({ event }) => event !== 'listening');
  expect(received.map(({ event }) => event)).toEqual(Array(8).fill('message'));
  for (const [i, { pid }] of clients.entries()) {
    const message = received.find(({ sender }) => (sender as { pid: number }).pid === pid);
    expect(message && bytesOf(message).equals(sent[i]?.input as Buffer)).toBe(true);
  }
});

test('short messages in bits beside a long burst are delivered long before its end', async () => {
  const server = await startServer(['--json']);
  const short = runScript(
    async ({ connect }, pid: number) => {
      const connection = await connect(pid);
      process.stdout.write('connected');
      await new Promise((resolve) => process.once('message', resolve));
      for (const text of ['one', 'two', 'three']) await connection.send(text, { mode: 'bit' });
      await connection.close();
      process.disconnect();
    },
    [server.pid],
    { ipc: true },
  );
  await short.until(({ text }) => text === 'connected');
  const long = startClient([server.pid, '--mode', 'burst'], { input: randomBytes(60_000_000) });
  await untilBusy(server);
  short.child.send('go');
  expect(await short.closed).toEqual({ code: 0, signal: null });
  expect(long.child.exitCode).toBeNull();
  long.child.kill('SIGINT');
  expect(await long.closed).toEqual({ code: 130, signal: null });
  await server.until(({ text }) => text.includes('partial'));
  const partial = events(server).at(-1);
  expect(partial).toMatchObject({ event: 'partial', reason: 'cancelled' });
  expect(partial?.['bytes']).toBeLessThan(20_000_000);
});

test.each([
  ['word', 5_000_000],
  ['burst', 30_000_000],
] as const)(
  'abort in the middle of a send in mode %s: the next one of the same client works',
  async (mode, size) => {
    const server = await startServer(['--json']);
    const client = runScript(
      async ({ connect }, pid: number, mode: 'word' | 'burst', size: number) => {
        const connection = await connect(pid);
        const abort = new AbortController();
        const first = connection.send(Buffer.alloc(size), {
          mode,
          signal: abort.signal,
          onProgress: ({ sent }) => {
            if (sent > 100_000) abort.abort();
          },
        });
        const second = connection.send('after', { mode });
        const name = await first.then(
          () => 'delivered',
          (error: Error) => error.name,
        );
        await second;
        process.stdout.write(name);
        await connection.close();
      },
      [server.pid, mode, size],
    );
    expect(await client.closed).toEqual({ code: 0, signal: null });
    expect(client.text).toBe('AbortError');
    await server.end();
    expect(events(server).slice(1)).toMatchObject([
      { event: 'partial', reason: 'cancelled', expected: size },
      { event: 'message', text: 'after', mode },
    ]);
  },
);

test('a mode that is none is refused by the library, and the connection stays', async () => {
  const server = await startServer(['--json']);
  const client = runScript(
    async ({ connect }, pid: number) => {
      const connection = await connect(pid);
      for (const options of [{ mode: 'morse' }, { mode: 'word', payload: 65 }]) {
        await connection
          .send('x', options as never)
          .catch(({ code, message }) => process.stdout.write(`${code} ${message}\n`));
      }
      await connection.send('good', { mode: 'word' });
      await connection.close();
    },
    [server.pid],
  );
  expect(await client.closed).toEqual({ code: 0, signal: null });
  expect(client.text).toBe(
    'ERR_OUT_OF_RANGE mode "morse": expected bit, word, burst or auto\n' +
      'ERR_OUT_OF_RANGE payload 65: expected 64 or 192 bits\n',
  );
  expect(events(server).slice(1)).toMatchObject([{ event: 'message', text: 'good' }]);
});
