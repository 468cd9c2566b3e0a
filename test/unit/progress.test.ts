// When progress is shown, and what it says.
import { shortDuration } from '../../lib/cli/printers/duration.js';
import {
  progressLine,
  type sendProgress as SendProgress,
  type ShowProgress,
} from '../../lib/cli/printers/progress.js';
import type { say as Say } from '../../lib/cli/printers/standard-error.js';
import { keepStandardError } from '../support/standard-error.js';

const said = keepStandardError();
const { isTTY, columns } = process.stderr;
const { TERM } = process.env;
let now: number;

function beTerminal(given: { isTTY: boolean; columns?: number }): void {
  for (const [name, value] of Object.entries(given)) {
    Object.defineProperty(process.stderr, name, { value, configurable: true });
  }
}

beforeEach(() => {
  now = 1000;
  jest.spyOn(process.hrtime, 'bigint').mockImplementation(() => BigInt(now) * 1_000_000n);
  beTerminal({ isTTY: true, columns: 80 });
  process.env['TERM'] = 'xterm';
});

afterEach(() => {
  beTerminal({ isTTY, columns });
  process.env['TERM'] = TERM;
  if (TERM === undefined) delete process.env['TERM'];
  jest.resetModules();
});

/** Loaded anew: nothing is drawn yet, and nothing guards standard error. */
const sendProgress: typeof SendProgress = (show) =>
  require('../../lib/cli/printers/progress.js').sendProgress(show);
const say: typeof Say = (line) => require('../../lib/cli/printers/standard-error.js').say(line);

const line = (sent: number, elapsedMs: number) =>
  progressLine({ sent, total: 5000 }, elapsedMs, 79);

test('half a second after the start a bar is drawn, then ten times a second, and ends with its line', () => {
  const progress = sendProgress('auto');
  now += 499;
  progress.update({ sent: 10, total: 5000 });
  expect(said).toEqual([]);
  now += 1;
  progress.update({ sent: 1000, total: 5000 });
  now += 99;
  progress.update({ sent: 2000, total: 5000 });
  expect(said).toEqual([`\r${line(1000, 500)}`]);
  now += 1;
  progress.update({ sent: 2500, total: 5000 });
  now += 50;
  progress.update({ sent: 5000, total: 5000 });
  progress.stop();
  progress.stop();
  expect(said.slice(1)).toEqual([`\r${line(2500, 600)}`, `\r${line(5000, 650)}`, '\n']);
});

test('a send that is over before that leaves nothing', () => {
  const progress = sendProgress('auto');
  now += 499;
  progress.update({ sent: 5000, total: 5000 });
  now += 10_000;
  progress.stop();
  expect(said).toEqual([]);
});

test.each<[string, ShowProgress, boolean, string, number]>([
  ['where it is not wanted', 'never', true, 'xterm', 5000],
  ['where there is no terminal', 'auto', false, 'xterm', 5000],
  ['on a dumb terminal', 'auto', true, 'dumb', 5000],
  ['of no bytes', 'auto', true, 'xterm', 0],
  ['of no bytes, always', 'always', true, 'xterm', 0],
])('nothing is shown %s', (_, show, isTTY, term, total) => {
  beTerminal({ isTTY });
  process.env['TERM'] = term;
  const progress = sendProgress(show);
  now += 10_000;
  progress.update({ sent: 0, total });
  progress.stop();
  expect(said).toEqual([]);
});

test('always is from the first moment on', () => {
  const progress = sendProgress('always');
  progress.update({ sent: 0, total: 5000 });
  expect(said).toEqual([`\r${line(0, 0)}`]);
});

test.each([
  ['without a terminal', false, 'xterm'],
  ['on a dumb terminal', true, 'dumb'],
])('always %s is a line a second, and one at the end', (_, isTTY, term) => {
  beTerminal({ isTTY });
  process.env['TERM'] = term;
  const progress = sendProgress('always');
  progress.update({ sent: 0, total: 5000 });
  now += 999;
  progress.update({ sent: 1000, total: 5000 });
  now += 1;
  progress.update({ sent: 2500, total: 5000 });
  now += 500;
  progress.update({ sent: 5000, total: 5000 });
  progress.stop();
  progress.stop();
  expect(said).toEqual([
    '  0%, 0/5000 bytes\n',
    ' 50%, 2500/5000 bytes, 20.0 kbit/s, 1s left\n',
    '100%, 5000/5000 bytes, 26.7 kbit/s, 0s left\n',
  ]);
});

test('what is said meanwhile has a line of its own, and the bar goes on behind it', () => {
  const progress = sendProgress('always');
  progress.update({ sent: 0, total: 5000 });
  say('a warning');
  now += 100;
  progress.update({ sent: 2500, total: 5000 });
  progress.stop();
  say('an error');
  const first = line(0, 0);
  expect(said).toEqual([
    `\r${first}`,
    `\r${' '.repeat(first.length)}\r`,
    'a warning\n',
    `\r${line(2500, 100)}`,
    '\n',
    'an error\n',
  ]);
});

test('a shorter line covers the longer one before it', () => {
  const progress = sendProgress('always');
  progress.update({ sent: 0, total: 5000 });
  const { length } = said[0] as string;
  beTerminal({ isTTY: true, columns: 30 });
  now += 100;
  progress.update({ sent: 2500, total: 5000 });
  expect(said[1]).toHaveLength(length);
  expect(said[1]?.trimEnd()).toBe(`\r${progressLine({ sent: 2500, total: 5000 }, 100, 29)}`);
});

test('a terminal of unknown width has 80 columns', () => {
  beTerminal({ isTTY: true, columns: 0 });
  sendProgress('always').update({ sent: 2500, total: 5000 });
  expect(said).toEqual([`\r${line(2500, 0)}`]);
});

test('a line has a bar, percentage, bytes, rate and the time left, as far as there is room', () => {
  const at = (columns: number) => progressLine({ sent: 2500, total: 5000 }, 1000, columns);
  const facts = ' 50% | 2500/5000 bytes | 20.0 kbit/s | 1s left';
  expect(at(200)).toBe(`[${'#'.repeat(20)}${'.'.repeat(20)}] ${facts}`);
  expect(at(79)).toBe(`[${'#'.repeat(15)}${'.'.repeat(15)}] ${facts}`);
  expect(at(57)).toBe(`[####....] ${facts}`);
  expect(at(56)).toBe(facts);
  expect(at(45)).toBe(' 50% | 2500/5000 bytes | 20.0 kbit/s');
  expect(at(25)).toBe(' 50% | 2500/5000 bytes');
  expect(at(12)).toBe(' 50%');
  expect(at(3)).toBe(' 50');
});

test.each([0, 1, 10, 20, 40, 60, 79, 120])('a line fits %d columns', (columns) => {
  for (const sent of [0, 1, 2 ** 26 - 1, 2 ** 26]) {
    for (const elapsed of [0, 1, 1e9]) {
      const { length } = progressLine({ sent, total: 2 ** 26 }, elapsed, columns);
      expect(length).toBeLessThanOrEqual(columns);
    }
  }
});

test('only what is done is 100%', () => {
  expect(line(4999, 1000)).toContain('.]  99% |');
  expect(line(5000, 1000)).toContain('#] 100% |');
});

test('what is not done takes a second at least', () => {
  expect(line(4999, 1000)).toContain('| 1s left');
  expect(line(5000, 1000)).toContain('| 0s left');
});

test.each([
  [0, '0s'],
  [999, '0s'],
  [1000, '1s'],
  [59_999, '59s'],
  [60_000, '1m00s'],
  [723_000, '12m03s'],
  [3_600_000, '1h00m'],
  [86_399_000, '23h59m'],
  [187_200_000, '2d04h'],
])('%d ms are %s', (ms, text) => {
  expect(shortDuration(ms)).toBe(text);
});

test('a bar ends where its terminal does: with no error of ours', () => {
  const before = process.stderr.listenerCount('error');
  sendProgress('always').update({ sent: 1, total: 2 });
  expect(process.stderr.listenerCount('error')).toBe(before + 1);
});
