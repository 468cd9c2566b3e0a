// Each error code has an exit code, and each exit code is documented.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_CODES_HELP, ExitCode, exitCodeOf } from '../../lib/cli/exit-codes.js';
import { MINITALK_ERROR_CODES } from '../../lib/minitalk/errors.js';
import { SIGNAL_ERROR_CODES, SignalError, systemError } from '../../lib/signals/errors.js';

const documented = Object.values(ExitCode);
const readme = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8');

test.each([...new Set([...MINITALK_ERROR_CODES, ...SIGNAL_ERROR_CODES])])(
  'the error code %s has an exit code that is no success',
  (code) => {
    const exitCode = exitCodeOf(Object.assign(new Error(), { code }));
    expect(documented).toContain(exitCode);
    expect(exitCode).not.toBe(ExitCode.ok);
  },
);

test.each(documented)('the exit code %d is in the help and in the README', (exitCode) => {
  expect(EXIT_CODES_HELP).toMatch(new RegExp(`^  ${exitCode} |[(;] ?${exitCode}: by `, 'm'));
  expect(readme).toMatch(new RegExp(`^\\| (\\d+, )*${exitCode}(, \\d+)* \\|`, 'm'));
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
