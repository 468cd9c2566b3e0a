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
function scene({ queue = '0/1000', threads = MAX_LANES, isTold = true } = {}) {
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

describe('a frame comes by lanes', () => {
  test('where it is long enough, of bits as of words', () => {
    const { count, log } = scene();
    expect(count()).toBe(64);
    expect(count(new IncomingMessage(1, 1000, 'word'))).toBe(64);
    expect(log).toEqual(MADE); // once
  });

  test('from 100 bytes on, with its checksum', () => {
    const { count, log } = scene();
    expect(count(new IncomingMessage(1, 95, 'bit'))).toBe(0);
    expect(log).toEqual([]);
    expect(count(new IncomingMessage(1, 96, 'bit'))).toBe(64);
  });

  test('unless it comes in bursts', () => {
    const { count, log } = scene();
    expect(count(new IncomingMessage(1, 1000, 'burst'))).toBe(0);
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
    ['2 at least', '92/100', 2],
  ])('%s', (_what, queue, lanes) => {
    const { count, log } = scene({ queue });
    expect(count()).toBe(lanes);
    expect(log).toEqual(MADE); // all, as there may be more room next time
  });

  test.each(['93/100', '100/100', '101/100'])('none with %s signals pending', (queue) => {
    const { count, log } = scene({ queue });
    expect(count()).toBe(0);
    expect(log).toEqual([]);
  });

  test('the system gives threads', () => {
    const { count, log } = scene({ threads: 5 });
    expect(count()).toBe(5);
    expect(log).toEqual(['start 64', 'tell 1000 to 1004']);
  });

  test.each([0, 1])('none where it gives %p, which ends', (threads) => {
    const { count, log } = scene({ threads });
    expect(count()).toBe(0);
    expect(log).toEqual(['start 64', 'end']);
  });

  test('none where clients cannot be told of them, which end', () => {
    const { count, log } = scene({ isTold: false });
    expect(count()).toBe(0);
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
    expect(count(new IncomingMessage(1, 5, 'bit'))).toBe(0);
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
