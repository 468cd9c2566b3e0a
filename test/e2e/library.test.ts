// The library face: createServer and connect in programs of their own.
import { Process, root, runClient, runScript } from '../support/processes.js';

test.each([
  ['bit', 40_000],
  ['word', 500_000],
  ['burst', 5_000_000],
] as const)(
  'two processes, each server and client of the other, in mode %s send %d bytes both ways at once',
  async (mode, size) => {
    const peer = async (
      { createServer, connect }: typeof import('../../lib/index.js'),
      seed: number,
      mode: 'bit' | 'word' | 'burst',
      size: number,
    ) => {
      const { createHash } = require('node:crypto') as typeof import('node:crypto');
      const bytes = Buffer.alloc(size);
      let state = seed;
      for (let i = 0; i < bytes.length; i += 1) {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0;
        bytes[i] = state >>> 16;
      }
      const hash = (data: Buffer) => createHash('sha256').update(data).digest('hex');
      const server = createServer();
      await server.listen();
      const received = new Promise<string>((resolve) =>
        server.once('message', ({ data }) => resolve(hash(data))),
      );
      process.stdout.write(`listening ${hash(bytes)}\n`);
      const other = await new Promise<number>((resolve) =>
        process.once('message', resolve as never),
      );
      const client = await connect(other);
      await Promise.all([client.send(bytes, { mode }), received]);
      process.stdout.write(`received ${await received}\n`);
      await client.close();
      await server.close();
      process.disconnect();
    };
    const peers = [1, 2].map((seed) =>
      runScript(peer as never, [seed, mode, size], { ipc: true }),
    ) as [Process, Process];
    await Promise.all(peers.map((each) => each.until(({ text }) => text.includes('listening'))));
    peers[0].child.send(peers[1].pid);
    peers[1].child.send(peers[0].pid);
    const exits = await Promise.all(peers.map(({ closed }) => closed));
    expect(peers.map(({ stderr }) => stderr)).toEqual(['', '']);
    expect(exits).toEqual([
      { code: 0, signal: null },
      { code: 0, signal: null },
    ]);
    const sent = peers.map(({ text }) => /listening (\w+)/.exec(text)?.[1]);
    const received = peers.map(({ text }) => /received (\w+)/.exec(text)?.[1]);
    expect(received).toEqual([sent[1], sent[0]]);
  },
  200_000,
);

test('messages can be taken with for await, one at a time, in order', async () => {
  const server = runScript(async ({ createServer }) => {
    const server = createServer();
    await server.listen();
    process.stdout.write('listening\n');
    let count = 0;
    for await (const { text, sender, mode } of server) {
      process.stdout.write(`${text} ${sender.attested} ${mode}\n`);
      count += 1;
      if (count === 3) break;
    }
    await server.close();
  });
  await server.until(({ text }) => text.includes('listening'));
  for (const text of ['one', 'two', 'three']) {
    expect((await runClient([server.pid, text])).code).toBe(0);
  }
  expect(await server.closed).toEqual({ code: 0, signal: null });
  expect(server.text).toBe('listening\none true bit\ntwo true bit\nthree true bit\n');
});

test('deliver decides: a rejected message is reported to its client as not delivered', async () => {
  const server = runScript(async ({ createServer }) => {
    const server = createServer({
      deliver: async ({ text }) => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        if (text === 'bad') throw new Error('no');
      },
    });
    server.on('message', ({ text }) => process.stdout.write(`${text}\n`));
    await server.listen();
    process.stdout.write('listening\n');
  });
  await server.until(({ text }) => text.includes('listening'));
  expect((await runClient([server.pid, 'good'])).code).toBe(0);
  expect((await runClient([server.pid, 'bad'])).code).toBe(74);
  expect(server.text).toBe('listening\ngood\n');
});

test('a server that nobody listens to delivers nothing', async () => {
  const server = runScript(async ({ createServer }) => {
    await createServer().listen();
    process.stdout.write('listening\n');
  });
  await server.until(({ text }) => text.includes('listening'));
  expect((await runClient([server.pid, 'anybody?'])).code).toBe(74);
});

test('a second server in one process is refused, and a closed one makes room', async () => {
  const script = runScript(async ({ createServer }) => {
    const first = createServer();
    await first.listen();
    const second = createServer();
    const code = await second.listen().then(
      () => 'listening',
      (error: { code: string }) => error.code,
    );
    await first.close();
    const third = createServer();
    await third.listen();
    process.stdout.write(`${code} ${third.listening}`);
    await third.close();
  });
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('EADDRINUSE true');
});

test('an open server keeps its process alive, an unreferenced one does not', async () => {
  const alive = runScript(async ({ createServer }) => {
    await createServer().listen();
    process.stdout.write('listening\n');
  });
  await alive.until(({ text }) => text.includes('listening'));
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(alive.child.exitCode).toBeNull();
  const free = runScript(async ({ createServer }) => {
    await createServer().unref().listen();
  });
  expect(await free.closed).toEqual({ code: 0, signal: null });
});

test('after close the dispositions are what they were: SIGUSR2 ends the process, SIGUSR1 is Node’s own again', async () => {
  const script = runScript(async ({ createServer }) => {
    const { readFileSync } = require('node:fs') as typeof import('node:fs');
    const caught = () => /SigCgt:\s*(\w+)/.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
    const before = caught();
    const server = createServer();
    await server.listen();
    const during = caught();
    await server.close();
    process.stdout.write(`${before === caught()} ${during !== before}\n`);
    process.kill(process.pid, 'SIGUSR2');
    setTimeout(() => {}, 5000);
  });
  expect(await script.closed).toEqual({ code: null, signal: 'SIGUSR2' });
  expect(script.text).toBe('true true\n');
});

test('aborting a send rejects with an AbortError, and the next send of the same client works', async () => {
  const script = runScript(
    async ({ createServer, connect }) => {
      const { fork } = require('node:child_process') as typeof import('node:child_process');
      void createServer;
      void fork;
      const pid = Number(process.env['SERVER']);
      const client = await connect(pid);
      const abort = new AbortController();
      setTimeout(() => abort.abort(), 200);
      const first = client.send(Buffer.alloc(100_000), { signal: abort.signal });
      const second = client.send('after');
      const name = await first.then(
        () => 'delivered',
        (error: Error) => error.name,
      );
      await second;
      process.stdout.write(name);
      await client.close();
    },
    [],
    { env: { SERVER: String((await serverScript()).pid) } },
  );
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('AbortError');
});

async function serverScript(): Promise<Process> {
  const server = runScript(async ({ createServer }) => {
    const server = createServer();
    server.on('message', ({ text }) => process.stdout.write(`${text}\n`));
    server.on('partial', ({ reason, bytes }) =>
      process.stdout.write(`partial ${reason} ${bytes}\n`),
    );
    await server.listen();
    process.stdout.write('listening\n');
  });
  await server.until(({ text }) => text.includes('listening'));
  return server;
}

test('a process may be client of two servers at once', async () => {
  const servers = [await serverScript(), await serverScript()];
  const client = runScript(
    async ({ connect }, pids: number[]) => {
      const clients = await Promise.all(pids.map((pid) => connect(pid)));
      await Promise.all(clients.map((each, i) => each.send(`to ${i} ${'x'.repeat(5000)}`)));
      await Promise.all(clients.map((each) => each.close()));
    },
    [servers.map(({ pid }) => pid)],
  );
  expect(await client.closed).toEqual({ code: 0, signal: null });
  expect(servers.map(({ text }) => text)).toEqual([
    `listening\nto 0 ${'x'.repeat(5000)}\n`,
    `listening\nto 1 ${'x'.repeat(5000)}\n`,
  ]);
});

test('ES modules import the same names', async () => {
  const script = new Process(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { createServer, connect, kill } from 'minitalk';
     import { watch } from 'minitalk/signals';
     process.stdout.write([createServer, connect, kill, watch].map((each) => typeof each).join());`,
    ],
    { cwd: root },
  );
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('function,function,function,function');
});

test('a listener that throws is an uncaught exception, and its client is not told "delivered"', async () => {
  const server = runScript(async ({ createServer }) => {
    const server = createServer();
    process.on('uncaughtException', (error) => process.stdout.write(`uncaught ${error.message}\n`));
    server.on('message', () => {
      throw new Error('oops');
    });
    await server.listen();
    process.stdout.write('listening\n');
  });
  await server.until(({ text }) => text.includes('listening'));
  expect((await runClient([server.pid, 'x'])).code).toBe(74);
  await server.until(({ text }) => text.includes('uncaught oops'));
});
