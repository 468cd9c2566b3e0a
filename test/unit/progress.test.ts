// When a bar is shown, and what it says.
import type { sendProgress as SendProgress } from '../../lib/cli/printers/progress.js';
import { keepStandardError } from '../support/standard-error.js';

const said = keepStandardError();
const wasTerminal = process.stderr.isTTY;
let now: number;

function beTerminal(isTTY: boolean): void {
  Object.defineProperty(process.stderr, 'isTTY', { value: isTTY, configurable: true });
}

beforeEach(() => {
  now = 1000;
  jest.spyOn(process.hrtime, 'bigint').mockImplementation(() => BigInt(now) * 1_000_000n);
  beTerminal(true);
});

afterEach(() => {
  beTerminal(wasTerminal);
  jest.resetModules();
});

/** Loaded anew: nothing guards standard error yet. */
const sendProgress: typeof SendProgress = (wanted) =>
  require('../../lib/cli/printers/progress.js').sendProgress(wanted);

/** What the next bars are told. */
function watchBars(): unknown[] {
  const told: unknown[] = [];
  jest.doMock('cli-progress', () => ({
    Presets: { shades_classic: {} },
    SingleBar: class {
      constructor({ format, stream, hideCursor }: Record<string, unknown>) {
        told.push(['new', format, stream === process.stderr, hideCursor]);
      }
      start = (...args: unknown[]) => told.push(['start', ...args]);
      update = (...args: unknown[]) => told.push(['update', ...args]);
      stop = () => told.push(['stop']);
    },
  }));
  return told;
}

const made = [
  'new',
  '{bar} {percentage}% | {value}/{total} bytes | {rate} kbit/s | {eta_formatted} left',
  true,
  true,
];

test('half a second after the start a bar is shown, with bytes and rate', () => {
  const told = watchBars();
  const progress = sendProgress(true);
  now += 499;
  progress.update({ sent: 10, total: 5000 });
  expect(told).toEqual([]);
  now += 1;
  progress.update({ sent: 1000, total: 5000 });
  now += 500;
  progress.update({ sent: 2500, total: 5000 });
  expect(told).toEqual([
    made,
    ['start', 5000, 0, { rate: '0' }],
    ['update', 1000, { rate: '16.0' }],
    ['update', 2500, { rate: '20.0' }],
  ]);
  progress.stop();
  progress.stop();
  expect(told.slice(4)).toEqual([['stop']]);
});

test.each([
  ['that is not wanted', false, true, 5000],
  ['that no terminal would show', true, false, 5000],
  ['of no bytes', true, true, 0],
])('no bar is shown %s', (_, wanted, isTTY, total) => {
  const told = watchBars();
  beTerminal(isTTY);
  const progress = sendProgress(wanted);
  now += 10_000;
  progress.update({ sent: 0, total });
  progress.stop();
  expect(told).toEqual([]);
});

test('a bar ends where its terminal does: with no error of ours', () => {
  watchBars();
  const before = process.stderr.listenerCount('error');
  const progress = sendProgress(true);
  now += 500;
  progress.update({ sent: 1, total: 2 });
  expect(process.stderr.listenerCount('error')).toBe(before + 1);
  expect(said).toEqual([]);
});
