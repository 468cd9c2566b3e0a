// When a server has lanes. The threads are numbers here, time is the test's.
import type { NativeServer } from '../../lib/binding/minitalk.js';
import { IncomingMessage } from '../../lib/minitalk/server/incoming.js';
import { createLanePool } from '../../lib/minitalk/server/lanes.js';
import type { Session } from '../../lib/minitalk/server/session.js';
import { MAX_LANES } from '../../lib/minitalk/wire/place.js';
import { sayQueues } from '../support/queues-in-proc.js';

const takes = { takesLanes: true } as Session;
const long = new IncomingMessage(1, 1000, 'bit');

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

/** A pool on a system that gives so many threads; `log` has what happens to them. */
function scene({ queue = '0/1000', threads = MAX_LANES, isTold = true, areSettled = false } = {}) {
  sayQueues(() => queue);
  const log: string[] = [];
  const native = {
    startLanes(count) {
      log.push(`start ${count}`);
      return Array.from({ length: Math.min(count, threads) }, (_, i) => 1000 + i);
    },
    endLanes() {
      log.push('end');
      return 0;
    },
    areLanesSettled: () => areSettled,
  } as Partial<NativeServer> as NativeServer;
  const pool = createLanePool(native, (ids) => {
    log.push(`tell ${ids.length === 0 ? 'none' : `${ids[0]} to ${ids.at(-1)}`}`);
    return isTold;
  });
  const pass = (ms: number) => jest.advanceTimersByTime(ms);
  return {
    pool,
    log,
    pass,
    count: (message = long, session = takes) => pool.count(session, message),
  };
}
const MADE = ['start 64', 'tell 1000 to 1063'];
const ENDED = ['end', 'tell none'];

/** Of so many bytes, its checksum among them. */
const frameOf = (bytes: number, mode: 'bit' | 'word' | 'burst' = 'bit') =>
  new IncomingMessage(1, bytes - 4, mode);

describe('a frame comes by lanes', () => {
  test('where it is long enough, of bits as of words', () => {
    const { count, log } = scene();
    expect(count()).toBe(64);
    expect(count(frameOf(20_000, 'word'))).toBe(64);
    expect(log).toEqual(MADE); // once
  });

  test.each([
    ['bit', 5, 0],
    ['bit', 6, 8],
    ['bit', 12, 16],
    ['bit', 47, 62],
    ['bit', 48, 64],
    ['word', 1151, 0],
    ['word', 1152, 8],
    ['word', 9216, 64],
  ] as const)('of six rounds at least: in %s mode %p bytes by %p', (mode, bytes, lanes) => {
    const { count } = scene();
    count();
    expect(count(frameOf(bytes, mode))).toBe(lanes);
  });

  test.each([
    ['bit', 5, 40],
    ['bit', 8, 64],
    ['word', 191, 0],
    ['word', 192, 8],
  ] as const)('of one, where they are settled: in %s mode %p bytes by %p', (mode, bytes, lanes) => {
    const { count } = scene({ areSettled: true });
    count();
    expect(count(frameOf(bytes, mode))).toBe(lanes);
  });

  test('once 100 bytes have come', () => {
    const { count, log } = scene();
    expect(count(frameOf(90))).toBe(0);
    expect(log).toEqual([]);
    expect(count(frameOf(10))).toBe(13);
    expect(log).toEqual(MADE);
    expect(count(frameOf(90))).toBe(64);
    expect(log).toEqual(MADE);
  });

  test('not of what came 10 s before', () => {
    const { count, log, pass } = scene();
    count(frameOf(90));
    pass(10_000);
    expect(count(frameOf(90))).toBe(0);
    expect(log).toEqual([]);
  });

  test('unless it comes in bursts', () => {
    const { count, log } = scene();
    expect(count(frameOf(20_000, 'burst'))).toBe(0);
    expect(log).toEqual([]);
  });

  test('unless its client takes none', () => {
    const { count, log } = scene();
    expect(count(long, { takesLanes: false } as Session)).toBe(0);
    expect(log).toEqual([]);
  });
});

describe('there are as many lanes as', () => {
  test.each([
    ['a quarter of the room for signals', '0/100', 25],
    ['a quarter of the room that is left', '60/100', 10],
    ['64 at most', '0/100000', 64],
    ['8 at least', '68/100', 8],
  ])('%s', (_what, queue, lanes) => {
    const { count } = scene({ queue, threads: 1000 });
    expect(count()).toBe(lanes);
  });

  test.each(['69/100', '100/100', '101/100'])('none with %s signals pending', (queue) => {
    const { count, log } = scene({ queue });
    expect(count()).toBe(0);
    expect(log).toEqual([]);
  });

  test('there is room for, which is looked at each 50 ms', () => {
    let queue = '0/1000';
    const { count, pass } = scene();
    sayQueues(() => queue);
    count();
    queue = '1000/1000';
    pass(49);
    expect(count()).toBe(64);
    pass(1);
    expect(count()).toBe(0);
  });

  test('the system gives threads, and no more are tried', () => {
    const { count, log } = scene({ threads: 12 });
    expect(count()).toBe(12);
    expect(count()).toBe(12);
    expect(log).toEqual(['start 64', 'tell 1000 to 1011']);
  });

  test.each([
    [0, []],
    [7, ['end']],
  ])('none where it gives %p, before they have rested', (threads, ended) => {
    const { count, log, pass } = scene({ threads });
    const tried = threads === 0 ? ['start 64'] : ['start 64', ...ended];
    expect([count(), count()]).toEqual([0, 0]);
    expect(log).toEqual(tried);
    pass(10_000);
    expect(count()).toBe(0);
    expect(log).toEqual([...tried, ...tried]);
  });

  test('none where clients cannot be told of them, which end', () => {
    const { count, log } = scene({ isTold: false });
    expect([count(), count()]).toEqual([0, 0]);
    expect(log).toEqual([...MADE, 'end']);
  });
});

describe('lanes end', () => {
  test('10 s after the last grant by lanes, when clients are told', () => {
    const { pool, count, log, pass } = scene();
    count();
    pass(60_000);
    pool.rest();
    pass(9999);
    expect(log).toEqual(MADE);
    pass(1);
    expect(log).toEqual([...MADE, ...ENDED]);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('not while another grant by lanes is there, and 10 s after its own end', () => {
    const { pool, count, log, pass } = scene();
    count();
    pool.rest();
    pass(9999);
    count();
    pass(60_000);
    expect(log).toEqual(MADE);
    pool.rest();
    pass(9000);
    pool.rest();
    pass(9999);
    expect(log).toEqual(MADE);
    pass(1);
    expect(log).toEqual([...MADE, ...ENDED]);
  });

  test('although others come without lanes', () => {
    const { pool, count, log, pass } = scene();
    count();
    pool.rest();
    pass(9999);
    expect(count(frameOf(5))).toBe(0);
    pass(1);
    expect(log).toEqual([...MADE, ...ENDED]);
  });

  test('and are made anew', () => {
    const { pool, count, log, pass } = scene();
    count();
    pool.rest();
    pass(10_000);
    expect(count()).toBe(64);
    expect(log).toEqual([...MADE, ...ENDED, ...MADE]);
  });

  test('with their server, once', () => {
    const { pool, count, log } = scene();
    count();
    pool.rest();
    pool.end();
    pool.end();
    expect(jest.getTimerCount()).toBe(0);
    expect(log).toEqual([...MADE, ...ENDED]);
  });

  test('in a timer that keeps no process alive', () => {
    const { pool, count } = scene();
    count();
    const timers = jest.spyOn(globalThis, 'setTimeout');
    pool.rest();
    expect(timers.mock.results.map(({ value }) => value.hasRef())).toEqual([false]);
  });
});

test('a server that had no lanes ends none', () => {
  const { pool, log } = scene();
  pool.end();
  expect(log).toEqual([]);
});
