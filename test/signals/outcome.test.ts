// What follows a watched signal: `after`, `grace` and `from`.
import { readFileSync } from 'node:fs';
import { runInside } from '../support/inside.js';
import { Process, runScript, sleep } from '../support/processes.js';
import { seenBy, startWatching } from '../support/watching.js';

const killBySh = (pid: number, signal = 'TERM') =>
  new Process('sh', ['-c', `kill -${signal} ${pid}`]).closed;

test('after: default lets listeners run, then the process dies of the signal', async () => {
  const watching = await startWatching(['SIGTERM'], { after: 'default' });
  await killBySh(watching.pid);
  expect(await watching.closed).toEqual({ code: null, signal: 'SIGTERM' });
  expect(await seenBy(watching, 1)).toHaveLength(1);
});

test.each(['SIGHUP', 'SIGINT', 'SIGUSR2', 'SIGALRM'] as const)(
  'after: default has the wait status of %s',
  async (signal) => {
    const watching = await startWatching([signal], { after: 'default' });
    process.kill(watching.pid, signal);
    expect(await watching.closed).toEqual({ code: null, signal });
  },
);

test('after: default ends a process whose event loop is blocked, when the grace time is over', async () => {
  const script = runScript(() => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    const { writeSync } = require('node:fs') as typeof import('node:fs');
    watch(['SIGTERM'], { after: 'default', grace: 300 }).on('signal', () => writeSync(1, 'heard'));
    writeSync(1, 'ready ');
    for (;;);
  });
  await script.until(({ text }) => text === 'ready ');
  const start = performance.now();
  // A stream of them does not put the end off.
  const stream = setInterval(() => script.child.kill('SIGTERM'), 20);
  expect(await script.closed).toEqual({ code: null, signal: 'SIGTERM' });
  clearInterval(stream);
  expect(performance.now() - start).toBeGreaterThan(250);
  expect(script.text).toBe('ready ');
});

test('with a grace of 0 the default action follows in the handler', async () => {
  const watching = await startWatching(['SIGTERM'], { after: 'default', grace: 0 });
  await killBySh(watching.pid);
  expect(await watching.closed).toEqual({ code: null, signal: 'SIGTERM' });
  expect(watching.text).toBe('ready\n'); // nobody got it before
});

test('after: default waits for an iteration to have finished with the signal', async () => {
  const script = runScript(async () => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    const { writeSync } = require('node:fs') as typeof import('node:fs');
    const watcher = watch(['SIGTERM'], { after: 'default', grace: 60_000 });
    process.kill(process.pid, 'SIGTERM');
    for await (const { signal } of watcher) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      writeSync(1, `done with ${signal}`);
    }
  });
  expect(await script.closed).toEqual({ code: null, signal: 'SIGTERM' });
  expect(script.text).toBe('done with SIGTERM');
});

test('after: default waits for a cleanup that takes longer than the grace time', async () => {
  const app = runInside(async ({ signals, pause, say }) => {
    const watcher = signals.watch('SIGTERM', { after: 'default', grace: 500 });
    process.kill(process.pid, 'SIGTERM');
    for await (const { signal } of watcher) {
      const end = performance.now() + 600;
      while (performance.now() < end); // it has been taken, so this blocks for no grace time
      await pause(600);
      say(`done with ${signal}`);
    }
  }, []);
  expect(await app.closed).toEqual({ code: null, signal: 'SIGTERM' });
  expect(app.text).toBe('done with SIGTERM\n');
});

test('a blocked event loop has its grace time at each signal', async () => {
  const app = runInside(async ({ signals, pause, say }) => {
    const watcher = signals.watch('SIGTERM', { after: 'default', grace: 500 });
    process.kill(process.pid, 'SIGTERM');
    for await (const _ of watcher) {
      await pause(600);
      say('blocked');
      process.kill(process.pid, 'SIGTERM');
      for (;;);
    }
  }, []);
  expect(await app.closed).toEqual({ code: null, signal: 'SIGTERM' });
  expect(app.text).toBe('blocked\n');
});

test.each(['waits', 'blocks'])('a deadline ends a process whose cleanup %s', async (how) => {
  const app = runInside(
    async ({ signals, pause, say }, how: string) => {
      const watcher = signals.watch('SIGTERM', {
        after: 'default',
        grace: 60_000,
        deadline: 1500,
      });
      process.kill(process.pid, 'SIGTERM');
      for await (const _ of watcher) {
        await pause(50);
        say('cleaning');
        while (how === 'blocks');
        await pause(60_000);
      }
    },
    [how],
  );
  expect(await app.closed).toEqual({ code: null, signal: 'SIGTERM' });
  expect(app.text).toBe('cleaning\n');
});

test('a stop signal stops the process, and once continued it is watched as before', async () => {
  // In a group of its own: the kernel lets nobody stop in an orphaned one.
  const own = 'import os, sys; os.setpgid(0, 0); os.execvp(sys.argv[1], sys.argv[1:])';
  const prefix = ['python3', '-c', own];
  const watching = await startWatching(['SIGTSTP'], { after: 'default' }, prefix);
  const status = (pattern: RegExp) =>
    pattern.exec(readFileSync(`/proc/${watching.pid}/status`, 'latin1'))?.[1] ?? '';
  const isStopped = () => status(/^State:\s+(\w)/m) === 'T';
  const isWatched = () => (BigInt(`0x${status(/^SigCgt:\s+(\w+)/m)}`) & (1n << 19n)) !== 0n;
  for (let i = 1; i <= 3; i += 1) {
    process.kill(watching.pid, 'SIGTSTP');
    await seenBy(watching, i);
    while (!isStopped()) await sleep(5);
    process.kill(watching.pid, 'SIGCONT');
    while (!isWatched()) await sleep(5);
  }
  await watching.end('SIGKILL');
});

test('after: default leaves a terminal in raw mode as Node itself would', async () => {
  const app = new Process('python3', [
    '-c',
    `
import os, pty, signal, sys, termios
terminal, inner = pty.openpty()
def mode(): return termios.tcgetattr(inner)[3] & (termios.ECHO | termios.ICANON)
before = mode()
pid = os.fork()
if pid == 0:
    os.setsid()
    for fd in (0, 1, 2): os.dup2(inner, fd)
    os.execvp(sys.argv[1], sys.argv[1:])
seen = b''
while b'ready' not in seen: seen += os.read(terminal, 4096)
during = mode()
os.kill(pid, signal.SIGTERM)
_, status = os.waitpid(pid, 0)
print(before == during, before == mode(), os.WTERMSIG(status))`,
    process.execPath,
    '-e',
    `const { watch } = require(process.cwd() + '/dist/signals/index.js');
     watch(['SIGTERM'], { after: 'default' });
     process.stdin.setRawMode(true);
     process.stdout.write('ready');`,
  ]);
  await app.closed;
  expect(app.text).toBe('False True 15\n');
});

test('the strongest of several watchers decides: stop before default', async () => {
  const script = runScript(async () => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    let heard = 0;
    const count = () => {
      heard += 1;
    };
    process.on('SIGTERM', count);
    const byDefault = watch(['SIGTERM'], { after: 'default', grace: 10 });
    const stopping = watch(['SIGTERM'], { after: 'stop' });
    byDefault.on('signal', count);
    stopping.on('signal', count);
    process.kill(process.pid, 'SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.stdout.write(String(heard));
    stopping.close();
    process.kill(process.pid, 'SIGTERM');
  });
  expect(await script.closed).toEqual({ code: null, signal: 'SIGTERM' });
  expect(script.text).toBe('2');
});

test("after: stop keeps the signal from process.on's listeners, chain does not", async () => {
  const script = runScript(async () => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    process.on('SIGTERM', () => process.stdout.write('listened '));
    for (const after of ['stop', 'chain'] as const) {
      const watcher = watch(['SIGTERM'], { after });
      watcher.on('SIGTERM', () => process.stdout.write(`${after} `));
      process.kill(process.pid, 'SIGTERM');
      await new Promise((resolve) => setTimeout(resolve, 50));
      watcher.close();
    }
    process.exit();
  });
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text.trim().split(' ').sort()).toEqual(['chain', 'listened', 'stop']);
});

test('a refused signal ends there and is told as such; an allowed one is taken', async () => {
  const from = { pids: [process.pid], others: 'refuse' } as const;
  const watching = await startWatching(['SIGTERM'], { after: 'default', from });
  await killBySh(watching.pid);
  const [seen] = await seenBy(watching, 1);
  expect(seen?.event).toBe('refused');
  expect(watching.child.signalCode).toBeNull();
  process.kill(watching.pid, 'SIGTERM');
  expect(await watching.closed).toEqual({ code: null, signal: 'SIGTERM' });
  expect((await seenBy(watching, 2)).map(({ event }) => event)).toEqual(['refused', 'signal']);
});

test("a signal that a policy passes on does what it would have done: Node's own end of it", async () => {
  const from = { pids: [process.pid], others: 'pass' } as const;
  const watching = await startWatching(['SIGTERM'], { after: 'stop', from });
  process.kill(watching.pid, 'SIGTERM');
  await seenBy(watching, 1);
  await killBySh(watching.pid);
  expect(await watching.closed).toEqual({ code: null, signal: 'SIGTERM' });
  expect(await seenBy(watching, 1)).toHaveLength(1);
});

test('a signal that a policy passes on reaches process.on', async () => {
  const script = runScript(async () => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    watch(['SIGTERM'], { from: { pids: [process.ppid] } }).on('signal', () => process.exit(1));
    process.on('SIGTERM', () => process.exit(3));
    process.kill(process.pid, 'SIGTERM');
  });
  expect(await script.closed).toEqual({ code: 3, signal: null });
});

test('one that was there before the watch hears it too', async () => {
  const script = runScript(async () => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    process.on('SIGTERM', () => process.exit(3));
    watch(['SIGTERM'], { from: { pids: [process.ppid] } }).on('signal', () => process.exit(1));
    process.kill(process.pid, 'SIGTERM');
  });
  expect(await script.closed).toEqual({ code: 3, signal: null });
});

test('a policy by uid takes attested senders, and claims only where told so', async () => {
  const uid = process.getuid?.() as number;
  for (const attested of [true, false]) {
    const from = { uids: [uid], attested, others: 'refuse' } as const;
    const watching = await startWatching(['SIGTERM'], { from });
    process.kill(watching.pid, 'SIGTERM');
    await seenBy(watching, 1);
    const sender = runScript(({ queue }, pid: number) => queue(pid, 'SIGTERM', 1), [watching.pid]);
    await sender.closed;
    const seen = await seenBy(watching, 2);
    expect(seen.map(({ event }) => event)).toEqual(['signal', attested ? 'refused' : 'signal']);
  }
});

test('a policy that only wants attested senders takes all of these', async () => {
  const watching = await startWatching(['SIGTERM'], { from: { others: 'refuse' } });
  await killBySh(watching.pid);
  expect((await seenBy(watching, 1))[0]?.event).toBe('signal');
});

test.each([
  { after: 'never' },
  { grace: -1 },
  { grace: 1.5 },
  { capacity: 1 },
  { capacity: 2 ** 30 },
  { recheck: 0 },
  { from: { uids: [-1] } },
  { from: { pids: ['1'] } },
  { from: { pids: Array(33).fill(5) } },
  { from: { others: 'kill' } },
])('the options %j are refused with a clear error', async (options) => {
  const script = runScript(
    (_, bad: never) => {
      const { watch } = require(
        `${process.cwd()}/dist/signals/index.js`,
      ) as typeof import('../../lib/signals/index.js');
      try {
        watch(['SIGHUP'], bad);
      } catch (error) {
        const { name, code, message } = error as NodeJS.ErrnoException;
        process.stdout.write(`${name} ${code} ${message}`);
      }
    },
    [options],
  );
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toMatch(
    /^SignalError ERR_(OUT_OF_RANGE|INVALID_ARG_VALUE) invalid \S+ .*expected/,
  );
});
