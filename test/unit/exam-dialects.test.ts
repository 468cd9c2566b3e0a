// How exam tells a dialect from the signals that it saw, and what became of a text.
import { createDecoder } from '../../lib/dialects/decode.js';
import type { Signal } from '../../lib/dialects/dialect.js';
import { encode, signalOfStep } from '../../lib/dialects/encode.js';
import { parseDialect } from '../../lib/dialects/parse.js';
import { compare } from '../../lib/exam/inside/compare.js';
import { answeringOf } from '../../lib/exam/inside/dialect/answers.js';
import { framingOf, framingsOf, nearlyFramingOf } from '../../lib/exam/inside/dialect/framings.js';
import { TEXT } from '../../lib/exam/inside/dialect/investigation.js';
import { mixtureIn } from '../../lib/exam/inside/mixture.js';
import { specs } from '../support/peers.js';

const framings = framingsOf(TEXT);

function signalsOf(spec: string): Signal[] {
  const steps = [...encode(parseDialect(spec), Buffer.from(TEXT))].flatMap((piece) => [...piece]);
  return steps.map(signalOfStep);
}

test('each framing makes other signals of the text', () => {
  const all = new Map<string, string[]>();
  for (const { dialect, signals } of framings) {
    const key = signals.join('');
    all.set(key, [...(all.get(key) ?? []), JSON.stringify(dialect)]);
  }
  expect([...all.values()].filter((same) => same.length > 1)).toEqual([]);
  expect(all.size).toBe(280);
});

describe.each(Object.values(specs))('%s', (spec) => {
  const dialect = parseDialect(spec);
  const signals = signalsOf(spec);

  test('its framing is found', () => {
    const { order, one, length, end } = dialect;
    expect(framingOf(framings, signals)?.dialect).toMatchObject({ order, one, length, end });
  });

  test('its answers are', () => {
    const decoder = createDecoder(dialect, 100);
    const answers = signals.map((signal) => {
      const { answers, confirmations = [] } = decoder.take(signal);
      return [...answers, ...confirmations];
    });
    const { handshake, ack, byte, final } = dialect;
    const found = answeringOf(dialect, signals, answers);
    expect(found).toEqual({ handshake, ack, byte, final });
  });

  test.each([
    ['twice', 1],
    ['never', -1],
  ])('a signal that comes %s is told', (_often, extra) => {
    const at = Math.floor(signals.length / 2);
    const bad =
      extra === 1
        ? [...signals.slice(0, at), ...signals.slice(at - 1)]
        : [...signals.slice(0, at), ...signals.slice(at + 1)];
    expect(framingOf(framings, bad)).toBeUndefined();
    expect(nearlyFramingOf(framings, bad)?.extra).toBe(extra);
  });
});

test('signals too many are told where two others have changed places, too', () => {
  const signals = signalsOf(specs.classic);
  const at = signals.findIndex((signal, i) => i > 30 && signal === 2 && signals[i + 1] === 1);
  const bad = [...signals.slice(0, 20), ...signals.slice(14, at), 1 as const, 2 as const].concat(
    signals.slice(at + 2),
  );
  const { extra, framing } = nearlyFramingOf(framings, bad) ?? {};
  expect(extra).toBe(6);
  expect(framing?.dialect).toMatchObject({ order: 'msb', one: 'usr2', end: 'nul' });
});

/** The text after `change` of its bits, most significant first. */
function withBits(text: string, change: (bits: string) => string): Buffer {
  const bits = change(
    [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, '0')).join(''),
  );
  return Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
}

const text = 'Hello, world, and all';

test.each([
  ['a bit was lost', (bits: string) => bits.slice(0, 43) + bits.slice(44)],
  ['a bit was counted twice', (bits: string) => bits.slice(0, 43) + bits.slice(42)],
])('%s: said so', (cause, change) => {
  const { isSame, cause: said } = compare(Buffer.from(text), withBits(text, change));
  expect(isSame).toBe(false);
  expect(said).toMatch(cause);
});

test('what was printed is compared without the newlines around it', () => {
  const expected = Buffer.from(text);
  expect(compare(expected, Buffer.from(`${text}\n`)).isSame).toBe(true);
  expect(compare(Buffer.alloc(0), Buffer.from('\n')).isSame).toBe(true);
  expect(compare(expected, Buffer.from('\n')).seen).toBe('nothing was printed');
  expect(compare(expected, Buffer.from('Hello\n')).seen).toBe('only 5 of 21 bytes were printed');
});

const texts = ['<one: abc>', '<two: abc>'];

test.each([
  ['both', '<one: abc>\n<two: abc>\n', undefined],
  ['a text that was cut off', '<one: a<two: abc>\n', undefined],
  ['a text within another', '<one: <two: abc>abc>', 'abc>'],
  ['bytes that are of none', '<one: abc>\u0001\u0002', '\u0001\u0002'],
  ['a text with a wrong byte', '<one: aXc>', '<one: aXc>'],
])('two texts, and %s: whether they are mixed', (_name, printed, mixed) => {
  expect(mixtureIn(Buffer.from(printed), texts, texts)?.toString()).toBe(mixed);
});

test('a text that its client calls whole may not be cut off', () => {
  expect(mixtureIn(Buffer.from('<one: a'), texts, ['<two: abc>'])?.toString()).toBe('<one: a');
});
