// A watcher as an emitter, an iterable and a resource; waiting for one signal.
import { runScript } from '../support/processes.js';

test('each signal is emitted by its own name too, as it was asked for and as it is called', async () => {
  const script = runScript(() => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    const { queue } = require(
      `${process.cwd()}/dist/index.js`,
    ) as typeof import('../../lib/index.js');
    const watcher = watch(['SIGHUP', 'SIGRTMAX-1']);
    const names: string[] = [];
    watcher.on('SIGHUP', () => names.push('SIGHUP'));
    watcher.on('SIGRTMAX-1', () => names.push('SIGRTMAX-1'));
    watcher.on('SIGRTMIN+29', () => names.push('SIGRTMIN+29'));
    watcher.on('SIGUSR2', () => names.push('SIGUSR2'));
    process.kill(process.pid, 'SIGHUP');
    queue(process.pid, 'SIGRTMAX-1', 1);
    watcher.close(); // which hands over what came
    process.stdout.write(names.join(' '));
  });
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('SIGHUP SIGRTMIN+29 SIGRTMAX-1');
});

test('an iteration gets every signal in order, those before it and those at its close too', async () => {
  const script = runScript(async ({ queue }) => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    const watcher = watch(['SIGRTMIN+3']);
    // A later watcher hears of the same signals later.
    let isTaken = false;
    const later = watch(['SIGRTMIN+3']).once('signal', () => {
      isTaken = true;
      later.close();
    });
    const send = (from: number, to: number) => {
      for (let i = from; i < to; i += 1)
        queue(process.pid, 'SIGRTMIN+3', i, { thread: process.pid });
    };
    send(0, 100);
    // The loop takes those first.
    while (!isTaken) await new Promise((resolve) => setImmediate(resolve));
    send(100, 200);
    let next = 0n;
    for await (const { value } of watcher) {
      if (value !== next) throw new Error(`${value} for ${next}`);
      next += 1n;
      if (next === 150n) {
        send(200, 300);
        watcher.close();
      }
    }
    process.stdout.write(String(next));
  });
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('300');
});

test('what an iteration has no room for is a gap; a second iteration is refused', async () => {
  const script = runScript(async ({ queue }) => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    const watcher = watch(['SIGRTMIN+3'], { capacity: 64 });
    let lost = 0;
    watcher.on('gap', (gap) => {
      lost += gap.lost;
    });
    const iterator = watcher[Symbol.asyncIterator]();
    try {
      watcher[Symbol.asyncIterator]();
    } catch (error) {
      process.stdout.write(`${(error as NodeJS.ErrnoException).code} `);
    }
    for (let batch = 0; batch < 4; batch += 1) {
      for (let i = 0; i < 50; i += 1) queue(process.pid, 'SIGRTMIN+3', i, { thread: process.pid });
      const all = 50 * (batch + 1);
      while (Math.min(all, 64) + lost < all) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      // Until the ring is empty, which holds as many.
      for (let i = 0; i < 10; i += 1) await new Promise((resolve) => setImmediate(resolve));
    }
    watcher.close();
    let seen = 0;
    while (!(await iterator.next()).done) seen += 1;
    process.stdout.write(`${seen} ${lost}`);
  });
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('ERR_ALREADY_ITERATED 64 136');
});

test('an aborted watcher is closed, and its iteration throws the AbortError', async () => {
  const script = runScript(async () => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    const controller = new AbortController();
    const watcher = watch(['SIGHUP'], { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 20);
    try {
      for await (const _ of watcher);
    } catch (error) {
      const { name, code, cause } = error as NodeJS.ErrnoException & { cause: Error };
      process.stdout.write(`${name} ${code} ${cause.message} `);
    }
    try {
      watch(['SIGHUP'], { signal: controller.signal });
    } catch (error) {
      process.stdout.write((error as Error).name);
    }
    process.kill(process.pid, 'SIGHUP');
    setTimeout(() => {}, 1000);
  });
  expect(await script.closed).toEqual({ code: null, signal: 'SIGHUP' });
  expect(script.text).toBe('AbortError ABORT_ERR enough AbortError');
});

test('a listener that closes the watcher gets what came until then, in order and once', async () => {
  const script = runScript(async ({ queue }) => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    const watcher = watch(['SIGRTMIN+3'], { capacity: 4096 });
    const values: number[] = [];
    watcher.on('signal', ({ value }) => {
      values.push(Number(value));
      watcher.close();
    });
    for (let i = 0; i < 3000; i += 1) queue(process.pid, 'SIGRTMIN+3', i, { thread: process.pid });
    while (values.length === 0) await new Promise((resolve) => setImmediate(resolve));
    process.stdout.write(String(values.every((value, i) => value === i) && values.length));
  });
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('3000');
});

test("a listener's error is uncaught and loses no other signal", async () => {
  const script = runScript(async ({ queue }) => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    let uncaught = 0;
    process.on('uncaughtException', () => {
      uncaught += 1;
    });
    const watcher = watch(['SIGRTMIN+3']);
    let heard = 0;
    watcher.on('signal', ({ value }) => {
      heard += 1;
      if (value % 2n === 0n) throw new Error('a mistake');
    });
    for (let i = 0; i < 100; i += 1) queue(process.pid, 'SIGRTMIN+3', i, { thread: process.pid });
    watcher.close();
    while (uncaught < 50) await new Promise((resolve) => setImmediate(resolve));
    process.stdout.write(`${heard} ${uncaught}`);
  });
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('100 50');
});

test('a signal is frozen, plain enough to be cloned and turned into JSON, and published', async () => {
  const script = runScript(async () => {
    const { watch } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    const { subscribe } =
      require('node:diagnostics_channel') as typeof import('node:diagnostics_channel');
    const published: unknown[] = [];
    subscribe('minitalk:signal', (message) => published.push(message));
    const before = process.hrtime.bigint();
    const watcher = watch(['SIGHUP'], { snapshot: true });
    process.kill(process.pid, 'SIGHUP');
    for await (const info of watcher) {
      const clone = structuredClone(info);
      process.stdout.write(
        JSON.stringify([
          published.length === 1 && published[0] === info,
          Object.isFrozen(info) && Object.isFrozen(info.sender),
          clone.value === info.value && clone.sender?.name === info.sender?.name,
          JSON.parse(JSON.stringify(info)).time === String(info.time),
          JSON.parse(JSON.stringify(info)).sender.takenAt === String(info.sender?.takenAt),
          info.time > before && info.time < process.hrtime.bigint(),
          info.delay >= 0 && info.delay < 10_000,
          (info.sender?.takenAt ?? 0n) >= info.time,
          info.sender?.commandLine.includes('-e'),
        ]),
      );
      break;
    }
    watcher.close();
  });
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(JSON.parse(script.text)).toEqual(Array(9).fill(true));
});

test('waitForSignal resolves with the signal, or rejects when its time is over or it is aborted', async () => {
  const script = runScript(async () => {
    const { waitForSignal } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    const codeOf = (promise: Promise<unknown>) =>
      promise.then(
        () => 'none',
        (error: NodeJS.ErrnoException) => `${error.name} ${error.code}`,
      );
    setTimeout(() => process.kill(process.pid, 'SIGUSR2'), 20);
    const info = await waitForSignal(['SIGHUP', 'SIGUSR2'], { timeout: 10_000 });
    const timedOut = await codeOf(waitForSignal(['SIGHUP'], { timeout: 20 }));
    const aborted = await codeOf(waitForSignal(['SIGHUP'], { signal: AbortSignal.timeout(20) }));
    const invalid = await codeOf(waitForSignal(['SIGHUP'], { timeout: -1 }));
    const unknown = await codeOf(waitForSignal(['SIGNONE' as 'SIGHUP']));
    process.stdout.write([info.signal, timedOut, aborted, invalid, unknown].join(', '));
    process.kill(process.pid, 'SIGHUP'); // nobody waits: it is the default action's again
    setTimeout(() => {}, 1000);
  });
  expect(await script.closed).toEqual({ code: null, signal: 'SIGHUP' });
  expect(script.text).toBe(
    'SIGUSR2, SignalError ETIMEDOUT, AbortError ABORT_ERR, SignalError ERR_OUT_OF_RANGE, SignalError ERR_UNKNOWN_SIGNAL',
  );
});

test('waitForSignal finds a signal that came in time to a blocked loop', async () => {
  const script = runScript(async () => {
    const { waitForSignal } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    const waiting = waitForSignal(['SIGHUP'], { timeout: 20 });
    process.kill(process.pid, 'SIGHUP');
    const end = Date.now() + 100;
    while (Date.now() < end);
    process.stdout.write((await waiting).signal);
  });
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('SIGHUP');
});

test('waitForSignal stops the signal there, unless it is told to pass it on', async () => {
  const script = runScript(async ({ kill }) => {
    const { waitForSignal } = require(
      `${process.cwd()}/dist/signals/index.js`,
    ) as typeof import('../../lib/signals/index.js');
    let heard = 0;
    const isHeard = new Promise<void>((resolve) =>
      process.on('SIGUSR2', () => {
        heard += 1;
        resolve();
      }),
    );
    const own = { thread: process.pid };
    for (let i = 0; i < 3; i += 1) {
      const waiting = waitForSignal(['SIGUSR2']);
      kill(process.pid, 'SIGUSR2', own);
      await waiting;
    }
    const waiting = waitForSignal(['SIGUSR2'], { after: 'chain' });
    kill(process.pid, 'SIGUSR2', own);
    await Promise.all([waiting, isHeard]);
    process.stdout.write(String(heard));
  });
  expect(await script.closed).toEqual({ code: 0, signal: null });
  expect(script.text).toBe('1');
});
