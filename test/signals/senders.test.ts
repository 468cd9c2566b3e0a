// Who sent it: every way to send a signal, described truthfully.
import { execFileSync, spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { Process, runScript } from '../support/processes.js';
import { seenBy, startWatching } from '../support/watching.js';

const uid = process.getuid?.() as number;

/** Ends when the command has ended; gives its pid. */
async function run(command: string, args: readonly string[]): Promise<number> {
  const sender = new Process(command, args);
  const exit = await sender.closed;
  if (exit.code !== 0) throw new Error(`${command} failed: ${sender.stderr}`);
  return sender.pid;
}

// ctypes has no name for system calls.
const python = (body: string) => `
import ctypes, os, platform, signal, sys
libc = ctypes.CDLL(None, use_errno=True)
pid = int(sys.argv[1])
${body}`;

test('a kill by a shell is attested and named, with its parent', async () => {
  const watching = await startWatching(['SIGTERM'], { snapshot: true });
  const sender = new Process('sh', ['-c', `kill -TERM ${watching.pid}; read x`], {
    stdin: 'pipe', // it stays until it is ended
  });
  const [seen] = await seenBy(watching, 1);
  expect(seen?.info).toMatchObject({
    signal: 'SIGTERM',
    code: 'SI_USER',
    pid: sender.pid,
    uid,
    attested: true,
    origin: 'process',
    sender: {
      name: basename(realpathSync('/bin/sh')),
      commandLine: ['sh', '-c', expect.any(String)],
      parent: { pid: process.pid, name: 'node' },
    },
  });
  expect(seen?.text).toMatch(
    new RegExp(
      `^SIGTERM from pid ${sender.pid} \\((\\w+: )?sh -c kill -TERM ${watching.pid}; read x\\) uid ${uid}, attested, a sibling of this process, parent ${process.pid} \\(node\\)`,
    ),
  );
});

test('kill(1), which is gone at once, is named where the handler still finds it, and never wrongly', async () => {
  const watching = await startWatching(['SIGTERM'], { snapshot: true });
  const count = 40;
  const pids: number[] = [];
  for (let i = 0; i < count; i += 1) {
    pids.push(await run('/bin/kill', ['-TERM', String(watching.pid)]));
    await seenBy(watching, i + 1); // two of them pending would be one
  }
  const all = await seenBy(watching, count);
  const senders = all.map(({ info }) => info['sender'] as { name: string } | undefined);
  expect(all.map(({ info }) => info['pid'])).toEqual(pids);
  for (const sender of senders) if (sender !== undefined) expect(sender.name).toBe('kill');
  // Nearly all on an idle machine. On a busy one the handler runs late, and finds fewer.
  expect(senders.filter((sender) => sender !== undefined).length).toBeGreaterThan(count / 8);
});

test('a kill by Python is attested', async () => {
  const watching = await startWatching(['SIGTERM'], { snapshot: true });
  const { pid } = new Process('python3', [
    '-c',
    python('os.kill(pid, signal.SIGTERM)\nsignal.pause()'),
    String(watching.pid),
  ]);
  const [seen] = await seenBy(watching, 1);
  expect(seen?.info).toMatchObject({
    code: 'SI_USER',
    pid,
    attested: true,
    sender: { name: expect.stringMatching(/^python3/) },
  });
});

test('a signal to one thread is attested and says so', async () => {
  const watching = await startWatching(['SIGTERM']);
  const sender = runScript(
    ({ kill }, pid: number) => kill(pid, 'SIGTERM', { thread: pid }),
    [watching.pid],
  );
  await sender.closed;
  const [seen] = await seenBy(watching, 1);
  expect(seen?.info).toMatchObject({ code: 'SI_TKILL', pid: sender.pid, attested: true });
});

test("a dying parent's PDEATHSIG comes from that parent", async () => {
  // The watcher asks for it itself: exec keeps it, as its pid.
  const parent = new Process('python3', [
    '-c',
    `
import ctypes, os, signal, sys
child = os.fork()
if child == 0:
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
    os.execvp(sys.argv[1], sys.argv[1:])
signal.pause()`,
    process.execPath,
    '-e',
    `const { watch, explain } = require(process.cwd() + '/dist/signals/index.js');
     const { writeSync } = require('node:fs');
     watch(['SIGTERM']).on('signal', (info) => {
       writeSync(1, JSON.stringify(info) + explain(info));
       process.exit();
     });
     writeSync(1, 'ready\\n');`,
  ]);
  await parent.until(({ text }) => text.includes('ready'));
  parent.child.kill('SIGKILL');
  await parent.closed; // when the watcher has closed the pipe, too
  const [, line = ''] = parent.text.split('\n');
  expect(line).toContain(`"code":"SI_USER","pid":${parent.pid},`);
  expect(line).toContain(`SIGTERM from pid ${parent.pid} uid ${uid}, attested`);
});

test('a value of 64 bits arrives whole, and its sender is a claim', async () => {
  const watching = await startWatching(['SIGRTMIN+3'], { snapshot: true });
  const sender = runScript(
    ({ queue }, pid: number) => {
      queue(pid, 'SIGRTMIN+3', 0xfedcba9876543210n);
      setInterval(() => {}, 60_000); // still there when it is looked at
    },
    [watching.pid],
  );
  const [seen] = await seenBy(watching, 1);
  expect(seen?.info).toMatchObject({
    signal: 'SIGRTMIN+3',
    code: 'SI_QUEUE',
    pid: sender.pid,
    attested: false,
    origin: 'claimed',
    value: String(0xfedcba9876543210n),
  });
  expect(seen?.text).toMatch(
    `SIGRTMIN+3 from a sender that claims pid ${sender.pid} uid ${uid}, not attested (SI_QUEUE), ` +
      `value ${0xfedcba9876543210n}; that pid is (node -e `,
  );
});

// rt_sigqueueinfo(2) with a siginfo of the sender's choice.
const forge = (code: number) =>
  python(`
number = {'x86_64': 129, 'aarch64': 138}[platform.machine()]
info = (ctypes.c_int * 32)(signal.SIGTERM, 0, ${code}, 0, 1, 0, 7, 0)
if libc.syscall(number, pid, signal.SIGTERM, info) != 0:
    sys.exit(os.strerror(ctypes.get_errno()))`);

test('a forged rt_sigqueueinfo is a claim, never attested', async () => {
  const watching = await startWatching(['SIGTERM'], { snapshot: true });
  await run('python3', ['-c', forge(-1), String(watching.pid)]);
  const [seen] = await seenBy(watching, 1);
  expect(seen?.info).toMatchObject({
    code: 'SI_QUEUE',
    pid: 1,
    uid: 0,
    attested: false,
    origin: 'claimed',
  });
  expect(seen?.text).toMatch(
    /^SIGTERM from a sender that claims pid 1 uid 0, not attested \(SI_QUEUE\), value 7; that pid is \(/,
  );
});

test.each([
  [-2, 'SI_TIMER', 'timer', 0],
  [-3, 'SI_MESGQ', 'claimed', 1],
  [-5, 'SI_SIGIO', 'unknown', 0],
  [-6, 'SI_TKILL', undefined, 0],
  [0, 'SI_USER', undefined, 0],
  [-60, 'SI_ASYNCNL', 'claimed', 1],
  [-99, 'SI_-99', 'claimed', 1],
])('a forged si_code %i (%s) is not attested', async (code, name, origin, pid) => {
  const watching = await startWatching(['SIGTERM']);
  if (origin === undefined) {
    // The kernel itself refuses to let another process forge these.
    await expect(run('python3', ['-c', forge(code), String(watching.pid)])).rejects.toThrow(
      'not permitted',
    );
    return;
  }
  await run('python3', ['-c', forge(code), String(watching.pid)]);
  const [seen] = await seenBy(watching, 1);
  expect(seen?.info).toMatchObject({ code: name, attested: false, origin, pid });
  expect(seen?.info['uid']).toBe(pid === 0 ? -1 : 0);
});

test('Ctrl-C at a terminal comes from the kernel', async () => {
  const watching = new Process('python3', [
    '-c',
    `
import os, pty, sys, time
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
seen = b''
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:
        break
    if not data: break
    if b'ready' in data: os.write(terminal, b'\\x03')
    seen += data
os.waitpid(pid, 0)
sys.stdout.write(seen.decode())`,
    process.execPath,
    '-e',
    `const { watch, explain } = require(process.cwd() + '/dist/signals/index.js');
     watch(['SIGINT']).on('signal', (info) => {
       console.log(explain(info), JSON.stringify(info));
       process.exit();
     });
     console.log('ready');`,
  ]);
  await watching.closed;
  expect(watching.text).toContain('SIGINT from the kernel (SI_KERNEL)');
  expect(watching.text).toContain('"pid":0,"uid":-1,"attested":false,"origin":"kernel"');
});

test("a process's own timer and its own kill say so", async () => {
  const script = runScript(async () => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    const watcher = watch(['SIGHUP']);
    process.kill(process.pid, 'SIGHUP');
    for await (const info of watcher) {
      process.stdout.write(`${info.code} ${info.pid === process.pid}`);
      break;
    }
    watcher.close();
  });
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('SI_USER true');
});

// Without the right to make namespaces there is nothing to test.
const mayUnshare = (options: readonly string[]) =>
  spawnSync('unshare', [...options, 'true']).status === 0;
const inUser = ['--user', '--'];
const inBoth = ['--user', '--pid', '--fork', '--kill-child', '--'];

(mayUnshare(inBoth) ? test : test.skip)(
  'in a pid namespace a sender outside is unknown, and nobody is root by that',
  async () => {
    const watching = await startWatching(['SIGTERM'], { snapshot: true }, ['unshare', ...inBoth]);
    const inner = execFileSync('cat', [
      `/proc/${watching.pid}/task/${watching.pid}/children`,
    ]).toString();
    process.kill(Number(inner), 'SIGTERM');
    const [seen] = await seenBy(watching, 1);
    expect(seen?.info).toMatchObject({
      code: 'SI_USER',
      pid: 0,
      uid: -1,
      attested: false,
      origin: 'unknown',
      relation: 'outside',
    });
    expect(seen?.info['sender']).toBeUndefined();
    expect(seen?.text).toBe(
      'SIGTERM from an unknown sender: outside this pid namespace (for pid 1 of a container: its runtime), or its details were lost',
    );
  },
);

(mayUnshare(inUser) ? test : test.skip)(
  'in a user namespace an unmapped uid is no user of its own',
  async () => {
    const from = { uids: [65534], others: 'refuse' } as const;
    const watching = await startWatching(['SIGTERM'], { from }, ['unshare', ...inUser]);
    process.kill(watching.pid, 'SIGTERM');
    const [seen] = await seenBy(watching, 1);
    expect(seen?.event).toBe('refused');
    expect(seen?.info).toMatchObject({ pid: process.pid, uid: 65534, attested: true });
    expect(seen?.text).toBe(
      `SIGTERM from pid ${process.pid} uid 65534 (not mapped here), attested`,
    );
  },
);
