// A watcher in this process: what its options must be, what it emits and when it ends.
import { binding } from '../../lib/binding/signals.js';
import type { SignalInfo } from '../../lib/signals/info.js';
import { lookAtStatus } from '../../lib/signals/internal/proc.js';
import { type SignalName, type SignalSet, signalNumber } from '../../lib/signals/names.js';
import { kill, queue } from '../../lib/signals/send.js';
import { waitForSignal } from '../../lib/signals/wait.js';
import {
  type Gap,
  type SignalWatcher,
  type WatchOptions,
  watch,
} from '../../lib/signals/watcher.js';

const REALTIME = 'SIGRTMIN+5';
const HERE = { thread: process.pid };
const opened: SignalWatcher[] = [];

function open(signals: SignalSet, options?: WatchOptions): SignalWatcher {
  const watcher = watch(signals, options);
  opened.push(watcher);
  return watcher;
}

/** To this very thread: it is recorded when the call returns. */
const send = (value: number, signal: SignalName = REALTIME) =>
  queue(process.pid, signal, value, HERE);

function isCaught(signal: SignalName): boolean {
  const look = lookAtStatus(process.pid);
  return look.is === 'seen' && look.value.catches(signalNumber(signal));
}

afterEach(() => {
  for (const watcher of opened.splice(0)) watcher.close();
  jest.restoreAllMocks();
});

test.each<[string, string, object]>([
  ['ERR_INVALID_ARG_VALUE', 'after', { after: 'never' }],
  ['ERR_INVALID_ARG_VALUE', 'overflow', { overflow: 'keep' }],
  ['ERR_OUT_OF_RANGE', 'grace', { grace: 3_600_001 }],
  ['ERR_OUT_OF_RANGE', 'grace', { grace: -1 }],
  ['ERR_OUT_OF_RANGE', 'grace', { grace: 0.5 }],
  ['ERR_OUT_OF_RANGE', 'deadline', { deadline: 0 }],
  ['ERR_OUT_OF_RANGE', 'deadline', { deadline: 3_600_001 }],
  ['ERR_OUT_OF_RANGE', 'capacity', { capacity: 63 }],
  ['ERR_OUT_OF_RANGE', 'capacity', { capacity: 4_194_305 }],
  ['ERR_OUT_OF_RANGE', 'recheck', { recheck: 0 }],
  ['ERR_OUT_OF_RANGE', 'recheck', { recheck: 2 ** 31 }],
  ['ERR_INVALID_ARG_VALUE', 'from.uids', { from: { uids: [-1] } }],
])('%s: an invalid %s is refused, and nothing is watched: %j', (code, name, options) => {
  expect(() => open([REALTIME], options as WatchOptions)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(`invalid ${name} `) }),
  );
  expect(isCaught(REALTIME)).toBe(false);
});

test.each<object>([
  { grace: 0 },
  { grace: 3_600_000 },
  { deadline: 1 },
  { deadline: 3_600_000 },
  { capacity: 64 },
  { capacity: 100 },
  { recheck: 2 ** 31 - 1 },
])('the options %j are taken', (options) => {
  open([REALTIME], options);
  expect(isCaught(REALTIME)).toBe(true);
});

test.each([REALTIME, signalNumber(REALTIME)] as const)('%p alone is watched', async (signal) => {
  open(signal);
  expect(isCaught(REALTIME)).toBe(true);
  const next = waitForSignal(signal, { timeout: 10_000 });
  send(1);
  expect((await next).signal).toBe(REALTIME);
  await expect(waitForSignal(signal, { timeout: 1 })).rejects.toThrow(
    `waited 1 ms for ${signal}: none of them came`,
  );
});

test('a signal that cannot be watched gives back what was opened for the others', () => {
  for (let i = 0; i < 70; i += 1) {
    expect(() => open([REALTIME, 'SIGKILL'])).toThrow(
      expect.objectContaining({
        code: 'EINVAL',
        syscall: 'sigaction',
        message: expect.stringMatching(/cannot watch SIGKILL: the kernel, libc, V8 or libuv needs/),
      }),
    );
  }
  expect(isCaught(REALTIME)).toBe(false);
  open([REALTIME]); // ENOSPC, if each had kept its channel
});

test('a closed or disposed watcher watches no more, and closing again does nothing', () => {
  const watcher = open([REALTIME]);
  watcher[Symbol.dispose]();
  expect(isCaught(REALTIME)).toBe(false);
  const other = open([REALTIME]);
  watcher.close();
  expect(isCaught(REALTIME)).toBe(true);
  other.close();
  expect(isCaught(REALTIME)).toBe(false);
});

test('whether it keeps the process alive can be told again and again', () => {
  const watcher = open([REALTIME]);
  expect(watcher.unref()).toBe(watcher);
  expect(watcher.ref().ref()).toBe(watcher);
});

test('closing hands over what came until then', () => {
  const watcher = open([REALTIME]);
  const values: bigint[] = [];
  watcher.on('signal', ({ value }) => values.push(value));
  send(1);
  send(2);
  expect(values).toEqual([]);
  watcher.close();
  expect(values).toEqual([1n, 2n]);
});

test('an abort closes it; one that came before, or after its end, changes nothing', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const removed = jest.spyOn(signal, 'removeEventListener');
  const watcher = open([REALTIME], { signal });
  const iterator = watcher[Symbol.asyncIterator]();
  const waiting = iterator.next();
  const early = open([REALTIME], { signal });
  early.close();
  expect(removed).toHaveBeenCalled();
  controller.abort('enough');
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError', cause: 'enough' });
  expect(isCaught(REALTIME)).toBe(false);
  expect(await early[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
  expect(() => open([REALTIME], { signal })).toThrow(
    expect.objectContaining({ name: 'AbortError' }),
  );
  expect(isCaught(REALTIME)).toBe(false);
});

test('an iterator is iterable itself, ends with the watcher, and a second one is refused', async () => {
  const watcher = open([REALTIME]);
  const iterator = watcher[Symbol.asyncIterator]();
  expect(iterator[Symbol.asyncIterator]()).toBe(iterator);
  expect(() => watcher[Symbol.asyncIterator]()).toThrow(
    expect.objectContaining({ code: 'ERR_ALREADY_ITERATED' }),
  );
  send(7);
  watcher.close();
  const values = [];
  for await (const { value } of iterator) values.push(value);
  expect(values).toEqual([7n]);
});

test('what nobody listens to waits for an iterator; what is listened to does not', async () => {
  const watcher = open([REALTIME, 'SIGRTMIN+6']);
  const heard: bigint[] = [];
  watcher.on(REALTIME, ({ value }) => heard.push(value));
  send(1);
  send(2, 'SIGRTMIN+6');
  watcher.close();
  expect(heard).toEqual([1n]);
  const left = [];
  for await (const { value } of watcher) left.push(value);
  expect(left).toEqual([2n]);
});

test('while somebody iterates, both he and listeners get each signal', async () => {
  const watcher = open([REALTIME]);
  const heard: bigint[] = [];
  watcher.on('signal', ({ value }) => heard.push(value));
  const iterator = watcher[Symbol.asyncIterator]();
  send(3);
  expect((await iterator.next()).value?.value).toBe(3n);
  expect(heard).toEqual([3n]);
});

test('each is emitted by the name that was asked for, and by its usual one', () => {
  const last = binding.realtimeMax - binding.realtimeMin;
  const watcher = open(['SIGRTMAX']);
  const names: string[] = [];
  watcher.on('SIGRTMAX', () => names.push('asked'));
  watcher.on(`SIGRTMIN+${last}`, ({ signal }) => names.push(signal));
  send(0, 'SIGRTMAX');
  watcher.close();
  expect(names.sort()).toEqual([`SIGRTMIN+${last}`, 'asked']);
});

test('what has no room is told as a gap, by signal and once', () => {
  const watcher = open([REALTIME, 'SIGRTMIN+6'], { capacity: 64, overflow: 'drop' });
  const gaps: Gap[] = [];
  let seen = 0;
  watcher.on('signal', () => {
    seen += 1;
  });
  watcher.on('gap', (gap) => gaps.push(gap));
  for (let i = 0; i < 64; i += 1) send(i);
  send(1);
  send(2, 'SIGRTMIN+6');
  send(3, 'SIGRTMIN+6');
  watcher.close();
  expect(seen).toBe(64);
  expect(gaps).toEqual([{ lost: 3, bySignal: { [REALTIME]: 1, 'SIGRTMIN+6': 2 } }]);
  expect(Object.isFrozen(gaps[0])).toBe(true);
});

test('each gap is told once, with what was lost since the one before', async () => {
  const watcher = open([REALTIME], { capacity: 64, overflow: 'drop' });
  const gaps: number[][] = [];
  const isTold = new Promise((resolve) => watcher.once('gap', resolve));
  watcher.on('signal', () => {});
  watcher.on('gap', ({ lost, bySignal }) => gaps.push([lost, bySignal[REALTIME] ?? 0]));
  for (let i = 0; i < 70; i += 1) send(i);
  await isTold;
  for (let i = 0; i < 68; i += 1) send(i);
  watcher.close();
  expect(gaps).toEqual([
    [6, 6],
    [4, 4],
  ]);
});

test('a closed watcher leaves no listener of ours to the process', () => {
  const counts = () =>
    ['newListener', 'removeListener', 'exit'].map((name) => process.listenerCount(name));
  const before = counts();
  const watchers = [open(['SIGUSR2']), open(['SIGUSR2', 'SIGWINCH'])];
  expect(counts()).toEqual(before.map((count) => count + 1));
  for (const watcher of watchers) watcher.close();
  expect(counts()).toEqual(before);
});

test('an iteration that is behind loses what is over its capacity, and is told each', async () => {
  const watcher = open([REALTIME], { capacity: 64 });
  const gaps: Gap[] = [];
  watcher.on('gap', (gap) => gaps.push(gap));
  for (let i = 0; i < 50; i += 1) send(i);
  const other = open(['SIGRTMIN+6']);
  const flushed = new Promise((resolve) => other.once('signal', resolve));
  send(0, 'SIGRTMIN+6');
  await flushed; // the loop has been there for both
  for (let i = 50; i < 66; i += 1) send(i);
  watcher.close();
  expect(gaps).toEqual(Array(2).fill({ lost: 1, bySignal: { [REALTIME]: 1 } }));
  const values: number[] = [];
  for await (const { value } of watcher) values.push(Number(value));
  expect(values).toEqual(Array.from({ length: 64 }, (_, i) => i));
});

test('a refused signal is told as refused and as nothing else', async () => {
  const watcher = open([REALTIME], { from: { others: 'refuse' } });
  const events: string[] = [];
  watcher.on('refused', ({ value }) => events.push(`refused ${value}`));
  watcher.on('signal', () => events.push('signal'));
  send(9); // a claim: its sender chose its pid
  watcher.close();
  expect(events).toEqual(['refused 9']);
  expect((await watcher[Symbol.asyncIterator]().next()).done).toBe(true);
});

test('a signal tells number, code, sender, value, place, time and delay, and is frozen', () => {
  const watcher = open([REALTIME]);
  const seen: SignalInfo[] = [];
  watcher.on('signal', (info) => seen.push(info));
  const before = process.hrtime.bigint();
  send(5);
  kill(process.pid, REALTIME, HERE);
  const after = process.hrtime.bigint();
  watcher.close();
  const [queued, sent] = seen;
  expect(queued).toMatchObject({
    signal: REALTIME,
    number: signalNumber(REALTIME),
    code: 'SI_QUEUE',
    pid: process.pid,
    uid: process.getuid?.(),
    attested: false,
    origin: 'claimed',
    value: 5n,
    sequence: 0n,
    sender: undefined,
  });
  expect(sent).toMatchObject({
    code: 'SI_TKILL',
    attested: true,
    origin: 'process',
    value: 0n,
    sequence: 1n,
  });
  for (const info of seen) {
    expect(info.time >= before && info.time <= after).toBe(true);
    expect(info.delay).toBeGreaterThanOrEqual(Number(after - info.time) / 1e6);
    expect(Object.isFrozen(info)).toBe(true);
    expect(JSON.parse(JSON.stringify(info))).toMatchObject({ time: String(info.time) });
  }
});

test('only with snapshots is the sender read', () => {
  const watcher = open([REALTIME], { snapshot: true });
  const names: unknown[] = [];
  watcher.on('signal', ({ sender }) => names.push(sender?.commandLine[0]));
  send(1);
  watcher.close();
  expect(names).toEqual([expect.any(String)]);
});

test('what is displaced is looked for only where that is asked, until the watcher ends', () => {
  jest.useFakeTimers();
  try {
    const verify = jest.spyOn(binding, 'reinstall');
    const displaced: string[] = [];
    const timers = jest.getTimerCount();
    const watcher = open([REALTIME], { recheck: 100 });
    watcher.on('displaced', (name) => displaced.push(name));
    jest.advanceTimersByTime(250);
    expect(verify.mock.calls).toEqual(Array(2).fill([signalNumber(REALTIME)]));
    expect(displaced).toEqual([]); // nothing was
    watcher.close();
    expect(jest.getTimerCount()).toBe(timers);
    jest.advanceTimersByTime(1000);
    expect(verify).toHaveBeenCalledTimes(2);
  } finally {
    jest.useRealTimers();
  }
});

describe('waitForSignal', () => {
  const next = (options: Parameters<typeof waitForSignal>[1]) => waitForSignal([REALTIME], options);

  test('takes the next one, and watches no more', async () => {
    const waiting = next({});
    expect(isCaught(REALTIME)).toBe(true);
    send(1);
    expect((await waiting).value).toBe(1n);
    expect(isCaught(REALTIME)).toBe(false);
  });

  test('ends with its time, says how long it waited, and watches no more', async () => {
    await expect(next({ timeout: 0 })).rejects.toMatchObject({
      code: 'ETIMEDOUT',
      message: `waited 0 ms for ${REALTIME}: none of them came`,
    });
    expect(isCaught(REALTIME)).toBe(false);
  });

  test('has the signal that came before its time was over', async () => {
    const waiting = next({ timeout: 0 });
    send(4);
    // The loop is blocked until its time is over: it runs the timer first.
    for (const until = performance.now() + 5; performance.now() < until; );
    expect((await waiting).value).toBe(4n);
  });

  test.each([-1, 2 ** 31, Number.NaN])('refuses the time %p', async (timeout) => {
    await expect(next({ timeout })).rejects.toMatchObject({ code: 'ERR_OUT_OF_RANGE' });
    expect(isCaught(REALTIME)).toBe(false);
  });

  test('ends with an abort, before it or during it, and keeps no listener', async () => {
    const controller = new AbortController();
    const added = jest.spyOn(controller.signal, 'addEventListener');
    const removed = jest.spyOn(controller.signal, 'removeEventListener');
    const heard = next({ signal: controller.signal });
    send(1);
    await heard;
    expect(removed.mock.calls.length).toBe(added.mock.calls.length);
    const waiting = next({ signal: controller.signal });
    controller.abort('enough');
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError', cause: 'enough' });
    await expect(next({ signal: controller.signal })).rejects.toMatchObject({ code: 'ABORT_ERR' });
    expect(isCaught(REALTIME)).toBe(false);
  });

  test('passes on whose signals it wants and what it wants to know', async () => {
    const waiting = next({ from: { attested: false, pids: [process.pid] }, snapshot: true });
    send(2);
    expect((await waiting).sender?.commandLine.length).toBeGreaterThan(0);
  });
});
