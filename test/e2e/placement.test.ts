// Sharing a CPU: nobody is left on it.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isLane } from '../support/lanes.js';
import {
  ofEach,
  type Process,
  runScript,
  sleep,
  startClient,
  startServer,
  untilBusy,
} from '../support/processes.js';

const cpusOf = (path: string) =>
  /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync(`${path}/status`, 'utf8'))?.[1];

const ours = cpusOf('/proc/self');

/** With one CPU nobody is held on it. */
const hasCpus = /[,-]/.test(ours ?? '');

/** Whether a thread of the process is held now; of the lanes, or of all others, which may be a user's. */
function isAnyHeld(pid: number, ofLanes: boolean): boolean {
  const isHeld = (path: string) => isLane(path) === ofLanes && cpusOf(path) !== ours;
  return ofEach(pid, 'task', isHeld).includes(true);
}

/** Resolves as soon as no thread but lanes is held any more; a slice lasts 2 ms. */
async function untilFree({ pid }: Process): Promise<void> {
  while (isAnyHeld(pid, false)) await sleep(1);
}

test.each(['bit', 'burst'] as const)(
  'what a server makes while a frame comes in %s mode is not held on its CPU',
  async (mode) => {
    const server = runScript(
      async ({ createServer }) => {
        const { spawn } = require('node:child_process');
        const { readFile } = require('node:fs');
        const { Worker } = require('node:worker_threads');
        const listening = createServer({ deliver: () => {} });
        await listening.listen();
        process.stdout.write('listening\n');
        const status = `'/proc/self/status'`;
        const readOwn = `require('node:fs').readFileSync(${status}, 'utf8').match(/^Cpus_allowed_list:.*$/m)[0]`;
        const makeChildAndWorker = () => {
          spawn('sleep', ['60']).on('spawn', function (this: { pid: number }) {
            process.stdout.write(`child ${this.pid}\n`);
          });
          new Worker(
            `require('node:worker_threads').parentPort.postMessage(${readOwn.replace('/self/', '/thread-self/')})`,
            { eval: true },
          ).on('message', (line: string) => process.stdout.write(`worker ${line}\n`));
        };
        process.once('message', () => {
          // The first use of the thread pool makes its threads.
          readFile('/proc/self/status', () => process.stdout.write('pool\n'));
          for (let i = 0; i < 5; i += 1) setTimeout(makeChildAndWorker, 20 * i);
        });
      },
      [],
      { ipc: true },
    );
    await server.until(({ text }) => text.includes('listening'));
    const client = runScript(
      async ({ connect }, pid: number, how: 'bit' | 'burst', bytes: number) => {
        const connection = await connect(pid);
        const onProgress = () => process.stdout.write('sending\n');
        await connection.send(Buffer.alloc(bytes, 'x'), { mode: how, onProgress });
      },
      [server.pid, mode, mode === 'bit' ? 1_000_000 : 60_000_000],
    );
    await client.until(({ text }) => text.startsWith('sending'));
    server.child.send('make');
    const count = (word: string) => server.text.split(word).length - 1;
    await server.until(
      () => count('worker Cpus') === 5 && count('child ') === 5 && count('pool') === 1,
    );
    expect(client.child.exitCode).toBeNull(); // it still sends
    for (const line of server.text.match(/worker .*/g) ?? []) {
      expect(line).toBe(`worker Cpus_allowed_list:\t${ours}`);
    }
    for (const [, pid] of server.text.matchAll(/child (\d+)/g)) {
      expect(cpusOf(`/proc/${pid}`)).toBe(ours);
      process.kill(Number(pid), 'SIGKILL');
    }
    await client.end('SIGKILL');
    await untilFree(server);
  },
);

test('nobody stays on a CPU when the other end is stopped, or dies, or gives up', async () => {
  const server = await startServer();
  const stopped = startClient([server.pid], { input: randomBytes(100_000) });
  await untilBusy(server);
  stopped.child.kill('SIGSTOP');
  await untilFree(server);
  stopped.child.kill('SIGCONT');
  server.child.kill('SIGSTOP');
  await untilFree(stopped);
  server.child.kill('SIGCONT');
  stopped.child.kill('SIGKILL');
  await untilFree(server);

  const aborted = runScript(
    async ({ connect }, pid: number) => {
      const client = await connect(pid);
      const signal = AbortSignal.timeout(100);
      await client.send(Buffer.alloc(100_000), { signal }).catch(() => {});
      process.stdout.write('aborted\n');
      setTimeout(() => {}, 10_000);
    },
    [server.pid],
  );
  await aborted.until(({ text }) => text.includes('aborted'));
  await untilFree(aborted);
  await untilFree(server);

  const orphan = startClient([server.pid], { input: randomBytes(100_000) });
  await untilBusy(server);
  await server.end('SIGKILL');
  expect((await orphan.closed).code).toBe(69);
}, 30_000);

const ways = ['auto', 'off'].flatMap((there) =>
  ['auto', 'off'].flatMap((here) =>
    (['bit', 'burst'] as const).map((mode) => ({ mode, there, here })),
  ),
);

(hasCpus ? test.each : test.skip.each)(ways)(
  'in $mode mode with --place $there at the server and $here at the client only who may is ever held on a CPU',
  async ({ mode, there, here }) => {
    const server = await startServer(['--place', there, '--raw']);
    const input = Buffer.alloc(mode === 'bit' ? 20_000 : 8_000_000, 'x');
    const client = startClient([server.pid, '--place', here, '--mode', mode], { input });
    const isHeld = { server: false, lanes: false, client: false };
    await untilBusy(server, 1);
    while (client.child.exitCode === null) {
      isHeld.server ||= isAnyHeld(server.pid, false);
      isHeld.lanes ||= isAnyHeld(server.pid, true);
      isHeld.client ||= (cpusOf(`/proc/${client.pid}`) ?? ours) !== ours;
      await new Promise(setImmediate);
    }
    expect(await client.closed).toEqual({ code: 0, signal: null });
    await server.until(({ stdout }) => stdout.length === input.length);
    // The server says whether they meet, and in burst mode where.
    const meet = there === 'auto' && here === 'auto';
    expect(isHeld).toEqual(
      mode === 'bit'
        ? { server: false, lanes: meet, client: meet }
        : { server: there === 'auto', lanes: false, client: meet },
    );
  },
);

test('a client that may not use the CPU of its server sends without it', async () => {
  const cpus = (ours ?? '').split(/[,-]/);
  const [first, last] = [cpus[0], cpus.at(-1)];
  if (first === last) return; // one CPU is all there is
  const server = runScript(async ({ createServer }) => {
    const listening = createServer();
    listening.on('message', ({ text }) => process.stdout.write(`got ${text?.length}\n`));
    await listening.listen();
    process.stdout.write('listening\n');
  });
  await server.until(({ text }) => text.includes('listening'));
  const client = runScript(
    async ({ connect }, pid: number, cpu: string) => {
      const { execFileSync } = require('node:child_process');
      execFileSync('taskset', ['-a', '-p', '-c', cpu, String(process.pid)]);
      const connection = await connect(pid);
      await connection.send('x'.repeat(3000));
      const { readFileSync } = require('node:fs');
      process.stdout.write(
        /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '',
      );
      await connection.close();
    },
    [server.pid, first],
  );
  expect(await client.closed).toEqual({ code: 0, signal: null });
  expect(client.text).toBe(first);
  await server.until(({ text }) => text.includes('got 3000'));
});
