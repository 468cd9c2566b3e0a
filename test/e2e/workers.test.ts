// The addon in Workers: alone, in several, and after they have ended.
import { join } from 'node:path';
import { root, runClient, runScript } from '../support/processes.js';

const entry = join(root, 'dist', 'index.js');

test('a server in a Worker takes messages while the main thread is blocked', async () => {
  const server = runScript(
    async (_, path: string) => {
      const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
      const worker = new Worker(
        `const { createServer } = require(${JSON.stringify(path)});
         const fs = require('node:fs');
         const server = createServer();
         server.on('message', ({ text }) => fs.writeSync(1, text + '\\n'));
         server.listen().then(() => require('node:worker_threads').parentPort.postMessage('up'));`,
        { eval: true },
      );
      await new Promise((resolve) => worker.once('message', resolve));
      require('node:fs').writeSync(1, 'listening\n');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); // until the test ends it
    },
    [entry],
  );
  await server.until(({ text }) => text.includes('listening'));
  const text = 'to the worker '.repeat(20);
  for (const mode of ['bit', 'word', 'burst']) {
    expect((await runClient([server.pid, text, '--mode', mode])).code).toBe(0);
  }
  expect(server.text).toBe(`listening\n${`${text}\n`.repeat(3)}`);
});

test('clients in several Workers of one process send at once', async () => {
  const server = runScript(async ({ createServer }) => {
    const server = createServer();
    server.on('message', ({ text }) => process.stdout.write(`${text}\n`));
    await server.listen();
    process.stdout.write('listening\n');
  });
  await server.until(({ text }) => text.includes('listening'));
  const clients = runScript(
    async (_, path: string, pid: number) => {
      const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
      const workers = [0, 1, 2].map(
        (i) =>
          new Worker(
            `const { connect } = require(${JSON.stringify(path)});
             connect(${pid}).then(async (client) => {
               for (const mode of ['bit', 'word', 'burst']) {
                 await client.send('worker ${i} in mode ' + mode, { mode });
                 await client.send('x'.repeat(3000), { mode });
               }
               await client.close();
             });`,
            { eval: true },
          ),
      );
      const codes = await Promise.all(
        workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve))),
      );
      process.stdout.write(codes.join());
    },
    [entry, server.pid],
  );
  expect(await clients.closed).toEqual({ code: 0, signal: null });
  expect(clients.text).toBe('0,0,0');
  expect(clients.stderr).toBe('');
  const lines = server.text.trim().split('\n').slice(1);
  expect(lines).toHaveLength(18);
  for (const i of [0, 1, 2]) {
    expect(lines.filter((line) => line.startsWith(`worker ${i}`))).toEqual(
      ['bit', 'word', 'burst'].map((mode) => `worker ${i} in mode ${mode}`),
    );
  }
});

test('after the Workers that loaded the addon have ended, signals neither crash nor disturb', async () => {
  const script = runScript(
    async (_, path: string) => {
      // This process must not have the addon itself: only its Workers load it.
      const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
      process.on('SIGUSR2', () => process.stdout.write('heard\n'));
      for (let i = 0; i < 20; i += 1) {
        const worker = new Worker(
          `const { watch } = require(${JSON.stringify(path.replace('index.js', 'signals/index.js'))});
           const watcher = watch(['SIGUSR2', 'SIGHUP', 'SIGRTMIN+2']);
           require('node:worker_threads').parentPort.postMessage('up');
           if (${i} % 2) setTimeout(() => watcher.close(), 5);`,
          { eval: true },
        );
        await new Promise((resolve) => worker.once('message', resolve));
        process.kill(process.pid, 'SIGUSR2');
        if (i % 2 === 0) await worker.terminate();
        else await new Promise((resolve) => worker.once('exit', resolve));
        process.kill(process.pid, 'SIGUSR2');
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      process.stdout.write('end\n');
    },
    [entry],
    { bare: true },
  );
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text.endsWith('end\n')).toBe(true);
  expect(script.text.split('heard').length).toBeGreaterThan(20);
});
