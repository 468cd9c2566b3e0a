// How exam watches what a program calls.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCallWatcher } from '../../lib/exam/inside/calls.js';
import { root } from '../support/processes.js';

const source = join(root, 'native', 'exam', 'watch_calls.c');
let scratch: string;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'minitalk-calls-'));
});
afterEach(() => rmSync(scratch, { recursive: true }));

test('a program that calls nothing of that in a handler is told so', () => {
  const { watch, failure } = createCallWatcher(source, scratch);
  const calls = watch();
  const [command = '', ...args] = [...calls.prefix, 'sh', '-c', 'echo Hello'];
  expect(execFileSync(command, args, { encoding: 'latin1' })).toBe('Hello\n');
  expect(calls.seen()).toEqual({ inHandler: [], gone: 0 });
  expect(failure).toBeUndefined();
});

test('of a program into which the library is not loaded nothing is told', () => {
  const calls = createCallWatcher(source, scratch).watch();
  expect(calls.seen()).toBeUndefined();
});

test('a library that cannot be compiled is no calls', () => {
  const { failure } = createCallWatcher(join(scratch, 'nothing.c'), scratch);
  expect(failure).toBe('it takes a C compiler that is called cc');
});
