import { createAttention, listenFor } from '../../lib/minitalk/peer/attention.js';

/** An attention clock, and what lets time pass for it. */
function attentive() {
  let now = 1_000_000;
  const attention = createAttention(() => now);
  const pass = (ms: number) => {
    now += ms;
  };
  const wait = (ms: number, planned = ms) => {
    pass(ms);
    return attention.listened(planned);
  };
  return { attention, pass, wait };
}

test('counts what was listened, a wait that ends early too', () => {
  const { attention, wait } = attentive();
  expect(wait(20)).toBe(true);
  wait(5, 40);
  expect(attention.now).toBe(25);
});

test('counts nothing of a wait in which we were away, and no more than planned of one that ends late', () => {
  const { attention, wait } = attentive();
  expect(wait(3000, 20)).toBe(false);
  expect(attention.now).toBe(0);
  expect(wait(90, 20)).toBe(true);
  expect(attention.now).toBe(20);
});

test('what passed before it began is no absence', () => {
  const { attention, wait, pass } = attentive();
  pass(60_000);
  attention.begin();
  expect(wait(20)).toBe(true);
});

test('a silence as long as the limit has passed, one with an absence in it has not', () => {
  const { attention, wait } = attentive();
  for (let i = 0; i < 9; i += 1) wait(100);
  wait(10_000, 100);
  expect(attention.hasPassed(0, 1000)).toBe(false);
  for (let i = 0; i < 9; i += 1) wait(100);
  expect(attention.hasPassed(0, 1000)).toBe(true);
  expect(attention.hasPassed(attention.now - 999, 1000)).toBe(false);
});

test('after an absence a question has its whole wait, however little was left of the limit', () => {
  const { attention, wait } = attentive();
  for (let i = 0; i < 10; i += 1) wait(99);
  wait(10_000, 20);
  wait(20);
  expect(attention.now).toBeGreaterThan(1000);
  expect(attention.hasPassed(0, 1000)).toBe(false);
  for (let i = 0; i < 5; i += 1) wait(100);
  expect(attention.hasPassed(0, 1000)).toBe(true);
});

test('with a limit shorter than that the whole limit', () => {
  const { attention, wait } = attentive();
  for (let i = 0; i < 10; i += 1) wait(100);
  wait(10_000, 20);
  wait(100);
  expect(attention.hasPassed(0, 200)).toBe(false);
  wait(100);
  expect(attention.hasPassed(0, 200)).toBe(true);
});

test.each([
  ['is late each time', () => 300],
  ['comes and goes', (i: number) => (i % 3 === 0 ? 300 : 20)],
])('one that %s comes to an end, too', (_, passes) => {
  const { attention, wait } = attentive();
  let waits = 0;
  while (!attention.hasPassed(0, 1000)) {
    wait(passes(waits), 20);
    waits += 1;
    expect(waits).toBeLessThan(1000);
  }
});

test('who is told to listen no longer does not', async () => {
  await listenFor(2 ** 30, AbortSignal.abort());
  const abort = new AbortController();
  const listening = listenFor(2 ** 30, abort.signal);
  abort.abort();
  await listening;
});
