// Why a server is silent, as its client finds out: full signal queues, a registration that
// is gone, or nothing that could be seen. Time is the test's, and so is what /proc says.
import { constants } from 'node:os';
import { remoteServer } from '../../lib/minitalk/client/remote-server.js';
import type { MinitalkError } from '../../lib/minitalk/errors.js';
import type { Target } from '../../lib/minitalk/peer/target.js';
import { monotonicMs } from '../../lib/signals/internal/clock.js';
import { sayQueues } from '../support/queues-in-proc.js';

const server = process.ppid;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

/** A silent server, and the queues of both sides: used and limit, or undefined where they have room. */
function silent(timeout = 10_000) {
  const queues = new Map<number, string>();
  const looks: number[] = [];
  sayQueues((pid) => {
    if (pid === server) looks.push(performance.now());
    return queues.get(pid);
  });
  const state = { hasExited: false, isRegistered: true };
  const target = {
    process: { pid: server, hasExited: () => state.hasExited },
    lookAtRegistration: () => ({ is: state.isRegistered ? 'seen' : 'gone' }),
  } as unknown as Target;
  const warnings: MinitalkError[] = [];
  const remote = remoteServer(target, timeout, (warning) => warnings.push(warning));
  remote.heard(monotonicMs() + 0.001);
  /** Listens for so long in waits of 20 ms; what ended that, and when. */
  const listen = (ms: number) => {
    const start = performance.now();
    try {
      while (performance.now() - start < ms) {
        jest.advanceTimersByTime(20);
        remote.listened(20, 'sending');
      }
    } catch (error) {
      const { code, message } = error as MinitalkError;
      return { code, message, after: performance.now() - start };
    }
    return undefined;
  };
  const heard = () => {
    jest.advanceTimersByTime(1);
    remote.heard();
  };
  return { remote, state, queues, warnings, looks, listen, heard };
}

const codesOf = (warnings: readonly MinitalkError[]) => warnings.map(({ code }) => code);

test('nothing is looked at in the first 20 ms, then each 100 ms', () => {
  const { looks, listen } = silent();
  const start = performance.now();
  listen(500);
  expect(looks.map((at) => at - start)).toEqual([20, 120, 220, 320, 420]);
});

test('a sign of life puts that off', () => {
  const { looks, listen, heard, remote } = silent();
  for (let i = 0; i < 10; i += 1) {
    jest.advanceTimersByTime(14);
    remote.listened(14, 'sending');
    heard();
  }
  expect(looks).toEqual([]);
  listen(100);
  expect(looks).toHaveLength(1);
});

test.each([
  ["the server's", server],
  ['our own', process.pid],
])('a full queue, %s, is warned of once in a silence', (_whose, pid) => {
  const { queues, warnings, listen, heard } = silent();
  queues.set(pid, '7/7');
  listen(500);
  expect(codesOf(warnings)).toEqual(['EAGAIN']);
  expect(warnings[0]?.message).toContain('SigQ 7/7');
  heard();
  listen(500);
  expect(codesOf(warnings)).toEqual(['EAGAIN', 'EAGAIN']);
});

test('and is the reason when the time is over, unless it has room again', () => {
  const { queues, listen, remote } = silent(1000);
  queues.set(server, '7/7');
  expect(listen(5000)).toMatchObject({ code: 'EAGAIN', after: 1000 });
  expect(remote.isUnreachable()).toBe(true);
  const other = silent(1000);
  other.queues.set(server, '7/7');
  other.listen(500);
  other.queues.clear();
  expect(other.listen(5000)).toMatchObject({ code: 'ETIMEDOUT', after: 500 });
});

test('a queue that can hold nothing is the reason at once', () => {
  const { queues, listen, remote } = silent();
  queues.set(server, '0/0');
  expect(listen(5000)).toMatchObject({ code: 'EAGAIN', after: 20 });
  expect(remote.isUnreachable()).toBe(true);
});

test('a registered server has its whole time, one that is not 3 s', () => {
  expect(silent(10_000).listen(60_000)).toMatchObject({ code: 'ETIMEDOUT', after: 10_000 });
  const { state, listen, remote } = silent(10_000);
  state.isRegistered = false;
  expect(listen(60_000)).toMatchObject({ code: 'ERR_SERVER_CLOSED', after: 3000 });
  expect(remote.isUnreachable()).toBe(false);
  // And no more than it was given.
  const short = silent(1000);
  short.state.isRegistered = false;
  expect(short.listen(60_000)).toMatchObject({ code: 'ETIMEDOUT', after: 1000 });
});

test('one that has ended is gone, whatever else is true of it', () => {
  for (const isRegistered of [true, false]) {
    const { state, listen } = silent(4000);
    Object.assign(state, { hasExited: true, isRegistered });
    expect(listen(60_000)).toMatchObject({ code: 'ESRCH' });
  }
});

test('a wait in which we were away does not count', () => {
  const { remote, listen } = silent(1000);
  expect(remote.listened(20, 'sending')).toBe(true);
  jest.advanceTimersByTime(30_000);
  expect(remote.listened(20, 'sending')).toBe(false);
  // A question of ours has its whole wait first.
  expect(listen(60_000)?.after).toBeGreaterThanOrEqual(500);
});

test('nor does a time in which nobody listened, before a sign of life', () => {
  const { remote, heard } = silent(1000);
  jest.advanceTimersByTime(30_000);
  heard();
  jest.advanceTimersByTime(20);
  expect(remote.listened(20, 'sending')).toBe(true);
});

test('what was heard earlier than the last sign of life is none', () => {
  const { remote, listen, heard } = silent(1000);
  listen(500);
  heard();
  const last = monotonicMs();
  listen(900);
  remote.heard(last - 100);
  expect(listen(200)).toMatchObject({ code: 'ETIMEDOUT' });
});

test('what tgkill(2) says is told: ESRCH as its end, the rest as it is', () => {
  const { remote } = silent();
  expect(remote.errorOf(-constants.errno.ESRCH)).toMatchObject({
    code: 'ESRCH',
    message: expect.stringContaining('ended while sending'),
  });
  expect(remote.errorOf(-constants.errno.EPERM)).toMatchObject({
    code: 'EPERM',
    syscall: 'tgkill',
  });
});
