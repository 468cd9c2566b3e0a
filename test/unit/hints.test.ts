import { hintFor as hintOf } from '../../lib/cli/hints.js';
import { notAServer, refused, serverGone, unknownName } from '../../lib/minitalk/errors.js';
import { systemError } from '../../lib/signals/errors.js';

const hintFor = (error: unknown) => hintOf(error, 'minitalk-client');

test('who looks for a server is told how to find one, and what --force would do', () => {
  expect(hintFor(notAServer('process 5 is no server'))).toMatch(/minitalk list.*--force.*ends/);
  expect(hintFor(systemError(-3, 'pidfd_open', 'open process 5'))).toContain('minitalk list');
  expect(hintFor(unknownName('greeter'))).toContain('minitalk list');
});

test('who is refused is told the option of the server', () => {
  expect(hintFor(refused(5, 1))).toContain('--max-message');
  expect(hintFor(refused(5, 2))).toContain('--allow-uid');
});

test('a server that ended in the middle, and an error that is none of ours, need no hint', () => {
  expect(hintFor(serverGone(5, 'sending'))).toBeUndefined();
  expect(hintFor(new Error('constructor'))).toBeUndefined();
  expect(hintFor(Object.assign(new Error(), { code: 'constructor' }))).toBeUndefined();
});

test('an ESRCH of another call than the look for the process needs none either', () => {
  const of = (syscall?: string) => hintFor({ code: 'ESRCH', syscall });
  expect([of('kill'), of(undefined)]).toEqual([undefined, undefined]);
});

test('who sends to a process that is no server needs none of how to find servers', () => {
  expect(hintOf(systemError(-3, 'pidfd_open', 'open process 5'), 'minitalk send')).toBeUndefined();
});
