// What exam is told, and what it prints.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { examWithOptions } from '../../lib/cli/arguments/exam.js';
import { examPrinter } from '../../lib/cli/printers/exam.js';
import { catalogue, checkNames } from '../../lib/exam/catalogue.js';
import { failed, passed, type Result, skipped } from '../../lib/exam/finding.js';
import { root } from '../support/processes.js';
import { keepStandardError } from '../support/standard-error.js';

const said = keepStandardError();

test('checks are chosen by their names, one or several at a time', async () => {
  let only: unknown;
  const code = await examWithOptions(
    ['--only', 'short,two', '--only', 'idle', '.'],
    'minitalk exam',
    async (_folder, options) => {
      ({ only } = options);
      return 0;
    },
  );
  expect(code).toBe(0);
  expect(only).toEqual(['short', 'two', 'idle']);
});

test.each(['nonsense', 'constructor', ''])('%j is no check', async (name) => {
  const code = await examWithOptions(
    ['--only', `short,${name}`, '.'],
    'minitalk exam',
    async () => 0,
  );
  expect(code).toBe(64);
  expect(said.join('')).toContain(`no check is called "${name}"`);
});

const results: readonly Result[] = [
  { check: 'short', ms: 12, ...passed('5 bytes, exact') },
  { check: 'row', ms: 34, ...failed('text 2 of 15: \u001b[2J', 'something was left') },
  { check: 'idle', ms: 5, ...failed('99 % of a CPU') },
  { check: 'leaks', ms: 6, ...skipped('valgrind is not installed') },
];

test('a fault is told with what was seen, why that matters, and its likely cause', () => {
  const printer = examPrinter(false);
  expect(results.map((result) => printer.result(result))).toEqual([
    'passed   mandatory  short                a short text\n    5 bytes, exact\n',
    'failed   mandatory  row                  15 texts in a row, without a restart\n' +
      '    seen: text 2 of 15: ?[2J\n' +
      '    why it matters: The subject: the server takes strings from several clients in a row.\n' +
      '    likely cause: something was left\n',
    'failed   beyond     idle                 an idle server uses no CPU\n' +
      '    seen: 99 % of a CPU\n' +
      '    why it matters: pause() or sigsuspend() cost nothing; while (1); costs a CPU.\n',
    'skipped  mandatory  leaks                no leak, no invalid access (valgrind)\n' +
      '    valgrind is not installed\n',
  ]);
});

test('what was skipped does not count for the mark', () => {
  expect(examPrinter(false).end(results, true)).toBe(
    '\nmandatory 1 of 2, beyond 0 of 1. They ran in a pid namespace of their own.\n',
  );
  expect(examPrinter(false).end(results.slice(3), false)).toBe(
    '\nnothing could be examined. This kernel gives no pid namespace: what may signal others was left out.\n',
  );
  expect(JSON.parse(examPrinter(true).end(results, false))).toEqual({
    event: 'mark',
    mandatory: { passed: 1, of: 2 },
    bonus: { passed: 0, of: 0 },
    beyond: { passed: 0, of: 1 },
    contained: false,
  });
});

test.each(['mandatory', 'bonus', 'beyond'])('docs/exam.md has the checks that are %s', (part) => {
  const page = readFileSync(join(root, 'docs', 'exam.md'), 'utf8');
  const row = new RegExp(`^\\| ${part} \\| (.*) \\|$`, 'm').exec(page)?.[1] ?? '';
  const named = [...row.matchAll(/`([\w-]+)`/g)].map(([, name]) => name);
  expect(named.sort()).toEqual(checkNames.filter((name) => catalogue[name].part === part).sort());
});

test('a line of JSON has what the table has', () => {
  expect(JSON.parse(examPrinter(true).result(results[1] as Result))).toEqual({
    event: 'check',
    check: 'row',
    part: 'mandatory',
    what: '15 texts in a row, without a restart',
    verdict: 'failed',
    seen: 'text 2 of 15: \u001b[2J',
    why: 'The subject: the server takes strings from several clients in a row.',
    cause: 'something was left',
    ms: 34,
  });
});
