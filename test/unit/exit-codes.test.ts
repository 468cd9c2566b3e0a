// Each error code has an exit code, and each exit code is documented.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandName, definitions } from '../../lib/cli/arguments/definitions.js';
import { ExamExitCode, ExitCode, exitCodeOf, GuardExitCode } from '../../lib/cli/exit-codes.js';
import { MINITALK_ERROR_CODES } from '../../lib/minitalk/errors.js';
import { SIGNAL_ERROR_CODES, SignalError, systemError } from '../../lib/signals/errors.js';

const documented = Object.values(ExitCode);
const codesOf = (command: CommandName) => definitions[command]().exitCodes.map(([code]) => code);
const read = (...path: string[]) => readFileSync(join(__dirname, '..', '..', ...path), 'utf8');
const commandsPage = read('docs', 'commands.md');
const guardPage = read('docs', 'guard.md');
const signalsPage = read('docs', 'signals.md');

test.each([...new Set([...MINITALK_ERROR_CODES, ...SIGNAL_ERROR_CODES])])(
  'the error code %s has an exit code that is no success',
  (code) => {
    const exitCode = exitCodeOf(Object.assign(new Error(), { code }));
    expect(documented).toContain(exitCode);
    expect(exitCode).not.toBe(ExitCode.ok);
  },
);

test.each([
  [64, 'ERR_USAGE', 'ERR_INVALID_NAME', 'ERR_INVALID_PID', 'ERR_OUT_OF_RANGE'],
  [64, 'ERR_AMBIGUOUS_NAME'],
  [65, 'EMSGSIZE'],
  [69, 'ENOSYS', 'ENOTSUP', 'EPROTO', 'ESRCH'],
  [69, 'ERR_NOT_A_SERVER', 'ERR_SERVER_CLOSED'],
  [73, 'EADDRINUSE', 'EEXIST'],
  [74, 'EIO', 'EMFILE', 'ENFILE', 'ERR_NO_RUNTIME_DIR'],
  [75, 'EAGAIN', 'ETIMEDOUT', 'ERR_ABANDONED', 'ERR_SERVER_FULL', 'ERR_TOO_MANY_SESSIONS'],
  [77, 'EPERM', 'ERR_NOT_ALLOWED'],
  [130, 'ABORT_ERR'],
])('the exit code is %d for %s and what is like it', (exitCode, ...codes) => {
  for (const code of codes) expect(exitCodeOf({ code })).toBe(exitCode);
});

test.each(['open', 'read', 'write', 'fstat', 'lstat', 'mkdir', 'rename', 'scandir'])(
  'whatever %s fails with, it is input or output',
  (syscall) => {
    for (const code of ['EPERM', 'EACCES', 'ENOSPC', 'EAGAIN', 'EPIPE', 'ESRCH']) {
      expect(exitCodeOf({ code, syscall })).toBe(ExitCode.ioError);
    }
    expect(exitCodeOf({ code: 'EPERM', syscall: 'kill' })).toBe(ExitCode.notPermitted);
  },
);

test.each(documented)(
  'the exit code %d is in the help of some command, and in docs/commands.md',
  (code) => {
    const inHelp = [...codesOf('server'), ...codesOf('client'), ...codesOf('list')];
    expect(inHelp).toContain(code);
    expect(commandsPage).toMatch(new RegExp(`^\\| (\\d+, )*${code}(, \\d+)* \\|`, 'm'));
  },
);

test("guard's exit codes are in its definition and in docs/guard.md", () => {
  expect(codesOf('guard')).toEqual([64, ...Object.values(GuardExitCode), 'other']);
  for (const code of Object.values(GuardExitCode)) {
    expect(guardPage).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'));
  }
});

test("exam's exit codes are in its definition and in docs/exam.md", () => {
  const inTable = [...read('docs', 'exam.md').matchAll(/^\| (\d+) \|/gm)];
  expect(codesOf('exam')).toEqual([0, ...Object.values(ExamExitCode), 64, 69, 70, 74]);
  expect(inTable.map(([, code]) => Number(code))).toEqual(codesOf('exam'));
});

test("send's exit codes are in its definition and in docs/signals.md", () => {
  const table = signalsPage.slice(signalsPage.indexOf('| exit code of `send` |'));
  const inTable = [...(table.split('\n\n')[0] as string).matchAll(/^\| (\d+) \|/gm)];
  expect(codesOf('send')).toEqual([0, 64, 69, 70, 74, 75, 77]);
  expect(inTable.map(([, code]) => Number(code))).toEqual(codesOf('send'));
});

test('an error that is none of ours is a fault in minitalk, whatever its code is called', () => {
  for (const code of [undefined, 'EWHATEVER', 'constructor', 'toString']) {
    expect(exitCodeOf(Object.assign(new Error(), { code }))).toBe(ExitCode.software);
  }
});

test('an errno that no call is known to give is ERR_SYSTEM, and keeps its number and its name', () => {
  const error = systemError(-40, 'pidfd_open', 'open process 5');
  expect(error).toBeInstanceOf(SignalError);
  expect(error).toMatchObject({ code: 'ERR_SYSTEM', errno: -40, syscall: 'pidfd_open' });
  expect(error.message).toContain('ELOOP');
});
