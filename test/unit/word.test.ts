import fc from 'fast-check';
import {
  decode,
  encode,
  Kind,
  modeOf,
  offerKind,
  VERSION,
  type Word,
} from '../../lib/minitalk/wire/word.js';

const number = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 });
const session = fc.integer({ min: 1, max: 2 ** 20 - 1 });

const words: fc.Arbitrary<Word> = fc.oneof(
  fc.record({ kind: fc.constant(Kind.open), session, version: number(4), thread: number(32) }),
  fc.record({
    kind: fc.constantFrom(Kind.offer, Kind.offerWords, Kind.offerBurst),
    session,
    message: number(8),
    length: number(32),
  }),
  fc.record({
    kind: fc.constant(Kind.query),
    session,
    question: number(12),
    grant: number(12),
    count: fc.constantFrom(0, 0x8fff, 0xc001, 0xb003),
  }),
  fc.record({ kind: fc.constant(Kind.restart), session, grant: number(12) }),
  fc.record({ kind: fc.constant(Kind.close), session, attempt: number(8), thread: number(32) }),
  fc.record({ kind: fc.constant(Kind.closed), session, attempt: number(8) }),
  fc.record({
    kind: fc.constant(Kind.welcome),
    session,
    version: number(4),
    burstSignal: number(7),
    newSession: number(20),
  }),
  fc.record({
    kind: fc.constant(Kind.grant),
    session,
    message: number(8),
    grant: number(12),
    place: number(12),
    frame: number(8),
  }),
  fc.record({ kind: fc.constant(Kind.wait), session, message: number(8) }),
  fc.record({ kind: fc.constant(Kind.delivered), session, message: number(8) }),
  fc.record({ kind: fc.constant(Kind.refused), session, message: number(8), reason: number(8) }),
);

test('every word survives the way through 64 bits', () => {
  fc.assert(
    fc.property(words, (word) => {
      const { high, low } = encode(word);
      expect(decode(high, low)).toEqual(word);
    }),
    { numRuns: 1000 },
  );
});

test('what decodes encodes to the same 64 bits: no two values mean one word', () => {
  fc.assert(
    fc.property(number(32), number(32), (high, low) => {
      const word = decode(high, low);
      if (word !== undefined) expect(encode(word)).toEqual({ high, low });
    }),
    { numRuns: 5000 },
  );
});

test('a word has its kind in the top four bits and its session in the next twenty', () => {
  expect(encode({ kind: Kind.offer, session: 0x12345, message: 0x67, length: 0x89abcdef })).toEqual(
    {
      high: 0x21234567,
      low: 0x89abcdef,
    },
  );
});

test('small values that other programs queue are strays', () => {
  for (const low of [0, 1, 42, 0xffffffff]) expect(decode(0, low)).toBeUndefined();
});

test('this is version 1', () => expect(VERSION).toBe(1));

test.each(Object.entries(offerKind))('an OFFER in %s mode says so', (mode, kind) => {
  expect(modeOf(kind)).toBe(mode);
});

test('a session of 0 is nobody: no word', () => {
  for (const kind of Object.values(Kind)) expect(decode((kind << 28) >>> 0, 0)).toBeUndefined();
});

test('a QUERY says by which way data come: without lanes, or by lanes with bits, 8 or 24 bytes each', () => {
  const head = ((Kind.query << 28) | (5 << 8)) >>> 0;
  const isQuery = (count: number) => decode(head, (7 << 16) | count)?.kind === Kind.query;
  const ways = [0, 0x8fff, 0xc001, 0x9000, 0xb000, 0xf000];
  expect(ways.map(isQuery)).toEqual(ways.map(() => true));
  expect([0x0001, 0x4000, 0x7000, 0xa000, 0xe000].some(isQuery)).toBe(false);
});

// The bits that must be zero, of the high half and of the low one: docs/protocol.md, section 2.
test.each([
  ['open', 0x0f, 0],
  ['query', 0, 0x7fff],
  ['restart', 0xff, 0xf000ffff],
  ['welcome', 0x0f, 0xf8000000],
  ['wait', 0, 0x7fffffff],
  ['delivered', 0, 0xffffffff],
  ['refused', 0, 0x00ffffff],
  ['closed', 0, 0xffffffff],
] as const)('%s has bits that must be zero, each of them', (name, high, low) => {
  const head = ((Kind[name] << 28) | (5 << 8)) >>> 0;
  expect(decode(head, 0)).toMatchObject({ kind: Kind[name], session: 5 });
  for (let bit = 0; bit < 32; bit += 1) {
    const mask = (1 << bit) >>> 0;
    const inHigh = (high & mask) !== 0;
    const inLow = (low & mask) !== 0;
    if (bit < 8) expect(decode((head | mask) >>> 0, 0) === undefined).toBe(inHigh);
    expect(decode(head, mask) === undefined).toBe(inLow);
  }
});
