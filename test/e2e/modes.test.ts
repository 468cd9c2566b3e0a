// Word and burst mode: as exact as bit mode, under the same faults.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import {
  bytesOf,
  events,
  type JsonEvent,
  Process,
  runClient,
  runScript,
  sleep,
  startClient,
  startServer,
} from '../support/processes.js';

const modes = ['word', 'burst'] as const;
const messagesOf = (server: Process) => events(server).filter(({ event }) => event === 'message');
const isExact = (event: JsonEvent | undefined, bytes: Buffer) =>
  event !== undefined && bytesOf(event).equals(bytes);

function catches(pid: number, signo: number): boolean {
  const mask = /^SigCgt:\s*(\w+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return ((BigInt(`0x${mask}`) >> BigInt(signo - 1)) & 1n) === 1n;
}
const SIGRTMIN = 34; // glibc's

test.each(['word', 'burst', 'auto'] as const)(
  'texts of all kinds arrive in mode %s',
  async (mode) => {
    const server = await startServer(['--json']);
    const texts = [
      '',
      'x',
      'two\nlines',
      'héllo wörld 🎉👩‍👩‍👧‍👦',
      '1234567',
      '12345678',
      'y'.repeat(3000),
    ];
    for (const text of texts) {
      const client = await runClient([server.pid, '--mode', mode, '--json', '--', text]);
      expect(client.code).toBe(0);
      const used = mode === 'auto' ? expect.stringMatching(/^(word|burst)$/) : mode;
      expect(JSON.parse(client.stdout)).toMatchObject({ event: 'delivered', mode: used });
    }
    expect(messagesOf(server).map(({ text }) => text)).toEqual(texts);
    const kinds = new Set(messagesOf(server).map((event) => event['mode']));
    expect([...kinds]).toEqual(mode === 'auto' ? ['word', 'burst'] : [mode]);
    for (const { sender } of messagesOf(server)) expect(sender).toMatchObject({ attested: false });
  },
);

test.each(
  modes.flatMap((mode) => [64, 192].map((payload) => [mode, payload as 64 | 192] as const)),
)(
  'lengths around the ends of words and frames arrive exactly in mode %s of %i bits',
  async (mode, payload) => {
    const server = await startServer(['--json']);
    const around = (size: number) => [-5, -4, -3, -1, 0, 1].map((more) => size + more);
    const frame = mode === 'word' ? 65_536 : 262_144;
    const lengths = [...around(8), ...around(24), ...around(48), ...around(frame), 2 * frame + 7];
    const client = runScript(
      async ({ connect }, pid: number, sizes: number[], how: 'word' | 'burst', bits: 64 | 192) => {
        const connection = await connect(pid);
        for (const size of sizes) {
          const bytes = Buffer.from(Array.from({ length: size }, (_, i) => (i * 31 + size) & 0xff));
          await connection.send(bytes, { mode: how, payload: bits });
        }
        await connection.close();
      },
      [server.pid, lengths, mode, payload],
    );
    expect(await client.closed).toEqual({ code: 0, signal: null });
    const received = messagesOf(server).map(bytesOf);
    expect(received.map(({ length }) => length)).toEqual(lengths);
    for (const bytes of received) {
      const size = bytes.length;
      expect(bytes.every((byte, i) => byte === ((i * 31 + size) & 0xff))).toBe(true);
    }
  },
);

test.each([
  ['word', 1_000_000],
  ['burst', 10_000_000],
] as const)('in mode %s %i random bytes arrive byte-exact', async (mode, size) => {
  const server = await startServer(['--raw']);
  const bytes = randomBytes(size);
  const client = await runClient([server.pid, '--mode', mode, '--quiet'], { input: bytes });
  expect(client).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect(server.stdout.equals(bytes)).toBe(true);
});

test('clients in all modes at once: every message exact, none mixed', async () => {
  const server = await startServer(['--json']);
  const sizes = { bit: 5_000, word: 200_000, burst: 1_000_000, auto: 1_000_000 };
  const clients = Object.entries(sizes).flatMap(([mode, size]) =>
    [randomBytes(size), randomBytes(size)].map((bytes) => ({
      bytes,
      process: startClient([server.pid, '--mode', mode], { input: bytes }),
    })),
  );
  for (const { process } of clients) {
    expect(await process.closed).toEqual({ code: 0, signal: null });
  }
  const bySender = new Map(
    messagesOf(server).map((event) => [(event['sender'] as { pid: number }).pid, event]),
  );
  for (const { bytes, process } of clients) {
    expect(isExact(bySender.get(process.pid), bytes)).toBe(true);
  }
});

test('a bit by bit message beside a long burst is delivered within a second', async () => {
  const server = await startServer(['--json']);
  const long = runScript(
    async ({ connect }, pid: number) => {
      await (await connect(pid)).send(Buffer.alloc(60_000_000), { mode: 'burst' });
    },
    [server.pid],
  );
  await sleep(500);
  for (let i = 0; i < 5; i += 1) {
    const short = await runClient([server.pid, `line ${i}`]);
    expect(short.code).toBe(0);
    expect(short.ms).toBeLessThan(1000);
  }
  expect(long.child.exitCode).toBeNull();
});

test.each(modes)(
  'clients killed in mode %s, each followed by a good message: always exact',
  async (mode) => {
    const server = await startServer(['--json']);
    const good: string[] = [];
    let wholeClient = 100;
    for (let i = 0; i < 20; i += 1) {
      const victim = runScript(
        async ({ connect }, pid: number, how: 'word' | 'burst') => {
          await (await connect(pid)).send(Buffer.alloc(60_000_000), { mode: how });
        },
        [server.pid, mode],
      );
      await sleep(Math.random() * 2 * wholeClient);
      await victim.end('SIGKILL');
      good.push(`good ${i}`);
      const began = performance.now();
      const after = await runClient([server.pid, '--mode', mode, `good ${i}`]);
      expect(after).toMatchObject({ code: 0, stderr: '' });
      wholeClient = performance.now() - began;
    }
    expect(messagesOf(server).map(({ text }) => text)).toEqual(good);
  },
);

test.each(modes.flatMap((mode) => [100, 2000].map((ms) => [mode, ms] as const)))(
  'a server stopped in mode %s for %i ms takes the message once',
  async (mode, ms) => {
    const server = await startServer(['--json']);
    const bytes = randomBytes(mode === 'word' ? 1_000_000 : 8_000_000);
    const client = startClient([server.pid, '--mode', mode], { input: bytes });
    await sleep(400);
    server.child.kill('SIGSTOP');
    await sleep(ms);
    expect(client.child.exitCode).toBeNull(); // it was in the middle
    server.child.kill('SIGCONT');
    expect(await client.closed).toEqual({ code: 0, signal: null });
    expect(messagesOf(server)).toHaveLength(1);
    expect(isExact(messagesOf(server)[0], bytes)).toBe(true);
  },
);

test.each(modes)(
  'a server killed in mode %s: its client ends at once with code 69',
  async (mode) => {
    const server = await startServer();
    const client = startClient([server.pid, '--mode', mode], { input: Buffer.alloc(20_000_000) });
    client.child.stdin?.on('error', () => {}); // it may end before it has read all
    await sleep(500);
    await server.end('SIGKILL');
    const killed = performance.now();
    expect(await client.closed).toEqual({ code: 69, signal: null });
    expect(performance.now() - killed).toBeLessThan(2000);
  },
);

test.each(modes)(
  'with its event loop blocked for a second the server takes the message exactly in mode %s',
  async (mode) => {
    const server = runScript(async ({ createServer }) => {
      const { createHash } = require('node:crypto');
      const server = createServer();
      server.on('message', ({ data }) =>
        process.stdout.write(`sha1 ${createHash('sha1').update(data).digest('hex')}\n`),
      );
      await server.listen();
      process.stdout.write('listening\n');
      setTimeout(() => {
        const end = Date.now() + 1000;
        while (Date.now() < end);
      }, 400);
    });
    await server.until(({ text }) => text.includes('listening'));
    const client = runScript(
      async ({ connect }, pid: number, how: 'word' | 'burst') => {
        const { createHash, randomBytes } = require('node:crypto');
        const bytes = randomBytes(how === 'word' ? 1_000_000 : 8_000_000);
        const connection = await connect(pid);
        await connection.send(bytes, { mode: how });
        process.stdout.write(createHash('sha1').update(bytes).digest('hex'));
        await connection.close();
      },
      [server.pid, mode],
    );
    expect(await client.closed).toEqual({ code: 0, signal: null });
    await server.until(({ text }) => text.includes('sha1'));
    expect(server.text).toBe(`listening\nsha1 ${client.text}\n`);
  },
);

test('--burst-signal none: bursts are refused with 69, auto sends words, and nothing more is caught', async () => {
  const server = await startServer(['--json', '--burst-signal', 'none']);
  expect(catches(server.pid, SIGRTMIN + 7)).toBe(false);
  const refused = await runClient([server.pid, '--mode', 'burst', 'x']);
  expect(refused.code).toBe(69);
  expect(refused.stderr).toMatch(/^minitalk-client: [^\n]*takes no bursts[^\n]*\n$/);
  expect((await runClient([server.pid, '--mode', 'auto', 'x'.repeat(2000)])).code).toBe(0);
  expect(messagesOf(server)).toMatchObject([{ mode: 'word' }]);
});

test('--burst-signal chooses another signal, which is caught while the server listens', async () => {
  const server = await startServer(['--json', '--burst-signal', 'SIGRTMIN+9']);
  expect(catches(server.pid, SIGRTMIN + 9)).toBe(true);
  expect(catches(server.pid, SIGRTMIN + 7)).toBe(false);
  expect((await runClient([server.pid, '--mode', 'burst', 'hello'])).code).toBe(0);
  expect(messagesOf(server)).toMatchObject([{ mode: 'burst', text: 'hello' }]);
});

test('after close the burst signal has its default action again', async () => {
  const server = runScript(async ({ createServer }) => {
    const server = createServer();
    await server.listen();
    await server.close();
    process.stdout.write('closed\n');
    setTimeout(() => {}, 60_000);
  });
  await server.until(({ text }) => text.includes('closed'));
  expect(catches(server.pid, SIGRTMIN + 7)).toBe(false);
});

test.each([
  ['client', '--mode', 'morse', '5', 'x'],
  ['client', '--place', 'here', '5', 'x'],
  ['server', '--place', 'here'],
  ['server', '--burst-signal', 'SIGUSR1'],
  ['server', '--burst-signal', 'SIGRTMIN+99'],
])('%s %s %s is refused with 64 and one line', async (command, ...args) => {
  const program = new Process(process.execPath, [
    'dist/cli/bin/minitalk.js',
    command as string,
    ...args,
  ]);
  expect(await program.closed).toEqual({ code: 64, signal: null });
  expect(program.stderr).toMatch(/^minitalk (client|server): [^\n]+\n$/);
});

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
  expect(messagesOf(server).map(({ text }) => text)).toEqual(['good']);
});

test('a server that may have few signals pending takes a burst exactly', async () => {
  const server = await startServer(['--json']);
  const limit = new Process('prlimit', ['--sigpending=16', '--pid', String(server.pid)]);
  expect((await limit.closed).code).toBe(0);
  const bytes = randomBytes(300_000);
  const client = await runClient([server.pid, '--mode', 'burst'], { input: bytes });
  expect(client.code).toBe(0);
  expect(isExact(messagesOf(server)[0], bytes)).toBe(true);
});

test.each(modes)('aborting a send in mode %s rejects, and the next one works', async (mode) => {
  const server = await startServer(['--json']);
  const client = runScript(
    async ({ connect }, pid: number, how: 'word' | 'burst') => {
      const connection = await connect(pid);
      const signal = AbortSignal.timeout(300);
      await connection
        .send(Buffer.alloc(60_000_000), { mode: how, signal })
        .catch((error: Error) => process.stdout.write(error.name));
      await connection.send('after', { mode: how });
      await connection.close();
    },
    [server.pid, mode],
  );
  expect(await client.closed).toEqual({ code: 0, signal: null });
  expect(client.text).toBe('AbortError');
  expect(messagesOf(server).map(({ text }) => text)).toEqual(['after']);
});

test('a stranger on all the signals of a burst changes no byte', async () => {
  const server = await startServer(['--json']);
  const bytes = randomBytes(5_000_000);
  const client = startClient([server.pid, '--mode', 'burst'], { input: bytes });
  const stranger = runScript(
    async ({ queue }, pid: number, signals: number[]) => {
      for (let i = 0; i < 3000; i += 1) {
        queue(pid, signals[i % 3] as number, BigInt(i) * 0x1234567n, { thread: pid });
        if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    [server.pid, [constants.signals.SIGUSR1, constants.signals.SIGUSR2, SIGRTMIN + 7]],
  );
  expect(await stranger.closed).toEqual({ code: 0, signal: null });
  expect(await client.closed).toEqual({ code: 0, signal: null });
  expect(messagesOf(server)).toHaveLength(1);
  expect(isExact(messagesOf(server)[0], bytes)).toBe(true);
  const strays = events(server).filter(({ event }) => event === 'stray');
  expect(strays.length).toBeGreaterThan(1000);
  for (const stray of strays) expect(stray).toMatchObject({ pid: stranger.pid, attested: false });
});

test.each(modes)('two processes send each other 300 kB at once in mode %s', async (mode) => {
  const both = () =>
    runScript(
      async ({ connect, createServer }, how: 'word' | 'burst') => {
        const server = createServer();
        const arrived = new Promise<number>((resolve) =>
          server.on('message', ({ data }) => resolve(data.filter((byte) => byte === 120).length)),
        );
        await server.listen();
        process.stdout.write('listening\n');
        const peer = await new Promise<number>((resolve) =>
          process.once('message', resolve as never),
        );
        const client = await connect(peer);
        await client.send(Buffer.alloc(300_000, 'x'), { mode: how });
        process.stdout.write(`sent, got ${await arrived}\n`);
        await client.close();
        await server.close();
        process.disconnect();
      },
      [mode],
      { ipc: true },
    );
  const [one, other] = [both(), both()];
  for (const each of [one, other]) await each.until(({ text }) => text.includes('listening'));
  one.child.send(other.pid);
  other.child.send(one.pid);
  for (const each of [one, other]) {
    expect(await each.closed).toEqual({ code: 0, signal: null });
    expect(each.text).toContain('sent, got 300000');
  }
});
