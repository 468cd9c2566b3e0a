// Errors have the fields of Node's own, and say what failed.
import { constants } from 'node:os';
import { abortError, check, SignalError, systemError } from '../../lib/signals/errors.js';

const { EAGAIN, EPIPE, ESRCH } = constants.errno;

test("a system call's error names the call, the errno, what was tried, and advice", () => {
  const cause = new Error('below');
  const error = systemError(-ESRCH, 'kill', 'send SIGHUP to 7', cause);
  expect(error).toBeInstanceOf(SignalError);
  expect({ ...error }).toEqual({
    name: 'SignalError',
    code: 'ESRCH',
    errno: -ESRCH,
    syscall: 'kill',
  });
  expect(error.message).toBe('kill ESRCH: cannot send SIGHUP to 7: no such process');
  expect(error.cause).toBe(cause);
});

test('an errno that is not on the list keeps its number and name', () => {
  const error = systemError(-EPIPE, 'poll', 'wait');
  expect({ ...error }).toEqual({
    name: 'SignalError',
    code: 'ERR_SYSTEM',
    errno: -EPIPE,
    syscall: 'poll',
  });
  expect(error.message).toBe('poll EPIPE: cannot wait: EPIPE');
});

test('an error of no system call has neither errno nor syscall nor cause', () => {
  const error = new SignalError('ERR_CLOSED', 'closed');
  expect({ ...error }).toStrictEqual({ name: 'SignalError', code: 'ERR_CLOSED' });
  expect('cause' in error).toBe(false);
});

test('a negative result is thrown, any other is passed through', () => {
  const what = jest.fn(() => 'queue it');
  expect(check(0, 'kill', what)).toBe(0);
  expect(check(17, 'pidfd_open', what)).toBe(17);
  expect(what).not.toHaveBeenCalled();
  expect(() => check(-EAGAIN, 'rt_sigqueueinfo', what)).toThrow(
    expect.objectContaining({
      code: 'EAGAIN',
      errno: -EAGAIN,
      syscall: 'rt_sigqueueinfo',
      message: expect.stringMatching(/^rt_sigqueueinfo EAGAIN: cannot queue it: the queue of/),
    }),
  );
});

test("an abort has Node's name and code, and the reason as its cause", () => {
  const error = abortError(AbortSignal.abort('enough'));
  expect(error).toBeInstanceOf(SignalError);
  expect(error).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', cause: 'enough' });
});
