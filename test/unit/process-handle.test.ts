// What a handle keeps, and what it says once it is closed or its process has ended.
import { readlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { binding } from '../../lib/binding/signals.js';
import { openProcess, type ProcessHandle, pinProcess } from '../../lib/signals/process-handle.js';
import { openDescriptors } from '../support/own-process.js';
import { Process } from '../support/processes.js';

const { EMFILE, ENOSYS, EPERM } = constants.errno;

afterEach(() => jest.restoreAllMocks());

async function ended(): Promise<ProcessHandle> {
  const process = new Process('sleep', ['60']);
  const handle = openProcess(process.pid);
  await process.end('SIGKILL');
  return handle;
}

test('a handle has one descriptor, and a closed one none', () => {
  const before = openDescriptors();
  const handle = openProcess(process.ppid);
  expect(readlinkSync(`/proc/self/fd/${handle.pidfd}`)).toContain('pidfd');
  expect(openDescriptors()).toBe(before + 1);
  handle.close();
  expect([handle.pidfd, openDescriptors()]).toEqual([-1, before]);
});

test('a handle that is disposed of is closed, and closing again takes no descriptor of others', () => {
  const close = jest.spyOn(binding, 'closeDescriptor');
  const handle = openProcess(process.ppid);
  handle[Symbol.dispose]();
  handle.close();
  expect(close).toHaveBeenCalledTimes(1);
});

test('one whose end is waited for keeps no more once it is closed, and rejects', async () => {
  const before = openDescriptors();
  const handle = openProcess(process.ppid);
  const { exited } = handle;
  expect(handle.exited).toBe(exited);
  handle.close();
  await expect(exited).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  await expect(handle.exited).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  expect(openDescriptors()).toBe(before);
});

test('an end that was heard of stays so when the handle is closed', async () => {
  const handle = await ended();
  await handle.exited;
  handle.close();
  await expect(handle.exited).resolves.toBeUndefined();
});

test('nobody asks the number of a process that has ended who it is now', async () => {
  const handle = await ended();
  const other = openProcess(process.pid);
  expect([handle.hasExited(), other.hasExited()]).toEqual([true, false]);
  for (const call of [
    () => handle.kill('SIGHUP'),
    () => handle.queue('SIGHUP', 1),
    () => handle.catches('SIGHUP'),
    () => handle.identity(),
    () => handle.assertMaySignal(),
  ]) {
    expect(call).toThrow(expect.objectContaining({ code: 'ESRCH' }));
  }
  handle.close();
  other.close();
});

test('a pid that was given again is not told as the process that is pinned', () => {
  const handle = openProcess(process.pid);
  jest.spyOn(binding, 'pidfdExited').mockReturnValue(true);
  expect(() => handle.identity()).toThrow(expect.objectContaining({ code: 'ESRCH' }));
  expect(() => handle.catches('SIGHUP')).toThrow(expect.objectContaining({ code: 'ESRCH' }));
  handle.close();
});

test('pid 1 can be pinned, but not opened; other pids that name nobody can be neither', () => {
  expect(() => openProcess(1)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_PID' }));
  const first = pinProcess(1);
  expect(first.pid).toBe(1);
  first.close();
  for (const pid of [0, -1, 1.5]) {
    expect(() => pinProcess(pid)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_PID' }));
  }
});

test.each([-ENOSYS, -EPERM])('without pidfd_open(2) (%d) the pid itself is used', async (errno) => {
  jest.spyOn(binding, 'pidfdOpen').mockReturnValue(errno);
  const close = jest.spyOn(binding, 'closeDescriptor');
  const sleeper = new Process('sleep', ['60']);
  const handle = openProcess(sleeper.pid);
  expect([handle.pidfd, handle.hasExited()]).toEqual([-1, false]);
  const { exited } = handle;
  handle.kill('SIGTERM');
  expect(await sleeper.closed).toEqual({ code: null, signal: 'SIGTERM' });
  await exited;
  expect(handle.hasExited()).toBe(true);
  expect(() => handle.queue('SIGTERM')).toThrow(
    expect.objectContaining({ code: 'ESRCH', syscall: 'rt_sigqueueinfo' }),
  );
  expect(() => handle.kill('SIGTERM')).toThrow(expect.objectContaining({ syscall: 'kill' }));
  handle.close();
  expect(close).not.toHaveBeenCalled();
});

test('a process that cannot be pinned for another reason is an error', () => {
  jest.spyOn(binding, 'pidfdOpen').mockReturnValue(-EMFILE);
  expect(() => openProcess(process.ppid)).toThrow(
    expect.objectContaining({ code: 'EMFILE', syscall: 'pidfd_open' }),
  );
});

test('an identity is frozen, with pid and uid, and JSON takes it', () => {
  const handle = openProcess(process.pid);
  const identity = handle.identity();
  expect(identity).toMatchObject({ pid: process.pid, uid: process.getuid?.() });
  expect(Object.isFrozen(identity)).toBe(true);
  expect(JSON.parse(JSON.stringify(identity))).toMatchObject({
    pid: process.pid,
    startTime: String(identity?.startTime),
  });
  handle.close();
});

test('who could not look says so, and does not tell that nobody is there', () => {
  const handle = openProcess(process.pid);
  jest.spyOn(binding, 'readProcess').mockReturnValue(-EMFILE);
  expect(() => handle.identity()).toThrow(expect.objectContaining({ code: 'EMFILE' }));
  jest.restoreAllMocks();
  jest.spyOn(binding, 'readProcess').mockReturnValue(-constants.errno.ENOENT);
  expect(handle.identity()).toBeUndefined();
  handle.close();
});
