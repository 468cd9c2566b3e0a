// Whatever is sent arrives, byte for byte, once, in order.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bin,
  bytesOf,
  events,
  Process,
  printed,
  runClient,
  runScript,
  startServer,
} from '../support/processes.js';

test('the first line is the PID, then comes every message with a newline', async () => {
  const server = await startServer();
  expect(server.text).toBe(`Server PID: ${server.pid}\n`);
  const texts = [
    'hello',
    '',
    'two\nlines',
    'héllo wörld',
    '🎉👩‍👩‍👧‍👦'.repeat(50),
    `"'$\\\`*?[]{}()<>|&;#~!`,
    '-x',
    '--nope',
  ];
  for (const text of texts) {
    expect(await runClient([server.pid, text])).toMatchObject({ code: 0, stdout: '', stderr: '' });
  }
  expect(printed(server).toString()).toBe(texts.map((text) => `${text}\n`).join(''));
  expect(await server.end()).toEqual({ code: 0, signal: null });
});

test('arguments that are not UTF-8 arrive as the bytes they are', async () => {
  const server = await startServer(['--raw']);
  const client = await runClient([server.pid, '-'], { input: Buffer.from([0x80, 0x81, 0x82]) });
  expect(client.code).toBe(0);
  // Only a shell can put such bytes into an argument.
  const script = `exec "$0" "$1" ${server.pid} "$(printf '\\200\\377x')"`;
  const viaShell = new Process('sh', ['-c', script, process.execPath, bin('minitalk-client')]);
  expect(await viaShell.closed).toEqual({ code: 0, signal: null });
  await server.until(({ stdout }) => stdout.length >= 6);
  expect(server.stdout).toEqual(Buffer.from([0x80, 0x81, 0x82, 0x80, 0xff, 0x78]));
});

test('a message comes from an argument, standard input, or a file, NUL bytes included', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'minitalk-test-'));
  const path = join(folder, 'message');
  const bytes = Buffer.concat([Buffer.from([0, 1, 0, 255, 10, 0]), randomBytes(3000)]);
  writeFileSync(path, bytes);
  const server = await startServer(['--raw']);
  expect((await runClient([server.pid], { input: bytes })).code).toBe(0);
  expect((await runClient([server.pid, '-'], { input: bytes })).code).toBe(0);
  expect((await runClient([server.pid, '--file', path])).code).toBe(0);
  expect(server.stdout).toEqual(Buffer.concat([bytes, bytes, bytes]));
  await rm(folder, { recursive: true });
});

test('lengths around the ends of frames arrive exactly', async () => {
  const server = await startServer(['--json']);
  const lengths = [1, 2, 1015, 1016, 1017, 1019, 1020, 1021, 1022, 1023, 1024, 1025, 2044, 2048];
  const client = runScript(
    async ({ connect }, pid: number, sizes: number[]) => {
      const connection = await connect(pid);
      for (const size of sizes) await connection.send(Buffer.alloc(size, size & 0xff));
      await connection.close();
    },
    [server.pid, lengths],
  );
  expect(await client.closed).toEqual({ code: 0, signal: null });
  const received = events(server).filter(({ event }) => event === 'message');
  expect(received.map(bytesOf)).toEqual(lengths.map((size) => Buffer.alloc(size, size & 0xff)));
});

test('200 messages in a row and 2,000 messages of one byte arrive once each, in order', async () => {
  const server = await startServer(['--json']);
  const client = runScript(
    async ({ connect }, pid: number) => {
      const connection = await connect(pid);
      const sends: Promise<unknown>[] = [];
      for (let i = 0; i < 200; i += 1) sends.push(connection.send(`message ${i}`));
      for (let i = 0; i < 2000; i += 1) sends.push(connection.send(Buffer.from([i & 0xff])));
      await Promise.all(sends);
      await connection.close();
    },
    [server.pid],
  );
  expect(await client.closed).toEqual({ code: 0, signal: null });
  const received = events(server).filter(({ event }) => event !== 'listening');
  expect(received).toHaveLength(2200);
  expect(received.slice(0, 200).map(({ text }) => text)).toEqual(
    Array.from({ length: 200 }, (_, i) => `message ${i}`),
  );
  const bytes = Buffer.concat(received.slice(200).map(bytesOf));
  expect(bytes).toEqual(Buffer.from(Array.from({ length: 2000 }, (_, i) => i & 0xff)));
});

test('30 clients one after another, each a process of its own', async () => {
  const server = await startServer();
  for (let i = 0; i < 30; i += 1) {
    expect((await runClient([server.pid, `client ${i}`])).code).toBe(0);
  }
  const lines = Array.from({ length: 30 }, (_, i) => `client ${i}\n`);
  expect(printed(server).toString()).toBe(lines.join(''));
});

// In frames of 1,024 bytes: so their numbers go past 256.
test('hundreds of frames of random bytes arrive byte-exact', async () => {
  const server = await startServer(['--raw']);
  const bytes = randomBytes(265_000);
  const client = await runClient([server.pid, '--quiet'], { input: bytes });
  expect(client).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect(server.stdout.equals(bytes)).toBe(true);
}, 200_000);
