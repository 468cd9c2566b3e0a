// An end without close(), under traffic: nobody dies of it, and its peers hear of it.
// MINITALK_ROUNDS=200 goes each way so often.
import { readlinkSync, rmSync } from 'node:fs';
import type * as minitalk from '../../lib/index.js';
import {
  entry,
  mainWays,
  modes,
  patience,
  privateEnv,
  rounds,
  serverName,
  startHammer,
  stopHammer,
  workerWays,
} from '../support/endings.js';
import { ofEach, type Process, runScript, sleep } from '../support/processes.js';

jest.setTimeout(patience);

const env = privateEnv();
afterAll(() => rmSync(env['XDG_RUNTIME_DIR'] as string, { recursive: true }));

const lengths = { bit: 300, word: 20_000, burst: 100_000 };
const HAMMERS = 2;

async function hammering<T>(mode: keyof typeof lengths, work: () => Promise<T>): Promise<T> {
  const hammers = Array.from({ length: HAMMERS }, () => startHammer(mode, lengths[mode], env));
  const result = await work();
  const delivered = [];
  for (const hammer of hammers) {
    const { ends } = await stopHammer(hammer);
    expect(ends).not.toHaveProperty('ETIMEDOUT');
    delivered.push(ends['delivered'] ?? 0);
    expect(await hammer.closed).toEqual({ code: 0, signal: null });
    expect(hammer.stderr).toBe('');
  }
  expect(Math.max(...delivered)).toBeGreaterThan(0);
  return result;
}

const cases = modes.flatMap((mode) => workerWays.map((way) => [mode, way] as const));
const mainCases = modes.flatMap((mode) =>
  Object.entries(mainWays).map(([way, code]) => [mode, way, code] as const),
);

/** Servers in Workers, one after another; each ends when it has taken some messages. */
function startWorkerServers(way: string): Process {
  return runScript(
    async (_, path: string, name: string, way: string, rounds: number) => {
      const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
      const source = `
        const { createServer } = require(${JSON.stringify(path)});
        const { parentPort, workerData } = require('node:worker_threads');
        const { name, way, wanted, delay } = workerData;
        let count = 0;
        const server = createServer({ name });
        server.on('partial', () => {});
        server.on('message', () => {
          count += 1;
          if (count === wanted) setTimeout(end, delay);
        });
        function end() {
          if (way === 'exit') process.exit(3);
          if (way === 'throw') throw new Error('the end');
          if (way === 'natural') server.unref();
          if (way === 'terminate') parentPort.postMessage('end');
        }
        server.listen();`;
      for (let i = 0; i < rounds; i += 1) {
        const workerData = { name, way, wanted: 1 + (i % 3), delay: Math.random() * 4 };
        const worker = new Worker(source, { eval: true, workerData });
        worker.on('error', () => {});
        worker.once('message', () => worker.terminate());
        await new Promise((resolve) => worker.once('exit', resolve));
        process.stdout.write(`${i}\n`);
      }
      // It lives on; its peers need not know yet.
      setTimeout(() => process.stdout.write('lives\n'), 100);
    },
    [entry, serverName, way, rounds],
    { env },
  );
}

test.each(cases)('a server in a Worker, mode %s, ended by %s: its process lives on', (mode, way) =>
  hammering(mode, async () => {
    const host = startWorkerServers(way);
    expect({ ...(await host.closed), text: host.text, stderr: host.stderr }).toEqual({
      code: 0,
      signal: null,
      text: expect.stringMatching(/lives\n$/),
      stderr: '',
    });
  }),
);

test.each(mainCases)(
  'a server in the main thread, mode %s, ended by %s: exit code %i',
  (mode, way, code) =>
    hammering(mode, async () => {
      for (let i = 0; i < rounds; i += 1) {
        const server = runScript(
          async (
            { createServer }: typeof minitalk,
            name: string,
            way: string,
            wanted: number,
            delay: number,
          ) => {
            process.exitCode = 5;
            let count = 0;
            const server = createServer({ name });
            server.on('partial', () => {});
            server.on('message', () => {
              count += 1;
              if (count === wanted) setTimeout(end, delay);
            });
            function end() {
              if (way === 'exit') process.exit(7);
              if (way === 'throw') throw new Error('the end');
              server.unref();
            }
            await server.listen();
          },
          [serverName, way, 1 + (i % 3), Math.random() * 4],
          { env },
        );
        expect({ ...(await server.closed), i }).toEqual({ code, signal: null, i });
        expect(server.stderr).not.toMatch(/Debugger|Assertion/);
      }
    }),
);

async function startSink(): Promise<Process> {
  const sink = runScript(
    async ({ createServer }: typeof minitalk, name: string) => {
      const server = createServer({ name });
      let count = 0;
      server.on('message', () => {
        count += 1;
      });
      server.on('partial', () => {});
      await server.listen();
      process.stdout.write('listening\n');
      process.on('message', async () => {
        process.stdout.write(`${count}\n`);
        await server.close();
        process.exit(0);
      });
    },
    [serverName],
    { env, ipc: true },
  );
  await sink.until(({ text }) => text === 'listening\n');
  return sink;
}

/** Another client's message is still taken, and the server ends well. */
async function expectUnharmed(sink: Process, mode: string): Promise<void> {
  const client = runScript(
    async ({ connect }: typeof minitalk, pid: number, mode: 'bit') => {
      const client = await connect(pid);
      await client.send('after all that', { mode });
      await client.close();
    },
    [sink.pid, mode],
    { env },
  );
  expect(await client.closed).toEqual({ code: 0, signal: null });
  sink.child.send('end');
  expect(await sink.closed).toEqual({ code: 0, signal: null });
  expect(sink.stderr).toBe('');
}

test.each(cases)(
  'clients in Workers, mode %s, ended by %s: their process lives on',
  async (mode, way) => {
    const sink = await startSink();
    const host = runScript(
      async (
        _,
        path: string,
        pid: number,
        mode: string,
        length: number,
        way: string,
        rounds: number,
      ) => {
        const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
        const source = `
        const { connect } = require(${JSON.stringify(path)});
        const { parentPort, workerData } = require('node:worker_threads');
        const { pid, mode, length, way, delay } = workerData;
        connect(pid).then(async (client) => {
          let isOver = false;
          setTimeout(() => {
            if (way === 'exit') process.exit(3);
            if (way === 'throw') throw new Error('the end');
            if (way === 'terminate') parentPort.postMessage('end');
            isOver = true;
          }, delay);
          while (!isOver || way !== 'natural') await client.send('x'.repeat(length), { mode });
        });`;
        const run = async (lane: number) => {
          for (let i = lane; i < rounds; i += 3) {
            const workerData = { pid, mode, length, way, delay: 1 + Math.random() * 20 };
            const worker = new Worker(source, { eval: true, workerData });
            worker.on('error', (error) => {
              if (error.message !== 'the end') console.error(error);
            });
            worker.once('message', () => worker.terminate());
            await new Promise((resolve) => worker.once('exit', resolve));
          }
        };
        await Promise.all([0, 1, 2].map(run));
        setTimeout(() => process.stdout.write('lives\n'), 100);
      },
      [entry, sink.pid, mode, lengths[mode], way, rounds],
      { env },
    );
    expect({ ...(await host.closed), text: host.text, stderr: host.stderr }).toEqual({
      code: 0,
      signal: null,
      text: 'lives\n',
      stderr: '',
    });
    await expectUnharmed(sink, mode);
  },
);

test.each(mainCases)(
  'a client in the main thread, mode %s, ended by %s: exit code %i',
  async (mode, way, code) => {
    const sink = await startSink();
    await hammering(mode, async () => {
      for (let i = 0; i < rounds; i += 1) {
        const client = runScript(
          async (
            { connect }: typeof minitalk,
            pid: number,
            mode: 'bit',
            length: number,
            way: string,
            delay: number,
          ) => {
            process.exitCode = 5;
            const client = await connect(pid);
            let isOver = false;
            setTimeout(() => {
              if (way === 'exit') process.exit(7);
              if (way === 'throw') throw new Error('the end');
              isOver = true;
            }, delay);
            while (!isOver || way !== 'natural') await client.send('x'.repeat(length), { mode });
          },
          [sink.pid, mode, lengths[mode], way, 1 + Math.random() * 20],
          { env },
        );
        expect({ ...(await client.closed), i }).toEqual({ code, signal: null, i });
        expect(client.stderr).not.toMatch(/Debugger|Assertion/);
      }
    });
    await expectUnharmed(sink, mode);
  },
);

test('the client of a server in a Worker that was terminated hears that it has ended, and waits for no time-out', async () => {
  const host = runScript(
    async ({ listServers }: typeof minitalk, path: string) => {
      const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
      const worker = new Worker(
        `const { createServer } = require(${JSON.stringify(path)});
         const { parentPort } = require('node:worker_threads');
         createServer().listen().then(() => parentPort.postMessage('up'));`,
        { eval: true },
      );
      const isListed = () => listServers().some(({ pid }) => pid === process.pid);
      await new Promise((resolve) => worker.once('message', resolve));
      process.stdout.write(`${isListed()}\n`);
      process.on('message', async () => {
        await worker.terminate();
        process.stdout.write(`${isListed()}\n`);
      });
    },
    [entry],
    { env, ipc: true },
  );
  await host.until(({ text }) => text === 'true\n');
  const client = runScript(
    async ({ connect }: typeof minitalk, pid: number) => {
      const client = await connect(pid, { timeout: 1e6 });
      process.stdout.write('connected\n');
      process.on('message', async () => {
        const code = await client.send('late').then(
          () => 'delivered',
          (error) => error.code,
        );
        await client.close();
        process.stdout.write(`${code}\n`);
        process.exit(0);
      });
    },
    [host.pid],
    { env, ipc: true },
  );
  await client.until(({ text }) => text === 'connected\n');
  host.child.send('terminate');
  await host.until(({ text }) => text === 'true\nfalse\n');
  client.child.send('send');
  expect(await client.closed).toEqual({ code: 0, signal: null });
  expect(client.text).toBe('connected\nESRCH\n');
});

test('a client in a Worker that was terminated loses its turn as one that died, though its process lives', async () => {
  const sink = runScript(
    async ({ createServer }: typeof minitalk) => {
      const server = createServer();
      server.on('partial', ({ reason }) => process.stdout.write(`${reason}\n`));
      server.on('message', ({ text }) => process.stdout.write(`${text}\n`));
      await server.listen();
      process.stdout.write('listening\n');
    },
    [],
    { env },
  );
  await sink.until(({ text }) => text === 'listening\n');
  const host = runScript(
    async ({ connect }: typeof minitalk, path: string, pid: number) => {
      const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
      const worker = new Worker(
        `const { connect } = require(${JSON.stringify(path)});
         const { parentPort, workerData: pid } = require('node:worker_threads');
         connect(pid).then((client) => client.send('x'.repeat(1e6), {
           onProgress: ({ sent }) => { if (sent > 0) parentPort.postMessage('sending'); },
         }));`,
        { eval: true, workerData: pid },
      );
      await new Promise((resolve) => worker.once('message', resolve));
      await worker.terminate();
      const client = await connect(pid);
      await client.send('next');
      await client.close();
    },
    [entry, sink.pid],
    { env },
  );
  expect(await host.closed).toEqual({ code: 0, signal: null });
  expect(sink.text).toBe('listening\ndied\nnext\n');
});

test('a client that waits for its first answer hears that the server has ended', async () => {
  const host = runScript(
    async (_, path: string) => {
      const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
      const worker = new Worker(
        `const { createServer } = require(${JSON.stringify(path)});
         const { parentPort } = require('node:worker_threads');
         createServer().listen().then(() => {
           parentPort.postMessage('up');
           Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
         });`,
        { eval: true },
      );
      await new Promise((resolve) => worker.once('message', resolve));
      process.stdout.write('listening\n');
      process.on('message', () => worker.terminate().then(() => process.stdout.write('ended\n')));
    },
    [entry],
    { env, ipc: true },
  );
  await host.until(({ text }) => text === 'listening\n');
  const client = runScript(
    async ({ connect }: typeof minitalk, pid: number) => {
      await connect(pid, { timeout: 1e6 }).catch(({ code }) => process.stdout.write(`${code}\n`));
    },
    [host.pid],
    { env },
  );
  const isPin = (fd: string) => readlinkSync(fd).startsWith(`/proc/${host.pid}/task/`);
  while (!ofEach(client.pid, 'fd', isPin).includes(true)) await sleep(5);
  host.child.send('end');
  await host.until(({ text }) => text.endsWith('ended\n'));
  await client.closed;
  expect(client.text).toBe('ESRCH\n');
});

test.each([
  ['Server', 'grant', 'number session pid thread status bits mode cpu count'],
  ['Transmitter', 'begin', 'bytes session grant mode payload burstSignal window'],
])(
  'a Worker that is terminated in the middle of a call ends alone: %s.%s',
  async (type, call, fields) => {
    const host = runScript(
      async (_: typeof minitalk, type: string, call: string, fields: string) => {
        const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
        // The call reads this property, and the Worker does not come back from it.
        const code = `
          const { parentPort, workerData: { type, call, field } } = require('node:worker_threads');
          const { binding } = require(process.cwd() + '/dist/binding/minitalk.js');
          const given = new Proxy({}, {
            get(_, name) {
              if (name !== field) return name === 'bytes' ? new Uint8Array(1) : 1;
              parentPort.postMessage(name);
              Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
            },
          });
          new binding[type]()[call](given);`;
        for (const field of fields.split(' ')) {
          const worker = new Worker(code, { eval: true, workerData: { type, call, field } });
          await new Promise((resolve) => worker.once('message', resolve));
          await worker.terminate();
        }
        process.stdout.write('lives\n');
      },
      [type, call, fields],
    );
    expect({ ...(await host.closed), stderr: host.stderr, text: host.text }).toEqual({
      code: 0,
      signal: null,
      stderr: '',
      text: 'lives\n',
    });
  },
);
