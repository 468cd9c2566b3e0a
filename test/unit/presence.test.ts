// The time in which a server could have heard of its clients. The clock is the kernel's.
import { setTimeout as sleep } from 'node:timers/promises';
import { createHolderWatch } from '../../lib/minitalk/server/holder-watch.js';
import { presence } from '../../lib/minitalk/server/presence.js';

test('it counts while the watch goes on, and only then', async () => {
  let looks = 0;
  const watch = createHolderWatch(false, () => {
    looks += 1;
    return looks < 5;
  });
  const before = presence.now;
  await sleep(150);
  watch.start();
  while (looks < 5) await sleep(5);
  const counted = presence.now - before;
  // Each look counts what was planned at most.
  expect(counted).toBeGreaterThan(0);
  expect(counted).toBeLessThanOrEqual(5 * 20);
});

test('it does not count an absence', async () => {
  let looks = 0;
  const watch = createHolderWatch(false, () => {
    looks += 1;
    return looks < 1;
  });
  watch.start();
  const before = presence.now;
  const end = performance.now() + 300;
  while (performance.now() < end);
  while (looks < 1) await sleep(5);
  expect(presence.now).toBe(before);
});

test('a watch that begins counts from there, however long nobody watched', () => {
  jest.useFakeTimers();
  const watch = createHolderWatch(false, () => true);
  jest.advanceTimersByTime(30_000);
  watch.start();
  const before = presence.now;
  jest.advanceTimersByTime(60);
  expect(presence.now - before).toBeCloseTo(60);
  watch.stop();
  jest.useRealTimers();
});
