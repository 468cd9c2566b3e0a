// The watch over who has the grant, by a clock of its own.

import type { Grant } from '../../lib/minitalk/server/grant.js';
import { createHolderWatch } from '../../lib/minitalk/server/holder-watch.js';
import { TRIAL_MS, type Way } from '../../lib/minitalk/server/placement.js';
import { presence } from '../../lib/minitalk/server/presence.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const way: Way = { mode: 'bit', byLanes: false };
const pass = (ms: number) => jest.advanceTimersByTime(ms);

/** A grant whose holder is this process, or has ended. */
function granted({ isDead = false } = {}) {
  const state = { count: -1, shares: [] as boolean[] };
  const session = {
    process: { pid: process.pid, hasExited: () => isDead },
    thread: process.pid,
    lastHeard: -1,
  };
  const grant = {
    session,
    count: () => state.count,
    share: (wish: boolean) => state.shares.push(wish),
  } as unknown as Grant;
  return { grant, session, state };
}

test('a holder has 200 ms to begin', () => {
  const { grant } = granted();
  const watch = createHolderWatch(false, () => true);
  watch.begin(way, 0);
  pass(199);
  expect(watch.judge(grant)).toBe('patience');
  pass(1);
  expect(watch.judge(grant)).toBe('over');
});

test('and from its beginning 250 ms, however slowly it gets on', () => {
  const { grant, state } = granted();
  const watch = createHolderWatch(false, () => true);
  watch.begin(way, 0);
  pass(199);
  for (state.count = 0; state.count < 24; state.count += 1) {
    expect(watch.judge(grant)).toBe('patience');
    pass(10);
  }
  pass(10);
  expect(watch.judge(grant)).toBe('over');
  // The next one has its own turn.
  watch.begin(way, 0);
  expect(watch.judge(grant)).toBe('patience');
});

test('one that gets on gives a sign of life, one that does not may be dead', () => {
  const alive = granted();
  const watch = createHolderWatch(false, () => true);
  watch.begin(way, 0);
  alive.state.count = 1;
  watch.judge(alive.grant);
  expect(alive.session.lastHeard).toBe(presence.now);
  alive.session.lastHeard = -1;
  expect(watch.judge(alive.grant)).toBe('patience');
  expect(alive.session.lastHeard).toBe(-1);
  const dead = granted({ isDead: true });
  watch.begin(way, 0);
  expect(watch.judge(dead.grant)).toBe('dead');
});

test('both ends share a CPU at first, and what is measured is told', () => {
  const { grant, state } = granted();
  const watch = createHolderWatch(true, () => true);
  expect(watch.begin(way, 0)).toBe(true);
  state.count = 100;
  pass(20);
  watch.judge(grant);
  expect(state.shares).toEqual([true]);
});

test('without placement nothing is shared, nor told', () => {
  const { grant, state } = granted();
  const watch = createHolderWatch(false, () => true);
  expect(watch.begin(way, 0)).toBe(false);
  state.count = 100;
  pass(20);
  watch.judge(grant);
  watch.end(100);
  expect(state.shares).toEqual([]);
});

test('it looks every 20 ms, sooner while the other way is tried', () => {
  const { grant, state } = granted();
  const looks: number[] = [];
  const watch = createHolderWatch(true, () => {
    looks.push(performance.now());
    state.count += 1000;
    watch.judge(grant);
    return true;
  });
  watch.begin(way, 0);
  watch.start();
  watch.start(); // it runs already
  pass(400);
  watch.stop();
  const gaps = looks.slice(1).map((at, i) => at - (looks[i] as number));
  expect(new Set(gaps)).toEqual(new Set([20, TRIAL_MS]));
  expect(gaps.filter((gap) => gap === TRIAL_MS)).toHaveLength(1);
  pass(1000);
  expect(looks).toHaveLength(gaps.length + 1);
});

test('it looks as long as there is something to look at, and not before', () => {
  let more = 3;
  const look = jest.fn(() => --more > 0);
  const watch = createHolderWatch(false, look);
  pass(100);
  expect(look).not.toHaveBeenCalled();
  watch.start();
  pass(1000);
  expect(look).toHaveBeenCalledTimes(3);
  expect(jest.getTimerCount()).toBe(0);
  more = 1;
  watch.start();
  pass(1000);
  expect(look).toHaveBeenCalledTimes(4);
});

test('one that is begun in a look goes on with it', () => {
  let looks = 0;
  const watch = createHolderWatch(false, () => {
    looks += 1;
    if (looks === 1) watch.start();
    return looks === 1;
  });
  watch.start();
  pass(1000);
  expect(looks).toBe(2);
});

test('it keeps no process alive', () => {
  const unref = jest.spyOn(globalThis, 'setTimeout');
  createHolderWatch(false, () => false).start();
  const timer = unref.mock.results[0]?.value as NodeJS.Timeout;
  expect(timer.hasRef()).toBe(false);
  unref.mockRestore();
});
