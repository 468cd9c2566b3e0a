// What /proc tells of a process; and that "could not look" is not "gone".
import { readFileSync, readlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { basename } from 'node:path';
import { SignalError } from '../../lib/signals/errors.js';
import { jsonable } from '../../lib/signals/internal/json.js';
import {
  GONE,
  saysGone,
  seen,
  seenOrThrow,
  unknown,
  unknownBecause,
} from '../../lib/signals/internal/look.js';
import {
  catchesUserSignals,
  lookAtStartTime,
  lookAtStatus,
  parseStatus,
  pidNamespace,
} from '../../lib/signals/internal/proc.js';
import {
  isThreadGone,
  openThreadStatus,
  signalMask,
} from '../../lib/signals/internal/thread-status.js';
import { lookAtSender } from '../../lib/signals/sender.js';
import { Process } from '../support/processes.js';

const { EMFILE } = constants.errno;
/** Above the kernel's limit of 2^22, so nobody's. */
const NOBODY = 2 ** 22 + 1;

const text = `Name:\tTgid: 9
State:\tT (stopped)
Tgid:\t41
Pid:\t42
PPid:\t40
Uid:\t1000\t1001\t1002\t1003
SigQ:\t3/7000
SigPnd:\t0000000000000200
ShdPnd:\t0000000000000001
SigBlk:\t0000000000000802
SigIgn:\t4000000000000011
SigCgt:\t8000000100000a00
`;

test('a status is read field by field, each from the start of its line', () => {
  const { catches, ignores, blocks, hasPending, ...fields } = parseStatus(text);
  expect(fields).toEqual({
    pid: 42,
    threadGroup: 41,
    parent: 40,
    state: 'T',
    realUid: 1000,
    effectiveUid: 1001,
    savedUid: 1002,
    pendingSignals: 3,
    pendingLimit: 7000,
  });
  const all = Array.from({ length: 64 }, (_, i) => i + 1);
  expect(all.filter(catches)).toEqual([10, 12, 33, 64]);
  expect(all.filter(ignores)).toEqual([1, 5, 63]);
  expect(all.filter(blocks)).toEqual([2, 12]);
  expect(all.filter(hasPending)).toEqual([1, 10]);
});

test('a status without its fields catches and ignores nothing and is of no user', () => {
  const status = parseStatus('Name:\tx\n');
  expect(status).toMatchObject({ state: '', pendingSignals: 0, pendingLimit: 0 });
  expect([status.catches(10), status.ignores(10)]).toEqual([false, false]);
  expect(status.effectiveUid).toBe(-1);
});

test.each([
  ['0000000000000a00', true],
  ['0000000000000200', false],
  ['0000000000000800', false],
])('with handlers %s both user signals are caught: %p', (mask, wanted) => {
  expect(catchesUserSignals(parseStatus(`SigCgt:\t${mask}\n`))).toBe(wanted);
});

test('a process that lives is seen, one that does not is gone', async () => {
  const own = lookAtStatus(process.pid);
  expect(own.is === 'seen' && own.value.pid).toBe(process.pid);
  expect(lookAtStatus(NOBODY)).toEqual(GONE);
  expect(lookAtStartTime(NOBODY)).toEqual(GONE);
  expect(lookAtSender(NOBODY)).toEqual(GONE);
});

test('the start time is found behind a name with spaces and brackets', async () => {
  const script =
    'import ctypes; ctypes.CDLL(None).prctl(15, b"a) S 1 (b"); print(1, flush=1); input()';
  const odd = new Process('python3', ['-c', script], { stdin: 'pipe' });
  await odd.until(({ text: said }) => said.includes('1'));
  const stat = readFileSync(`/proc/${odd.pid}/stat`, 'latin1');
  expect(stat).toContain('(a) S 1 (b)');
  const wanted = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] as string;
  expect(lookAtStartTime(odd.pid)).toEqual(seen(wanted));
  const look = lookAtSender(odd.pid);
  expect(look.is === 'seen' && look.value.startTime).toBe(BigInt(wanted));
});

test('a process is told with its arguments, parent, cgroup and when it was looked at', () => {
  const before = process.hrtime.bigint();
  const look = lookAtSender(process.pid);
  if (look.is !== 'seen') throw new Error(look.is);
  const { value } = look;
  const commandLine = readFileSync('/proc/self/cmdline').subarray(0, 1024).toString();
  expect(value.commandLine.join('\0')).toBe(commandLine.replace(/\0$/, ''));
  expect(value.parent?.pid).toBe(process.ppid);
  const executable = (pid: number) => basename(readlinkSync(`/proc/${pid}/exe`));
  expect(value.name).toBe(executable(process.pid));
  expect(value.parent?.name).toBe(executable(process.ppid));
  expect(value.sharesCgroup).toBe(true);
  expect(value.age / 1000).toBeGreaterThan(process.uptime() - 0.1);
  expect(value.age / 1000).toBeLessThan(process.uptime() + 60);
  expect(value.cgroup).toMatch(/^\//);
  expect(value.takenAt).toBeGreaterThanOrEqual(before);
  expect(Object.isFrozen(value.commandLine) && Object.isFrozen(value.parent)).toBe(true);
  expect(JSON.parse(JSON.stringify(value))).toMatchObject({ startTime: String(value.startTime) });
});

test('a kernel thread has no arguments, and the first process no parent', () => {
  const first = lookAtSender(1);
  expect(first.is === 'seen' && first.value.parent).toBeUndefined();
});

test('a thread is gone when its process does not have it', () => {
  expect(isThreadGone(process.pid, process.pid)).toBe(false);
  expect(isThreadGone(process.pid, process.ppid)).toBe(true);
});

test('the pid namespace is its inode', () => {
  expect(readlinkSync('/proc/self/ns/pid')).toBe(`pid:[${pidNamespace()}]`);
});

test('an error of node:fs leaves an unknown, any other is a fault of ours', () => {
  const cause = Object.assign(new Error('no'), { errno: -EMFILE, code: 'EMFILE', syscall: 'open' });
  const look = unknownBecause(cause, 'look');
  expect(look).toMatchObject({ is: 'unknown', error: { code: 'EMFILE', syscall: 'open', cause } });
  expect(unknownBecause({ errno: -EMFILE }, 'look').error.syscall).toBe('read');
  expect(() => unknownBecause(new TypeError('ours'), 'look')).toThrow(TypeError);
});

test('only a missing file or process says gone', () => {
  expect(['ENOENT', 'ESRCH', 'EMFILE', 'EACCES'].map((code) => saysGone({ code }))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('a look is its value, undefined when gone, and thrown when nobody could look', () => {
  const error = new SignalError('EMFILE', 'no');
  expect(seenOrThrow(seen(0))).toBe(0);
  expect(seenOrThrow(GONE)).toBeUndefined();
  expect(() => seenOrThrow(unknown(error))).toThrow(error);
});

test('a mask has each signal in its half', () => {
  expect(signalMask([])).toEqual({ high: 0, low: 0 });
  expect(signalMask([1, 10, 32])).toEqual({ high: 0, low: 0x8000_0201 });
  expect(signalMask([33, 64, 12])).toEqual({ high: 0x8000_0001, low: 0x800 });
});

test('a status that is held open tells its thread until it ends, and is closed once', async () => {
  const sleeper = new Process('sleep', ['60']);
  const status = openThreadStatus(sleeper.pid, sleeper.pid);
  const { descriptor } = status;
  expect(readlinkSync(`/proc/self/fd/${descriptor}`)).toContain('status');
  expect(status.catches(signalMask([10]))).toEqual(seen(false));
  const look = status.look();
  expect(look.is === 'seen' && look.value.threadGroup).toBe(sleeper.pid);
  await sleeper.end('SIGKILL');
  expect(status.catches(signalMask([10]))).toEqual(GONE);
  expect(status.look()).toEqual(GONE);
  status.close();
  expect(status.descriptor).toBe(-1);
  expect(() => readlinkSync(`/proc/self/fd/${descriptor}`)).toThrow('ENOENT');
  status.close();
  expect(status.catches(signalMask([10]))).toMatchObject({
    is: 'unknown',
    error: { code: 'EBADF' },
  });
});

test('the status of a thread that is not there cannot be opened, and the error names it', () => {
  expect(() => openThreadStatus(process.pid, process.ppid)).toThrow(
    expect.objectContaining({
      code: 'ENOENT',
      syscall: 'open',
      message: expect.stringContaining(`/proc/${process.pid}/task/${process.ppid}/status`),
    }),
  );
});

test('JSON takes bigints as decimal strings, and the rest as it is', () => {
  const value = { __proto__: jsonable, big: 2n ** 64n - 1n, number: 7, none: undefined };
  expect(JSON.stringify(value)).toBe('{"big":"18446744073709551615","number":7}');
});
