// Where a signal may be sent, and what it may carry.
import { constants } from 'node:os';
import { binding } from '../../lib/binding/signals.js';
import { assertPid, kill, queue, splitValue } from '../../lib/signals/send.js';

const NOBODY = 4_194_304; // the kernel gives numbers below it

afterEach(() => jest.restoreAllMocks());

test.each([2, 300, 4_194_304])('the pid %d names one process', (pid) => {
  expect(() => assertPid(pid)).not.toThrow();
});

test.each([1, 0, -1, -7, 1.5, 4_194_305, 2 ** 32 + 7, '7', 7n, undefined, Number.NaN])(
  'the pid %p does not, and the error says what it was',
  (pid) => {
    expect(() => assertPid(pid)).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_PID',
        message: expect.stringContaining('expected a whole number from 2 to 4194304'),
      }),
    );
  },
);

test('a value is split into two unsigned halves', () => {
  expect(splitValue(0)).toEqual({ high: 0, low: 0 });
  expect(splitValue(2 ** 32)).toEqual({ high: 1, low: 0 });
  expect(splitValue(2 ** 53 - 1)).toEqual({ high: 2 ** 21 - 1, low: 2 ** 32 - 1 });
  expect(splitValue(2n ** 64n - 1n)).toEqual({ high: 2 ** 32 - 1, low: 2 ** 32 - 1 });
});

test.each([-1, -1n, 1.5, 2 ** 53, 2n ** 64n, Number.NaN, Number.POSITIVE_INFINITY])(
  'the value %p is refused',
  (value) => {
    expect(() => splitValue(value)).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }));
  },
);

test('kill and queue to a process or one thread of it are different calls, and fail by their names', () => {
  const failing = (call: () => void) => {
    try {
      call();
    } catch (error) {
      const { code, syscall, message } = error as NodeJS.ErrnoException;
      return [code, syscall, message.slice(message.indexOf('cannot'), message.lastIndexOf(':'))];
    }
    return undefined;
  };
  const thread = NOBODY - 1;
  expect(failing(() => kill(NOBODY, 'SIGHUP'))).toEqual([
    'ESRCH',
    'kill',
    `cannot send SIGHUP to ${NOBODY}`,
  ]);
  expect(failing(() => kill(NOBODY, 0))?.[2]).toBe(`cannot send signal 0 to ${NOBODY}`);
  expect(failing(() => kill(NOBODY, 'SIGHUP', { thread }))).toEqual([
    'ESRCH',
    'tgkill',
    `cannot send SIGHUP to thread ${thread} of ${NOBODY}`,
  ]);
  expect(failing(() => queue(NOBODY, 'SIGHUP'))).toEqual([
    'ESRCH',
    'rt_sigqueueinfo',
    `cannot queue SIGHUP to ${NOBODY}`,
  ]);
  expect(failing(() => queue(NOBODY, 'SIGHUP', 1, { thread }))).toEqual([
    'ESRCH',
    'rt_tgsigqueueinfo',
    `cannot queue SIGHUP to thread ${thread} of ${NOBODY}`,
  ]);
});

test.each([0, -1, 1, 1.5])('the thread %p is refused before anything is sent', (thread) => {
  const sent = [jest.spyOn(binding, 'killThread'), jest.spyOn(binding, 'queue')];
  for (const send of [
    () => kill(process.pid, 0, { thread }),
    () => queue(process.pid, 'SIGURG', 0, { thread }),
  ]) {
    expect(send).toThrow(expect.objectContaining({ code: 'ERR_INVALID_PID' }));
  }
  for (const call of sent) expect(call).not.toHaveBeenCalled();
});

test('what is queued without a value carries 0, and goes to the thread that was told', () => {
  const call = jest.spyOn(binding, 'queue').mockReturnValue(0);
  queue(300, 'SIGHUP');
  queue(300, 'SIGHUP', 2n ** 32n + 5n, { thread: 301 });
  expect(call.mock.calls).toEqual([
    [300, 0, constants.signals.SIGHUP, 0, 0],
    [300, 301, constants.signals.SIGHUP, 1, 5],
  ]);
});

test('queue has no signal 0', () => {
  expect(() => queue(300, 0)).toThrow(expect.objectContaining({ code: 'ERR_UNKNOWN_SIGNAL' }));
});
