import fc from 'fast-check';
import { createDecoder, plainAnswers, type Reaction } from '../../lib/dialects/decode.js';
import { type Dialect, tellsDelivery, tellsEnd } from '../../lib/dialects/dialect.js';
import {
  awaitedOf,
  encode,
  type Step,
  signalOfStep,
  stepCount,
} from '../../lib/dialects/encode.js';
import { parseDialect } from '../../lib/dialects/parse.js';
import { presets } from '../../lib/dialects/presets.js';
import { carries, dialects, texts } from '../support/dialects.js';

const MAX_MESSAGE = 1 << 20;

const stepsOf = (dialect: Dialect, text: Uint8Array): Step[] =>
  [...encode(dialect, text)].flatMap((piece) => [...piece]);

/** What a server makes of each step. */
function reactionsTo(dialect: Dialect, steps: readonly Step[], maxMessage = MAX_MESSAGE) {
  const decoder = createDecoder(dialect, maxMessage);
  const reactions = steps.map((step) => decoder.take(signalOfStep(step)));
  return { decoder, reactions };
}

function textOf(dialect: Dialect, steps: readonly Step[]): Uint8Array | undefined {
  const { decoder, reactions } = reactionsTo(dialect, steps);
  return tellsEnd(dialect) ? reactions.at(-1)?.message : decoder.finish();
}

/** Dialects with a text that they carry. */
const spoken = fc
  .tuple(dialects, texts)
  .map(([dialect, bytes]) => [dialect, Uint8Array.from(bytes)] as const)
  .filter(([dialect, text]) => carries(dialect, text));

test('what is encoded is decoded, wherever the dialect can carry it', () => {
  fc.assert(
    fc.property(spoken, ([dialect, text]) => {
      expect(textOf(dialect, stepsOf(dialect, text))).toEqual(text);
    }),
    { numRuns: 500 },
  );
});

test.each(presets.map(({ name, dialect }) => [name, dialect] as const))(
  '%s carries Unicode, and a long text',
  (_name, dialect) => {
    const text = Buffer.from('Grüße, 世界 👋 '.repeat(700));
    const steps = stepsOf(dialect, text);
    expect(steps).toHaveLength(stepCount(dialect, text.length));
    expect(Buffer.from(textOf(dialect, steps) as Uint8Array).equals(text)).toBe(true);
  },
);

test('messages follow each other: no bit of one is left to the next', () => {
  fc.assert(
    fc.property(spoken, fc.integer({ min: 2, max: 4 }), ([dialect, text], times) => {
      fc.pre(tellsEnd(dialect));
      const steps = Array.from({ length: times }, () => stepsOf(dialect, text)).flat();
      const { reactions } = reactionsTo(dialect, steps);
      const messages = reactions.flatMap(({ message }) => message ?? []);
      expect(messages).toEqual(Array.from({ length: times }, () => text));
    }),
  );
});

const saidBy = ({ answers, confirmations = [] }: Reaction) => [...answers, ...confirmations];

test('a server answers by all that the client awaits, and by nothing else but the signal after bytes', () => {
  fc.assert(
    fc.property(spoken, ([dialect, text]) => {
      const steps = stepsOf(dialect, text);
      const { reactions } = reactionsTo(dialect, steps);
      const extra: number[] = dialect.byte === 'usr1' ? [1] : dialect.byte === 'usr2' ? [2] : [];
      for (const [i, step] of steps.entries()) {
        const said = new Set<number>(saidBy(reactions[i] as Reaction));
        const awaited = new Set<number>(awaitedOf(step));
        if (!tellsEnd(dialect) && i === steps.length - 1) break; // nobody knows that it is the last
        for (const signal of awaited) expect(said).toContain(signal);
        for (const signal of said) expect([...awaited, ...extra]).toContain(signal);
      }
    }),
    { numRuns: 500 },
  );
});

test('so many signals as are called plain get the plain acknowledgement', () => {
  fc.assert(
    fc.property(spoken, ([dialect, text]) => {
      const decoder = createDecoder(dialect, MAX_MESSAGE);
      let plain = 0;
      fc.pre(dialect.ack?.of === 'bit' && dialect.byte === undefined);
      for (const step of stepsOf(dialect, text)) {
        plain = Math.max(plain, decoder.plain);
        const signal = signalOfStep(step);
        const { answers } = decoder.take(signal);
        if (plain > 0) expect(answers).toEqual(plainAnswers(dialect, signal, false));
        plain -= 1;
      }
    }),
    { numRuns: 300 },
  );
});

test('what a dialect cannot carry is refused before the first signal', () => {
  expect(() => encode(parseDialect('end=nul'), Buffer.from('a\0b'))).toThrow(
    expect.objectContaining({ code: 'EILSEQ', message: expect.stringContaining('NUL at byte 1') }),
  );
  expect(() => encode(parseDialect('seed'), Buffer.from('ab\n'))).toThrow(
    expect.objectContaining({
      code: 'EILSEQ',
      message: expect.stringContaining('newline at byte 2'),
    }),
  );
  expect(() => encode(parseDialect('paced-endless'), Buffer.alloc(0))).toThrow(
    expect.objectContaining({ code: 'EILSEQ', message: expect.stringContaining('empty') }),
  );
});

test('a text too long for its length is refused', () => {
  // As long as that, and without its bytes.
  const text = Object.create(Uint8Array.prototype, { length: { value: 2 ** 32 - 1 } });
  text.indexOf = () => -1;
  expect(() => encode(parseDialect('length=32:nul'), text)).toThrow(
    expect.objectContaining({ code: 'EMSGSIZE' }),
  );
});

test('what no client of the dialect sends is a fault, and the next message begins anew', () => {
  const cases: [string, Step[], RegExp][] = [
    ['handshake=usr1:usr1', [2], /handshake/],
    ['handshake=nul', stepsOf(parseDialect('end=nul'), Buffer.from('a')), /not with a NUL/],
    ['length=64', stepsOf(parseDialect('length=64:repeats'), Buffer.from('a')), /upper half/],
    ['length=32:nul', stepsOf(parseDialect('length=32'), Buffer.alloc(0)), /counts no NUL/],
  ];
  for (const [spec, steps, why] of cases) {
    const dialect = parseDialect(spec);
    const decoder = createDecoder(dialect, MAX_MESSAGE);
    const faults: string[] = [];
    for (const step of steps) {
      const { fault } = decoder.take(signalOfStep(step));
      if (fault === undefined) continue;
      faults.push(fault);
      break;
    }
    expect(faults).toEqual([expect.stringMatching(why)]);
    const again = stepsOf(dialect, Buffer.from('b')).map((step) =>
      decoder.take(signalOfStep(step)),
    );
    expect(again.at(-1)?.message).toEqual(Uint8Array.from(Buffer.from('b')));
  }
});

test.each([
  ['length=32', 31], // with the length
  ['end=nul', 31], // with the byte that is too many
])('a text longer than the server takes is a fault: %s', (spec, at) => {
  const dialect = parseDialect(spec);
  const { reactions } = reactionsTo(dialect, stepsOf(dialect, Buffer.from('abcd')), 3);
  expect(reactions.findIndex(({ fault }) => fault !== undefined)).toBe(at);
  expect(reactions[at]?.fault).toMatch(/ 3/);
});

test('a server says of a message that it is there where the dialect has a signal for it', () => {
  const tells = (spec: string) => tellsDelivery(parseDialect(spec));
  expect(tells('ack=none')).toBe(false);
  expect(tells('ack=bit:usr1:notlast')).toBe(false);
  expect(tells('ack=bit:usr1')).toBe(true);
  expect(tells('ack=bit:usr1:notlast,final=usr2')).toBe(true);
  expect(tells('ack=message:usr1')).toBe(true);
});
