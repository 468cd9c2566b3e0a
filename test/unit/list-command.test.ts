// What minitalk list shows of the servers that it finds.
import type { listCommand } from '../../lib/cli/commands/list.js';
import { lookAtStartTime } from '../../lib/signals/internal/proc.js';
import { keepStandardError } from '../support/standard-error.js';

const said = keepStandardError();
const uid = process.getuid?.();
let printed: string;
let found: object[];

beforeEach(() => {
  printed = '';
  jest.resetModules();
  jest.doMock('../../lib/minitalk/peer/registration.js', () => ({
    listRegistrations(given: number) {
      expect(given).toBe(uid);
      return found;
    },
  }));
  jest.doMock('../../lib/cli/printers/output.js', () => ({
    standardOutput: () => ({
      async write(bytes: Uint8Array) {
        printed += Buffer.from(bytes).toString();
      },
    }),
  }));
});

function list(...args: string[]): Promise<number> {
  const module = require('../../lib/cli/commands/list.js');
  return (module.listCommand as typeof listCommand)(args);
}

/** A start time so long before our own, s. */
function startedBefore(seconds: number): string {
  const own = lookAtStartTime(process.pid);
  return String(Number(own.is === 'seen' && own.value) - seconds * 100);
}

beforeEach(() => {
  jest.spyOn(process, 'uptime').mockReturnValue(1.5);
  found = [
    { pid: 5, startTime: startedBefore(0), maxMessage: 2 ** 26, name: 'greeter', thread: 6 },
    { pid: 12_345, startTime: startedBefore(7200) },
    { pid: 4_194_303, startTime: startedBefore(-100), maxMessage: 1025 },
  ];
});

test('columns are as wide as what is in them', async () => {
  expect(await list()).toBe(0);
  expect(printed).toBe(`PID      NAME      AGE    MAX-MESSAGE
5        @greeter  1s     64M
12345    -         2h00m  -
4194303  -         0s     1025
`);
  expect(said).toEqual([]);
});

test('as JSON: what is known, in ms and bytes', async () => {
  expect(await list('--json')).toBe(0);
  expect(printed).toMatch(/^\[[^\n]*\]\n$/);
  expect(JSON.parse(printed)).toEqual([
    { pid: 5, name: 'greeter', uid, ageMs: 1500, maxMessage: 2 ** 26 },
    { pid: 12_345, uid, ageMs: 7_201_500 },
    { pid: 4_194_303, uid, ageMs: 0, maxMessage: 1025 },
  ]);
});

test('none is a line on standard error, and an empty array', async () => {
  found = [];
  expect(await list()).toBe(0);
  expect([printed, said]).toEqual(['', ['minitalk list: no server of this user is running\n']]);
  said.length = 0;
  expect(await list('--json')).toBe(0);
  expect([printed, said]).toEqual(['[]\n', []]);
});

test('an age that cannot be told is not made up', async () => {
  jest.doMock('../../lib/signals/internal/proc.js', () => ({
    lookAtStartTime: () => ({ is: 'gone' }),
  }));
  found = [{ pid: 5, startTime: '7' }];
  await list();
  expect(printed).toBe('PID  NAME  AGE  MAX-MESSAGE\n5    -     -    -\n');
  jest.dontMock('../../lib/signals/internal/proc.js');
});
