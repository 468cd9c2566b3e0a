// The sender of a signal, as far as the kernel vouches for it.
import { Process, runScript } from '../support/processes.js';

/** A process that prints each SIGUSR2, SIGHUP and SIGRTMIN+1 as JSON. */
async function watcher(): Promise<Process> {
  const script = runScript(() => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    const open = watch(['SIGUSR2', 'SIGHUP', 'SIGRTMIN+1']);
    open.on('signal', (info) =>
      process.stdout.write(
        `${JSON.stringify(info, (_, value) => (typeof value === 'bigint' ? String(value) : value))}\n`,
      ),
    );
    process.stdout.write('ready\n');
  });
  await script.until(({ text }) => text.includes('ready'));
  return script;
}

async function signalsOf(script: Process, count: number): Promise<Record<string, unknown>[]> {
  await script.until(({ text }) => text.split('\n').length >= count + 2);
  return script.text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a kill by another process is attested with its pid and uid', async () => {
  const script = await watcher();
  const killer = new Process('sh', ['-c', `kill -HUP ${script.pid}`]);
  await killer.closed;
  expect(await signalsOf(script, 1)).toEqual([
    expect.objectContaining({
      signal: 'SIGHUP',
      number: 1,
      code: 'SI_USER',
      pid: killer.pid,
      uid: process.getuid?.(),
      attested: true,
      origin: 'process',
      value: '0',
      sequence: '0',
    }),
  ]);
});

test('a queued signal carries its 64-bit value, and its sender is a claim', async () => {
  const script = await watcher();
  const sender = runScript(
    ({ queue }, pid: number) => queue(pid, 'SIGRTMIN+1', 0xfedcba9876543210n),
    [script.pid],
  );
  await sender.closed;
  expect(await signalsOf(script, 1)).toEqual([
    expect.objectContaining({
      signal: 'SIGRTMIN+1',
      code: 'SI_QUEUE',
      pid: sender.pid,
      attested: false,
      origin: 'claimed',
      value: String(0xfedcba9876543210n),
    }),
  ]);
});

test('queued realtime signals arrive all and in order', async () => {
  const script = await watcher();
  const sender = runScript(
    ({ queue }, pid: number) => {
      for (let i = 0; i < 5000; i += 1) queue(pid, 'SIGRTMIN+1', i, { thread: pid });
    },
    [script.pid],
  );
  expect(await sender.closed).toEqual({ code: 0, signal: null });
  const values = (await signalsOf(script, 5000)).map(({ value }) => value);
  expect(values).toEqual(Array.from({ length: 5000 }, (_, i) => String(i)));
});

test('with the loop blocked and the ring full, seen and lost are together what was sent', async () => {
  const script = runScript(() => {
    const { watch, queue } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    const open = watch(['SIGRTMIN+1'], { capacity: 64 });
    let seen = 0;
    let lost = 0;
    open.on('signal', () => {
      seen += 1;
    });
    open.on('gap', (gap) => {
      lost += gap.lost;
      if (gap.bySignal['SIGRTMIN+1'] !== gap.lost) throw new Error('bySignal');
    });
    for (let i = 0; i < 1000; i += 1) queue(process.pid, 'SIGRTMIN+1', i, { thread: process.pid });
    open.close(); // which hands over what came
    process.stdout.write(JSON.stringify([seen, lost]));
  });
  expect(await script.closed).toEqual({ code: 0, signal: null });
  const [seen, lost] = JSON.parse(script.text) as [number, number];
  expect(seen).toBe(64);
  expect(seen + lost).toBe(1000);
});

test('a watcher keeps its process alive until it is closed or unreferenced', async () => {
  const script = runScript(() => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    watch(['SIGHUP']).unref();
    watch(['SIGUSR2']).close();
  });
  expect(await script.closed).toEqual({ code: 0, signal: null });
  const alive = await watcher();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(alive.child.exitCode).toBeNull();
});

test('what came last is not lost when the process exits', async () => {
  const script = runScript(() => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    watch(['SIGHUP']).on('signal', ({ signal }) => process.stdout.write(signal));
    process.kill(process.pid, 'SIGHUP');
    process.exit(5);
  });
  expect(await script.closed).toEqual({ code: 5, signal: null });
  expect(script.text).toBe('SIGHUP');
});

test('what was lost last is counted when the process exits', async () => {
  const script = runScript(({ queue }) => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    let seen = 0;
    watch(['SIGRTMIN+1'], { capacity: 64 })
      .on('signal', () => {
        seen += 1;
      })
      .on('gap', ({ lost }) => process.stdout.write(`${seen} ${lost}`));
    // To the main thread: one that another thread takes may still be on its way at the end.
    const main = { thread: process.pid };
    for (let i = 0; i < 100; i += 1) queue(process.pid, 'SIGRTMIN+1', i, main);
    process.exit();
  });
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('64 36');
});

test.each([
  'SIGKILL',
  'SIGSTOP',
  'SIGCHLD',
  'SIGPROF',
  'SIGSEGV',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGTRAP',
  'SIGABRT',
  'SIGSYS',
  32,
  33,
])('watching %p is refused', async (signal) => {
  const script = runScript(
    (_, name: never) => {
      const { watch } = require(
        `${process.cwd()}/dist/signals/index.js`,
      ) as typeof import('../../lib/signals/index.js');
      try {
        watch([name]);
      } catch (error) {
        const { code, syscall } = error as NodeJS.ErrnoException;
        process.stdout.write(`${code} ${syscall}`);
      }
    },
    [signal],
  );
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('EINVAL sigaction');
});

test.each([0, -1, 1, -5, 1.5, 2 ** 32 + 1, '7'])(
  'kill and queue refuse the pid %p',
  async (pid) => {
    const script = runScript(
      ({ kill, queue }, bad: never) => {
        for (const send of [() => kill(bad, 'SIGHUP'), () => queue(bad, 'SIGHUP', 1)]) {
          try {
            send();
          } catch (error) {
            process.stdout.write(`${(error as NodeJS.ErrnoException).code} `);
          }
        }
      },
      [pid],
    );
    expect(await script.closed).toEqual({ code: 0, signal: null });
    expect(script.text).toBe('ERR_INVALID_PID ERR_INVALID_PID ');
  },
);
