// Our server and client against minitalks in C, in every dialect that was seen: both ways, byte by byte.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tellsDelivery, tellsEnd } from '../../lib/dialects/dialect.js';
import { parseDialect } from '../../lib/dialects/parse.js';
import { compilePeer, specs, startPeerClient, startPeerServer } from '../support/peers.js';
import {
  bin,
  events,
  Process,
  printed,
  root,
  runClient,
  runScript,
  sleep,
  startClient,
  startServer,
  untilBusy,
} from '../support/processes.js';

/** What the peer paces by is its own business: we look at it. */
const ourSpec = (spec: string) => spec.replace(/,gap=\d+/, '');
const isAcknowledged = (spec: string) => /ack=bit/.test(spec);

const unicode = 'Grüße, 世界 👋🏽 — ‏שלום';
const special = `!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~ \x01\x7f\t`;
/** 10 kB, each bit of it somewhere else. */
const long = Array.from({ length: 10_000 }, (_, i) =>
  String.fromCharCode(33 + ((7 * i) % 94)),
).join('');
const texts = [unicode, special, 'a', long];

const dialects = Object.entries(specs);
const ending = dialects.filter(([, spec]) => tellsEnd(parseDialect(ourSpec(spec))));

async function untilPrinted(server: Process, expected: string): Promise<void> {
  await server.until((process) => printed(process).length >= Buffer.byteLength(expected));
  expect(printed(server).toString()).toBe(expected);
}

describe.each(dialects)('in dialect %s', (_name, spec) => {
  const isEnding = tellsEnd(parseDialect(ourSpec(spec)));
  const lines = (sent: readonly string[]) =>
    sent.map((text) => (isEnding ? `${text}\n` : text)).join('');

  test('a C server prints what our client sends', async () => {
    const server = await startPeerServer(compilePeer(spec));
    const sent: string[] = [];
    for (const text of texts) {
      const client = await runClient([server.pid, text, '--dialect', ourSpec(spec)]);
      expect(client).toMatchObject({ code: 0, stderr: '' });
      sent.push(text);
    }
    await untilPrinted(server, lines(sent));
  });

  test('our server prints what a C client sends', async () => {
    const server = await startServer(['--dialect', ourSpec(spec)]);
    const peer = compilePeer(spec);
    const sent: string[] = [];
    // Without acknowledgements only a sleep of the client parts its bits.
    for (const text of isAcknowledged(spec) ? texts : texts.slice(0, 3)) {
      const client = startPeerClient(peer, server.pid, text);
      expect(await client.closed).toEqual({ code: 0, signal: null });
      sent.push(`${text}\n`);
      await untilPrinted(server, sent.join(''));
    }
  });
});

test.each(ending)('20 messages in a row arrive both ways, in dialect %s', async (_name, spec) => {
  const peer = compilePeer(spec);
  const ours = await startServer(['--dialect', ourSpec(spec)]);
  const theirs = await startPeerServer(peer);
  const sent = Array.from({ length: 20 }, (_, i) => `message ${i}`);
  const expected = sent.map((text) => `${text}\n`);
  const isTold = tellsDelivery(parseDialect(ourSpec(spec)));
  for (const [i, text] of sent.entries()) {
    expect((await startPeerClient(peer, ours.pid, text).closed).code).toBe(0);
    // Such a client ends before its last bit is taken, with which the next one's first would merge.
    if (!isTold) await untilPrinted(ours, expected.slice(0, i + 1).join(''));
  }
  const sender = runScript(
    async ({ connect }, pid: number, dialect: string, all: string[]) => {
      const client = await connect(pid, { dialect });
      for (const text of all) await client.send(text);
      await client.close();
    },
    [theirs.pid, ourSpec(spec), sent],
  );
  expect(await sender.closed).toEqual({ code: 0, signal: null });
  await untilPrinted(ours, expected.join(''));
  await untilPrinted(theirs, expected.join(''));
});

const classic = specs.classic;

test('only where the dialect tells it is a message called delivered', async () => {
  for (const [spec, event] of [
    [specs.classic, 'delivered'],
    [specs['silent-end'], 'sent'],
    [specs.paced, 'sent'],
  ] as const) {
    const server = await startPeerServer(compilePeer(spec));
    const { stdout } = await runClient([server.pid, 'hi', '--json', '--dialect', ourSpec(spec)]);
    expect(JSON.parse(stdout)).toMatchObject({ event, pid: server.pid, bytes: 2, mode: 'bit' });
  }
});

test('a process that does not catch the signals is never signalled', async () => {
  const victim = new Process('sleep', ['60']);
  const client = await runClient([victim.pid, 'hi', '--dialect', 'classic']);
  expect(client).toMatchObject({
    code: 69,
    stderr: expect.stringContaining('does not catch SIGUSR1 and SIGUSR2'),
  });
  await victim.endUnhurt();
});

test("a server of minitalk's own protocol is not sent to in a dialect", async () => {
  const server = await startServer(['--json']);
  const client = await runClient([server.pid, 'hi', '--dialect', 'classic']);
  expect(client).toMatchObject({ code: 69, stderr: expect.stringContaining('own protocol') });
  await sleep(100);
  expect(events(server).map(({ event }) => event)).toEqual(['listening']);
});

test("a shell's own kill is a stray, and the shell lives: it does not catch what answers it", async () => {
  const server = await startServer(['--dialect', 'classic', '--json']);
  const shell = new Process('sh', ['-c', `kill -USR1 ${server.pid}; sleep 0.3; echo alive`]);
  expect(await shell.closed).toEqual({ code: 0, signal: null });
  expect(shell.text).toBe('alive\n');
  await server.until((process) => process.text.includes('stray'));
  const client = startPeerClient(compilePeer(classic), server.pid, 'hello');
  expect((await client.closed).code).toBe(0);
  await server.until((process) => process.text.includes('"hello"'));
  expect(events(server).slice(1)).toMatchObject([
    { event: 'stray', signal: 'SIGUSR1', pid: shell.pid },
    { event: 'message', text: 'hello' },
  ]);
});

test.each(['classic', 'paced', 'length-typed'] as const)(
  'a client that is killed in the middle leaves a partial, and the next one is not shifted: %s',
  async (name) => {
    const spec = specs[name];
    const server = await startServer(['--dialect', ourSpec(spec), '--json']);
    const peer = compilePeer(spec);
    const dying = startPeerClient(peer, server.pid, long.repeat(10));
    await untilHeard(server);
    await dying.end('SIGKILL');
    const next = startPeerClient(peer, server.pid, 'whole');
    expect((await next.closed).code).toBe(0);
    await server.until((process) => process.text.includes('"whole"'));
    await server.until((process) => process.text.includes('partial'));
    expect(events(server)).toContainEqual(
      expect.objectContaining({ event: 'partial', reason: 'died' }),
    );
    expect(events(server).filter(({ event }) => event === 'message')).toMatchObject([
      { text: 'whole' },
    ]);
  },
);

test('a client that is killed in its turn leaves that to who waits', async () => {
  const server = await startServer(['--dialect', 'classic', '--json']);
  const peer = compilePeer(classic);
  const dying = startPeerClient(peer, server.pid, long.repeat(10));
  await untilHeard(server);
  dying.child.kill('SIGSTOP');
  const next = startPeerClient(peer, server.pid, 'whole');
  await untilAwaiting(next);
  await dying.end('SIGKILL');
  expect((await next.closed).code).toBe(0);
  await server.until((process) => process.text.includes('"whole"'));
  expect(events(server).slice(1)).toMatchObject([
    { event: 'partial', reason: 'died', sender: { pid: dying.pid } },
    { event: 'message', text: 'whole', sender: { pid: next.pid } },
  ]);
});

test('a client that falls silent leaves a partial, and who waits has its turn', async () => {
  const server = await startServer([
    ...['--dialect', 'classic', '--json'],
    ...['--idle-timeout', '500ms'],
  ]);
  const peer = compilePeer(classic);
  const stopped = startPeerClient(peer, server.pid, long.repeat(10));
  await untilHeard(server);
  stopped.child.kill('SIGSTOP');
  const next = startPeerClient(peer, server.pid, 'whole');
  expect((await next.closed).code).toBe(0);
  await server.until((process) => process.text.includes('"whole"'));
  expect(events(server).slice(1)).toMatchObject([
    { event: 'partial', reason: 'idle', sender: { pid: stopped.pid } },
    { event: 'message', text: 'whole', sender: { pid: next.pid } },
  ]);
});

test('a client that is stopped for less goes on where it was', async () => {
  const server = await startServer(['--dialect', 'classic', '--json']);
  const client = startPeerClient(compilePeer(classic), server.pid, long);
  await untilHeard(server);
  client.child.kill('SIGSTOP');
  await sleep(1000);
  client.child.kill('SIGCONT');
  expect((await client.closed).code).toBe(0);
  await server.until((process) => process.text.includes('message'));
  expect(events(server).slice(1)).toMatchObject([{ event: 'message', text: long }]);
});

test('clients that come while another sends wait for their turn, in their order', async () => {
  const server = await startServer(['--dialect', 'classic', '--json']);
  const peer = compilePeer(classic);
  const clients = [startPeerClient(peer, server.pid, long.slice(0, 3000))];
  await untilHeard(server);
  // It sends nothing meanwhile that the others' first bits could merge with.
  clients[0]?.child.kill('SIGSTOP');
  for (const text of ['b', 'c', 'd']) {
    const client = startPeerClient(peer, server.pid, text.repeat(300));
    await untilAwaiting(client);
    clients.push(client);
  }
  expect(events(server).slice(1)).toEqual([]);
  clients[0]?.child.kill('SIGCONT');
  for (const client of clients) expect((await client.closed).code).toBe(0);
  await server.until((process) => process.text.includes('ddd'));
  expect(events(server).slice(1)).toMatchObject(
    [long.slice(0, 3000), ...['b', 'c', 'd'].map((text) => text.repeat(300))].map((text, i) => ({
      event: 'message',
      text,
      sender: { pid: clients[i]?.pid },
    })),
  );
});

test('a server that ends in the middle ends our client: 69', async () => {
  const server = await startPeerServer(compilePeer(classic));
  const client = startClient([server.pid, long.repeat(10), '--dialect', 'classic']);
  await untilHeard(server);
  await server.end('SIGKILL');
  expect((await client.closed).code).toBe(69);
  expect(client.stderr).toContain('ended while signal');
});

test('a server that does not answer is given up: 75', async () => {
  const server = await startPeerServer(compilePeer(classic, { ignores: 1 }));
  const client = await runClient([
    ...[server.pid, 'hi', '--dialect', 'classic'],
    ...['--timeout', '300ms'],
  ]);
  expect(client).toMatchObject({ code: 75, stderr: expect.stringContaining('signal 1 of 24') });
});

test('a server that never sleeps is sent to all the same, where nothing is acknowledged', async () => {
  const server = await startPeerServer(compilePeer(specs.paced, { spins: 1 }));
  expect((await runClient([server.pid, unicode, '--dialect', 'paced'])).code).toBe(0);
  await untilPrinted(server, `${unicode}\n`);
});

test('what the dialect cannot carry is refused before the first signal: 65', async () => {
  const server = await startPeerServer(compilePeer(specs.seed));
  const client = await runClient([server.pid, 'two\nlines', '--dialect', 'seed']);
  expect(client).toMatchObject({ code: 65, stderr: expect.stringContaining('newline at byte 3') });
  expect((await runClient([server.pid, 'one', '--dialect', 'seed'])).code).toBe(0);
  await untilPrinted(server, 'one\n');
});

test('a dialect that is none is a usage error, of the client before it reads: 64', async () => {
  const client = await runClient([process.pid, '--dialect', 'order=big']);
  expect(client).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('expected msb or lsb'),
  });
  const server = new Process(process.execPath, [bin('minitalk-server'), '--dialect', 'nonsense']);
  expect((await server.closed).code).toBe(64);
});

test('a client and a server in Workers talk with others as well', async () => {
  const peer = compilePeer(classic);
  const theirs = await startPeerServer(peer);
  const ours = runScript(
    async (_minitalk, path: string, pid: number) => {
      const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
      const inWorker = (code: string) =>
        new Worker(`const { createServer, connect } = require(${JSON.stringify(path)}); ${code}`, {
          eval: true,
        });
      inWorker(`(async () => {
        const client = await connect(${pid}, { dialect: 'classic' });
        const { delivered } = await client.send('from a Worker '.repeat(50));
        await client.close();
        console.log('delivered ' + delivered);
        const server = createServer({ dialect: 'classic' });
        server.on('message', ({ text }) => {
          console.log(text);
          if (text === 'last') server.close();
        });
        await server.listen();
        console.log('listening');
      })()`);
    },
    [join(root, 'dist', 'index.js'), theirs.pid],
  );
  await ours.until(({ text }) => text.includes('listening'));
  for (const text of [long.slice(0, 2000), 'last']) {
    expect((await startPeerClient(peer, ours.pid, text).closed).code).toBe(0);
  }
  expect(await ours.closed).toEqual({ code: 0, signal: null });
  expect(ours.text).toBe(`delivered true\nlistening\n${long.slice(0, 2000)}\nlast\n`);
  await untilPrinted(theirs, `${'from a Worker '.repeat(50)}\n`);
});

test('a send that is given up in the middle leaves a client that can send no more', async () => {
  const server = await startPeerServer(compilePeer(classic));
  const sender = runScript(
    async ({ connect }, pid: number) => {
      const client = await connect(pid, { dialect: 'classic' });
      const codeOf = (error: { code: string }) => error.code;
      const abort = new AbortController();
      let whole = 0;
      const sent = client.send('x'.repeat(100_000), {
        signal: abort.signal,
        onProgress({ sent: bytes }) {
          whole = bytes;
          if (bytes > 10) abort.abort();
        },
      });
      console.log(await sent.catch(codeOf), whole > 10);
      console.log(await client.send('more').catch(codeOf));
      await client.close();
      console.log(await client.send('more').catch(codeOf));
    },
    [server.pid],
  );
  expect(await sender.closed).toEqual({ code: 0, signal: null });
  expect(sender.text).toBe('ABORT_ERR true\nERR_CLIENT_CLOSED\nERR_CLIENT_CLOSED\n');
});

test('a message that nobody takes is not confirmed', async () => {
  const spec = specs['final-instead'];
  const server = runScript(
    async ({ createServer }, dialect: string) => {
      const server = createServer({
        dialect,
        deliver: () => Promise.reject(new Error('no room')),
      });
      await server.listen();
      console.log(process.pid);
    },
    [spec],
  );
  await server.until(({ text }) => text.includes('\n'));
  const client = startPeerClient(compilePeer(spec), server.pid, 'hi');
  expect((await client.closed).code).toBe(1);
  expect(client.stderr).toContain('does not answer');
});

/** Waits until the server has got some bits. */
async function untilHeard(server: Process): Promise<void> {
  await untilBusy(server, 20);
}

/** Waits until a client of C has signalled, and sleeps until it is answered. */
async function untilAwaiting({ pid }: Process): Promise<void> {
  const isAsleep = () => {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return /^State:\s*S/m.test(status) && /^SigCgt:\s*0*a00$/m.test(status);
  };
  for (let asleep = 0; asleep < 20; asleep = isAsleep() ? asleep + 1 : 0) await sleep(2);
}
