// --trace: bits as they come, on standard error.
import type { tracePrinter as TracePrinter } from '../../lib/cli/printers/trace.js';
import type { BitEvent, RecordedEvent, WordEvent } from '../../lib/recording/format.js';
import { keepStandardError } from '../support/standard-error.js';

const said = keepStandardError();
const { isTTY } = process.stderr;
const { TERM } = process.env;

function beTerminal(value: boolean): void {
  Object.defineProperty(process.stderr, 'isTTY', { value, configurable: true });
}

beforeEach(() => {
  process.env['TERM'] = 'xterm';
  beTerminal(false);
});

afterEach(() => {
  beTerminal(isTTY);
  process.env['TERM'] = TERM;
  if (TERM === undefined) delete process.env['TERM'];
  jest.resetModules();
});

/** Loaded anew: nothing is drawn yet. */
const tracePrinter: typeof TracePrinter = (dialect) =>
  require('../../lib/cli/printers/trace.js').tracePrinter(dialect);

const signal = {
  way: 'in',
  signal: 'SIGUSR1',
  code: 'SI_TKILL',
  pid: 77,
  uid: 0,
  thread: 5,
} as const;

function bit(at: number, one: number, more: Partial<BitEvent> = {}): BitEvent {
  const place = { session: 1, message: 2, frame: 0, grant: 3 };
  const where = { at, byte: at >> 3, bit: at & 7 };
  const t = at * 7000;
  return { ...signal, is: 'bit', t, ...place, ...where, one: one as 0 | 1, ...more };
}

/** Of a byte, from its `from`-th on. */
const bits = (byte: number, value: string, from = 0) =>
  [...value].map((one, i) => bit(8 * byte + from + i, Number(one)));

const lines = () => said.join('').split('\n').slice(0, -1);

test('a byte is a line: whose, where, its bits, the character, how fast', () => {
  tracePrinter().take([...bits(0, '01101000'), ...bits(1, '00001010')]);
  expect(lines().map((line) => line.replace(/ {2,}/g, '  '))).toEqual([
    '77  message 2, byte 0  0110 1000  h  7.0 µs a bit',
    '77  message 2, byte 1  0000 1010  \\x0a  7.0 µs a bit',
  ]);
});

test('without a terminal a byte is told when it is whole; on one it is drawn as its bits come', () => {
  const plain = tracePrinter();
  plain.take(bits(0, '011'));
  expect(said).toEqual([]);
  plain.take(bits(0, '01000', 3));
  expect(lines()).toHaveLength(1);

  said.length = 0;
  beTerminal(true);
  const drawn = tracePrinter();
  drawn.take(bits(0, '011'));
  expect(said.join('')).toMatch(/^\r77 {2}message 2, byte 0 +011\. \.\.\.\. *$/);
  said.length = 0;
  drawn.take([...bits(0, '01000', 3), ...bits(1, '1')]);
  expect(said.join('')).toMatch(
    / *\r77 {2}message 2, byte 0 .*0110 1000 {2}h .*\n\r77.*byte 1 +1\.\.\. \.\.\.\. *$/,
  );
  drawn.end();
  expect(said.at(-1)).toBe('\n');
});

test('by lanes bits come in any order', () => {
  const [first, second, ...others] = bits(0, '01101000') as [BitEvent, BitEvent, ...BitEvent[]];
  tracePrinter().take([...others, second, first]);
  expect(lines()).toEqual([expect.stringContaining('0110 1000  h')]);
});

test('a checksum is told as one, a bit that comes twice as such, one that is not counted apart', () => {
  const check = (i: number) => {
    const { byte: _, ...rest } = bit(i, 1);
    return { ...rest, check: 3 };
  };
  const { at: _, ...spare } = bit(0, 1, { spare: true });
  tracePrinter().take([
    spare,
    ...[0, 1, 2, 3, 4, 5, 6, 6, 7].map(check),
    ...bits(0, '0110100').map((each) => ({ ...each, pid: 78 })),
  ]);
  expect(lines()).toEqual([
    expect.stringMatching(/^77 {2}SIGUSR1 is not counted/),
    expect.stringMatching(/^77 {2}message 2, frame 0, checksum 3 .*1111 1111 .*one of them twice$/),
  ]);
});

test('a data word is a line: its bytes that are the message has', () => {
  const word: WordEvent = {
    ...signal,
    is: 'word',
    t: 1,
    session: 1,
    message: 2,
    frame: 0,
    grant: 3,
    at: 24,
    byte: 24,
    bytes: 3,
    data: `${Buffer.from('a\u001bc').toString('hex')}01020304`,
  };
  const { byte: _, bytes: __, ...checksum } = word;
  tracePrinter().take([word, { ...checksum, data: '01020304' }]);
  expect(lines().map((line) => line.replace(/ {2,}/g, '  '))).toEqual([
    '77  message 2, bytes 24 to 26  a\\x1bc',
    '77  message 2, frame 0, checksum 24 to 27  \\x01\\x02\\x03\\x04',
  ]);
});

test('strays stand between, the same ones together; what is sent, and control words, do not', () => {
  const stray: RecordedEvent = { ...signal, is: 'signal', t: 1, code: 'SI_USER', stray: true };
  const printer = tracePrinter();
  printer.take([
    ...bits(0, '0110100'),
    stray,
    stray,
    stray,
    { ...stray, pid: 9, uid: 1000 },
    { ...signal, is: 'wait', t: 2, session: 1 },
    { ...signal, is: 'ack', t: 2, way: 'out', session: 1, grant: 3, count: 7 },
    bit(7, 0),
  ]);
  expect(lines()).toEqual([
    '77  stray: SIGUSR1 (SI_USER), uid 0, 3 times',
    '9  stray: SIGUSR1 (SI_USER), uid 1000',
    expect.stringContaining('0110 1000'),
  ]);
  said.length = 0;
  printer.take([{ is: 'unrecorded', t: 3, count: 12 }]);
  expect(lines()).toEqual(['12 signals came too fast to be shown']);
});

test('in a dialect eight signals are a line, as that has its bits', () => {
  const step = (signo: number) =>
    ({ ...signal, is: 'step', t: 0, signal: `SIGUSR${signo}`, code: 'SI_USER' }) as const;
  // h, the least significant first, SIGUSR1 for a 1.
  const steps = [...'00010110'].map((one) => step(one === '1' ? 1 : 2));
  tracePrinter({ one: 'usr1', order: 'lsb' }).take([...steps, step(1)]);
  expect(lines()).toEqual([expect.stringMatching(/^77 {2}signals 1 to 8 +0110 1000 {2}h /)]);
});

test('at the end a byte that is not whole is told, and drawn no more', () => {
  beTerminal(true);
  const printer = tracePrinter();
  printer.take(bits(0, '011'));
  said.length = 0;
  printer.take([{ is: 'end', t: 5 }]);
  expect(said.at(-1)).toMatch(/\n$/);
  expect(lines().map((line) => line.replace(/^ *\r| *\r/g, ''))).toEqual([
    expect.stringMatching(/^77 {2}message 2, byte 0 +011\. \.\.\.\.$/),
  ]);
});
