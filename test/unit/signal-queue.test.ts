// What waits for the one who iterates over a watcher.
import type { SignalInfo } from '../../lib/signals/info.js';
import { createSignalQueue } from '../../lib/signals/internal/signal-queue.js';

const info = (number: number) => ({ number }) as SignalInfo;
const DONE = { done: true, value: undefined };

function makeQueue(capacity = 8) {
  const finished: number[] = [];
  const queue = createSignalQueue(capacity, ({ number }) => finished.push(number));
  return { queue, finished };
}

test('signals come in order, those before the iteration first', async () => {
  const { queue } = makeQueue();
  for (let i = 0; i < 3; i += 1) expect(queue.push(info(i))).toBe(true);
  const iterator = queue.iterate();
  for (let i = 0; i < 3; i += 1) {
    expect(await iterator.next()).toEqual({ done: false, value: info(i) });
  }
});

test('a signal is finished with when the next one is asked for, each once', async () => {
  const { queue, finished } = makeQueue();
  const iterator = queue.iterate();
  queue.push(info(1));
  queue.push(info(2));
  await iterator.next();
  expect(finished).toEqual([]);
  await iterator.next();
  expect(finished).toEqual([1]);
  void iterator.next();
  expect(finished).toEqual([1, 2]);
});

test('so it is when it came to one who waited, and when the iteration stops', async () => {
  const { queue, finished } = makeQueue();
  const iterator = queue.iterate();
  const waiting = iterator.next();
  queue.push(info(1));
  expect(await waiting).toEqual({ done: false, value: info(1) });
  expect(finished).toEqual([]);
  await iterator.return?.();
  expect(finished).toEqual([1]);
});

test('several who wait get one each, in their order', async () => {
  const { queue } = makeQueue();
  const iterator = queue.iterate();
  const waiting = [iterator.next(), iterator.next()];
  queue.push(info(1));
  queue.push(info(2));
  expect((await Promise.all(waiting)).map(({ value }) => value?.number)).toEqual([1, 2]);
});

test('there is room for its capacity, and again for each that was taken', async () => {
  const { queue } = makeQueue(2);
  const pushed = [1, 2, 3].map((i) => queue.push(info(i)));
  expect(pushed).toEqual([true, true, false]);
  const iterator = queue.iterate();
  await iterator.next();
  expect(queue.push(info(4))).toBe(true);
  expect(queue.push(info(5))).toBe(false);
  const rest = [await iterator.next(), await iterator.next()];
  expect(rest.map(({ value }) => value?.number)).toEqual([2, 4]);
});

test('thousands keep their order and number while some are taken and others come', async () => {
  const { queue } = makeQueue(5000);
  const iterator = queue.iterate();
  let next = 0;
  let pushed = 0;
  for (let round = 0; round < 4; round += 1) {
    for (let i = 0; i < 2000; i += 1) queue.push(info(pushed++));
    for (let i = 0; i < 1500; i += 1) expect((await iterator.next()).value?.number).toBe(next++);
  }
  queue.end();
  for (; next < pushed; next += 1) expect((await iterator.next()).value?.number).toBe(next);
  expect(await iterator.next()).toEqual(DONE);
});

test('a second iteration is refused while there is one, and possible once that has stopped', async () => {
  const { queue } = makeQueue();
  expect(queue.isIterating).toBe(false);
  const first = queue.iterate();
  expect(queue.isIterating).toBe(true);
  expect(() => queue.iterate()).toThrow(expect.objectContaining({ code: 'ERR_ALREADY_ITERATED' }));
  const waiting = first.next();
  expect(await first.return?.()).toEqual(DONE);
  expect(await waiting).toEqual(DONE);
  expect(queue.isIterating).toBe(false);
  queue.push(info(1));
  expect((await queue.iterate().next()).value?.number).toBe(1);
});

test('an end lets out what is there, then whoever waits, now or later', async () => {
  const { queue } = makeQueue();
  const iterator = queue.iterate();
  queue.push(info(1));
  queue.end();
  expect((await iterator.next()).value?.number).toBe(1);
  expect(await iterator.next()).toEqual(DONE);
  const other = makeQueue().queue;
  const waiting = other.iterate().next();
  other.end();
  expect(await waiting).toEqual(DONE);
});

test('an end with an error keeps what is there and rejects, now and later', async () => {
  const { queue } = makeQueue();
  const iterator = queue.iterate();
  const waiting = iterator.next();
  const error = new Error('aborted');
  queue.end(error);
  await expect(waiting).rejects.toBe(error);
  queue.push(info(1));
  await expect(iterator.next()).rejects.toBe(error);
});
