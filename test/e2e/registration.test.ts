// What a server's registration outlives: cleaners, and servers of other pid namespaces.
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as minitalk from '../../lib/index.js';
import { bin, Process, runClient, runScript, sleep, startServer } from '../support/processes.js';

let folder: string;
let env: { XDG_RUNTIME_DIR: string };
const files = () => readdirSync(join(folder, 'minitalk'));

/** What `script` prints as JSON in a program of this environment. */
async function answer(script: Parameters<typeof runScript>[0]): Promise<unknown> {
  const program = runScript(script, [], { env });
  expect(await program.closed).toEqual({ code: 0, signal: null });
  return JSON.parse(program.text);
}

/** Servers in other directories, of whoever runs some, are among them. */
async function listedServers(): Promise<number[]> {
  const list = new Process(process.execPath, [bin('minitalk'), 'list'], { env });
  await list.closed;
  return list.text.split('\n').filter(Boolean).map(Number.parseFloat);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minitalk-test-'));
  env = { XDG_RUNTIME_DIR: folder };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a program finds a server by its name, as the command line does, and lists the same', async () => {
  const server = await startServer(['--name', 'greeter'], { env });
  const nameless = await startServer([], { env });
  const list = new Process(process.execPath, [bin('minitalk'), 'list', '--json'], { env });
  await list.closed;
  // Servers in other directories come and go meanwhile.
  const ours = (servers: readonly { pid: number }[]) =>
    servers.filter(({ pid }) => [server.pid, nameless.pid].includes(pid));
  const listed = await answer(({ listServers }) => console.log(JSON.stringify(listServers())));
  const same = (JSON.parse(list.text) as minitalk.RunningServer[]).map((each) => ({
    ...each,
    ageMs: expect.any(Number), // some ms later
  }));
  expect(ours(listed as minitalk.RunningServer[])).toEqual(ours(same));
  expect(ours(same)).toHaveLength(2);
  expect(same).toContainEqual(expect.objectContaining({ pid: server.pid, name: 'greeter' }));
  const sent = await answer(async ({ connect }) => {
    const client = await connect('@greeter');
    await client.send('by name');
    await client.close();
    console.log(client.pid);
  });
  expect(sent).toBe(server.pid);
  await server.until(({ text }) => text.endsWith('\nby name\n'));
});

test('a name that two servers have is nobody: those that cannot see each other may', async () => {
  const name = `twice-${process.pid}`;
  const first = await startServer(['--name', name], { env });
  // Not of this environment, it does not see the directory of the first.
  const second = await startServer(['--name', name], { env: { XDG_RUNTIME_DIR: '' } });
  const client = await runClient([`@${name}`, 'hi'], { env });
  expect(client).toMatchObject({ code: 64, stdout: '' });
  for (const { pid } of [first, second]) expect(client.stderr).toContain(`${pid}`);
  expect([first, second].map(({ text }) => text.split('\n').length)).toEqual([2, 2]);
});

test.each(['file', 'directory'])(
  'a server puts its %s back that somebody removes, and clients in the middle get on',
  async (what) => {
    const server = await startServer(['--raw'], { env });
    const client = runScript(
      async ({ connect }: typeof minitalk, pid: number) => {
        const client = await connect(pid);
        process.stdout.write('connected\n');
        let isOver = false;
        process.once('message', () => {
          isOver = true;
          process.disconnect();
        });
        let sent = 0;
        for (; !isOver; sent += 1) await client.send(Buffer.alloc(300));
        await client.close();
        process.stdout.write(`sent ${sent}\n`);
      },
      [server.pid],
      { env, ipc: true },
    );
    await client.until(({ text }) => text === 'connected\n');
    for (let i = 0; i < 10; i += 1) {
      const file = files().find((name) => /^\d/.test(name)) as string;
      // Out of the way first: the server writes again as soon as its file goes.
      renameSync(join(folder, 'minitalk', what === 'file' ? file : ''), join(folder, 'removed'));
      rmSync(join(folder, 'removed'), { recursive: true });
      for (;;) {
        try {
          if (files().some((name) => /^\d/.test(name))) break;
        } catch {
          // The directory is not back yet.
        }
        await sleep(1);
      }
    }
    client.child.send('end');
    expect({ ...(await client.closed), stderr: client.stderr }).toEqual({
      code: 0,
      signal: null,
      stderr: '',
    });
    expect(await runClient([server.pid, 'later'], { env })).toMatchObject({ code: 0 });
    expect(await server.end()).toEqual({ code: 0, signal: null });
    expect(files()).toEqual([]);
  },
);

test('neither a zombie nor a process without the thread that listened is a server', async () => {
  const parent = new Process('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60']);
  await parent.until(({ text }) => text.includes('\n'));
  const zombie = Number(parent.text);
  while (!readFileSync(`/proc/${parent.pid}/cmdline`, 'latin1').startsWith('sleep')) await sleep(2);
  process.kill(zombie, 'SIGKILL'); // its parent is no shell any more, and waits for nobody
  while (!/^State:\s+Z/m.test(readFileSync(`/proc/${zombie}/status`, 'latin1'))) await sleep(2);
  const namespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0];
  mkdirSync(join(folder, 'minitalk'), { mode: 0o700 });
  const leave = (pid: number, thread: number) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    const entry = { pid, startTime, thread, version: 1, namespace };
    writeFileSync(join(folder, 'minitalk', `${namespace}-${pid}.json`), JSON.stringify(entry));
  };
  leave(zombie, zombie);
  leave(parent.pid, process.pid);
  const server = await startServer([], { env: { XDG_RUNTIME_DIR: folder } });
  const listed = await listedServers();
  expect(listed).toContain(server.pid);
  expect(listed).not.toContain(zombie);
  expect(listed).not.toContain(parent.pid);
  expect(files()).toHaveLength(1); // the others were cleaned away
});

// Some containers and kernels permit no namespaces of one's own.
const apart = ['-Upfr', '--mount-proc', '--kill-child'];
const canPart = spawnSync('unshare', [...apart, 'true']).status === 0;
const inNamespace = canPart ? test : test.skip;
if (!canPart) console.warn('skipped: unshare(1) may not make user and pid namespaces here');

/** The only child of an unshare(1): pid 1 of its namespace. */
async function childOf({ pid }: Process): Promise<number> {
  for (;;) {
    const child = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1'));
    if (child > 0) return child;
    await sleep(2);
  }
}

inNamespace('servers of two pid namespaces share the directory, and one can be pid 1', async () => {
  const outer = await startServer([], { env });
  const inner = new Process('unshare', [...apart, process.execPath, bin('minitalk-server')], {
    env,
  });
  await inner.until(({ text }) => text.includes('\n'));
  expect(inner.text).toBe('Server PID: 1\n');
  const another = await startServer([], { env });
  expect(files()).toHaveLength(3);
  const inside = ['-t', String(await childOf(inner)), '-U', '-p', '-m', '--preserve-credentials'];
  const node = [process.execPath, bin('minitalk-client')];
  const client = new Process('nsenter', [...inside, ...node, '1', 'hi'], { env });
  expect({ ...(await client.closed), stderr: client.stderr }).toEqual({
    code: 0,
    signal: null,
    stderr: '',
  });
  expect(inner.text).toBe('Server PID: 1\nhi\n');
  for (const server of [outer, another]) {
    expect(await runClient([server.pid, 'hi'], { env })).toMatchObject({ code: 0 });
  }
  // Their numbers say nothing here.
  const listed = await listedServers();
  expect(listed).toEqual(expect.arrayContaining([outer.pid, another.pid]));
  expect(listed).not.toContain(1);
});

inNamespace('without a /proc of its own namespace neither end starts, and says why', async () => {
  for (const args of [[bin('minitalk-server')], [bin('minitalk-client'), '5', 'hi']]) {
    const program = new Process('unshare', ['-Upfr', process.execPath, ...args], { env });
    expect(await program.closed).toEqual({ code: 69, signal: null });
    expect(program.stderr).toContain('cannot use /proc: it is of another pid namespace');
  }
});

test.each([
  ['terminate', 'listening'],
  ['terminate', 'writing its draft'],
  ['exit', 'listening'],
  ['exit', 'writing its draft'],
])(
  'a Worker that ends without JavaScript (%s) while it is %s leaves no registration of its server',
  async (way, moment) => {
    const program = runScript(
      async (_: typeof minitalk, way: string, moment: string) => {
        const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
        const worker = new Worker(
          `const { parentPort, workerData } = require('node:worker_threads');
          if (workerData !== 'listening') require('node:fs').renameSync = () => {
            parentPort.postMessage('up');
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
          };
          const { createServer } = require(process.cwd() + '/dist/index.js');
          createServer().listen().then(() => parentPort.postMessage('up'));`,
          { eval: true, workerData: moment },
        );
        await new Promise((resolve) => worker.once('message', resolve));
        process.stdout.write('up\n');
        process.once('message', async () => {
          if (way === 'exit') process.exit(7);
          await worker.terminate();
          process.stdout.write('terminated\n');
          process.disconnect();
        });
      },
      [way, moment],
      { env, ipc: true },
    );
    await program.until(({ text }) => text === 'up\n');
    expect(files()).toHaveLength(1);
    program.child.send('end');
    expect(await program.closed).toEqual({ code: way === 'exit' ? 7 : 0, signal: null });
    expect(files()).toEqual([]);
  },
);

test('the next server removes what the killed left, drafts too, and nothing that may be of the living', async () => {
  mkdirSync(join(folder, 'minitalk'), { mode: 0o700 });
  const namespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0];
  const { pid: dead } = spawnSync('true');
  const left = (pid: number, of = namespace) => [`${of}-${pid}.json`, `.${of}-${pid}.json.draft`];
  const foreign = left(dead, '1');
  for (const file of [...left(dead), ...left(process.pid), ...foreign]) {
    writeFileSync(join(folder, 'minitalk', file), '{"pid":');
  }
  const server = await startServer([], { env });
  const own = `${namespace}-${server.pid}.json`;
  // A file is written at one stroke: that of a living process is stale if it says nothing.
  const draft = `.${namespace}-${process.pid}.json.draft`;
  expect(files().sort()).toEqual([own, draft, ...foreign].sort());
});
