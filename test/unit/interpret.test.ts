// What a traced signal meant, by what its conversation has said.
import { constants } from 'node:os';
import fc from 'fast-check';
import { NO_PLACE, Traced } from '../../lib/binding/trace.js';
import { encode, Kind, type Word } from '../../lib/minitalk/wire/word.js';
import { parseEvent } from '../../lib/recording/check.js';
import { type Conversing, Interpreter } from '../../lib/recording/interpret.js';
import { type Traced as TracedSignal, traceBatch } from '../support/trace-batch.js';

const { SIGUSR1, SIGUSR2, SIGTERM } = constants.signals;
const SI_USER = 0;
const SI_QUEUE = -1;
const SI_TKILL = -6;
const START = 5_000_000_000_123n;
const PEER = 77;
const SESSION = 4321;
const GRANT = 9;

/** Of a server, of whom `captured` and `sent` come to pass. */
class Seen {
  readonly #interpreter: Interpreter;

  constructor(conversing: Conversing = 'protocol') {
    this.#interpreter = new Interpreter(START, () => conversing);
  }

  signal(event: Omit<TracedSignal, 'time'> & { readonly t?: number }): Record<string, unknown> {
    const batch = traceBatch([{ pid: PEER, ...event, time: START + BigInt(event.t ?? 0) }]);
    return { ...this.#interpreter.event(batch, 0) };
  }

  word(word: Word, kind: number = Traced.signal, pid = PEER): Record<string, unknown> {
    return this.signal({ kind, signo: SIGUSR2, code: SI_QUEUE, ...encode(word), pid });
  }

  /** A message is offered, and its frame granted. */
  offer(length: number, { message = 1, frame = 0, grant = GRANT, kind = Kind.offer } = {}): void {
    this.word({ kind: kind as typeof Kind.offer, session: SESSION, message, length });
    this.grant(message, frame, grant);
  }

  grant(message: number, frame: number, grant = GRANT): Record<string, unknown> {
    const word = { kind: Kind.grant, session: SESSION, message, grant, place: 0 };
    return this.word({ ...word, frame: frame & 0xff }, Traced.sent);
  }

  bit(at: number, { one = 0, lane = -1, kind = Traced.data as number, grant = GRANT } = {}) {
    return this.signal({
      kind,
      signo: one ? SIGUSR2 : SIGUSR1,
      code: SI_TKILL,
      data: 1 + (grant | (at << 12)),
      ...(lane < 0 ? {} : { lane }),
    });
  }

  dataWord(
    number: number,
    payload: Uint8Array,
    { ask = false, kind = Traced.data as number } = {},
  ) {
    const eights = payload.length / 8;
    const data = ((eights << 29) | (Number(ask) << 28) | (GRANT << 16) | number) >>> 0;
    return this.signal({ kind, signo: SIGUSR1, code: SI_QUEUE, data, payload });
  }
}

test('an event tells when, which way, what and whose', () => {
  const seen = new Seen('no');
  expect(
    seen.signal({
      kind: Traced.signal,
      signo: SIGTERM,
      code: SI_USER,
      uid: 1000,
      thread: 12,
      t: 345,
    }),
  ).toEqual({
    t: 345,
    way: 'in',
    signal: 'SIGTERM',
    code: 'SI_USER',
    pid: PEER,
    uid: 1000,
    thread: 12,
    is: 'signal',
  });
  expect(
    seen.signal({ kind: Traced.sent, signo: SIGTERM, code: SI_USER, uid: 1, t: 2 ** 40 }),
  ).toEqual({
    t: 2 ** 40,
    way: 'out',
    signal: 'SIGTERM',
    code: 'SI_USER',
    pid: PEER,
    error: 'EPERM',
    is: 'signal',
  });
  // Nobody told the uid.
  expect(
    seen.signal({ kind: Traced.signal, signo: SIGTERM, code: SI_USER, uid: -1 }),
  ).not.toHaveProperty('uid');
});

test('a bit belongs to a bit of a byte of a message, or of a checksum', () => {
  const seen = new Seen();
  seen.offer(2);
  const place = { is: 'bit', session: SESSION, message: 1, frame: 0, grant: GRANT };
  expect(seen.bit(0, { one: 1 })).toMatchObject({ ...place, one: 1, at: 0, byte: 0, bit: 0 });
  expect(seen.bit(15, { lane: 3 })).toMatchObject({ one: 0, at: 15, byte: 1, bit: 7, lane: 3 });
  expect(seen.bit(16)).toMatchObject({ at: 16, check: 0, bit: 0 });
  expect(seen.bit(47)).toMatchObject({ at: 47, check: 3, bit: 7 });
  expect(seen.bit(16)).not.toHaveProperty('byte');
});

test('the checksum of a message of several frames is no byte of it', () => {
  const seen = new Seen();
  seen.offer(1023); // one frame
  expect(seen.bit(8 * 1023)).toMatchObject({ check: 0 });
  seen.offer(1025, { message: 2 });
  expect(seen.bit(8 * 1024)).toMatchObject({ frame: 0, check: 0 }); // no byte of the next frame
  seen.grant(2, 1);
  expect(seen.bit(0)).toMatchObject({ frame: 1, byte: 1024, bit: 0 });
  expect(seen.bit(8)).toMatchObject({ frame: 1, check: 0, bit: 0 }); // the message's
  expect(seen.bit(40)).toMatchObject({ frame: 1, check: 4, bit: 0 }); // the frame's
});

test('a GRANT tells the last eight bits of the number of its frame', () => {
  const seen = new Seen();
  seen.offer(1024 * 1000);
  for (const frame of [1, 200, 255, 256, 257, 500, 755, 999]) {
    expect(seen.grant(1, frame)).toMatchObject({ is: 'grant', frame });
    expect(seen.bit(3)).toMatchObject({ frame, byte: 1024 * frame });
  }
});

test('what comes to a place again is told, whatever grant it comes by; what is not counted is spare', () => {
  const seen = new Seen();
  seen.offer(20);
  expect(seen.bit(4)).not.toHaveProperty('again');
  expect(seen.bit(4, { kind: Traced.spare })).toMatchObject({ spare: true });
  expect(seen.bit(4)).toMatchObject({ again: true });
  seen.grant(1, 0, GRANT + 1);
  expect(seen.bit(4, { grant: GRANT + 1 })).toMatchObject({ again: true, grant: GRANT + 1 });
  expect(seen.bit(5, { grant: GRANT + 1 })).not.toHaveProperty('again');
  const spare = seen.bit(NO_PLACE, { kind: Traced.spare });
  expect(spare).toMatchObject({ is: 'bit', spare: true, grant: GRANT });
  expect(spare).not.toHaveProperty('at');
  // Another message by the same number.
  seen.word({ kind: Kind.delivered, session: SESSION, message: 1 }, Traced.sent);
  seen.offer(20);
  expect(seen.bit(4)).not.toHaveProperty('again');
});

test('a data word has its bytes of the frame', () => {
  const seen = new Seen();
  seen.offer(26, { kind: Kind.offerWords as never });
  const payload = Buffer.from(Array.from({ length: 24 }, (_, i) => i));
  expect(seen.dataWord(1, payload)).toMatchObject({
    is: 'word',
    message: 1,
    at: 0,
    byte: 0,
    bytes: 24,
    data: payload.toString('hex'),
  });
  const last = seen.dataWord(2, payload, { ask: true });
  // Two bytes of the message, and the checksum.
  expect(last).toMatchObject({ at: 24, byte: 24, bytes: 2, ask: true });
  expect(last['data']).toBe(payload.subarray(0, 6).toString('hex'));
  expect(seen.dataWord(2, payload, { kind: Traced.spare })).toMatchObject({ spare: true });
});

test('data whose grant was before the recording have a place in it, and no message', () => {
  const seen = new Seen();
  const bit = seen.bit(12, { one: 1 });
  expect(bit).toMatchObject({ is: 'bit', one: 1, at: 12, grant: GRANT });
  for (const unknown of ['message', 'frame', 'byte', 'session', 'again']) {
    expect(bit).not.toHaveProperty(unknown);
  }
  expect(seen.dataWord(3, Buffer.alloc(8, 7))).toMatchObject({ at: 16, data: '07'.repeat(8) });
});

test("a client's grants are those that it gets, a server's those that it gives", () => {
  const seen = new Seen();
  // We are its client, too, by another session and the same number of grant.
  const ours = { session: SESSION + 1, message: 5 };
  seen.word({ kind: Kind.offer, ...ours, length: 10 }, Traced.sent);
  seen.word({ kind: Kind.grant, ...ours, grant: GRANT, place: 0, frame: 0 });
  seen.offer(10);
  expect(seen.bit(0, { kind: Traced.sentData })).toMatchObject({ way: 'out', ...ours });
  expect(seen.bit(0)).toMatchObject({ way: 'in', session: SESSION, message: 1 });
});

test('replies and questions say what they count', () => {
  const seen = new Seen();
  const word = (kind: number, low: number) => ({
    high: ((kind << 28) | (SESSION << 8) | 0x12) >>> 0,
    low,
    code: SI_QUEUE,
  });
  const low = ((5 << 28) | (GRANT << 16) | 300) >>> 0;
  expect(
    seen.signal({ kind: Traced.sent, signo: SIGUSR1, ...word(Kind.ack, low & 0x0fffffff) }),
  ).toMatchObject({ is: 'ack', way: 'out', session: SESSION, grant: GRANT, count: 300 });
  expect(
    seen.signal({ kind: Traced.word, signo: SIGUSR2, ...word(Kind.answer, low) }),
  ).toMatchObject({ is: 'answer', question: 0x125, grant: GRANT, count: 300 });
  const query = seen.signal({
    kind: Traced.word,
    signo: SIGUSR2,
    ...word(Kind.query, (low & 0xffff0000) >>> 0),
  });
  expect(query).toMatchObject({ is: 'query', question: 0x125, grant: GRANT });
  expect(query).not.toHaveProperty('lanes');
  expect(query).not.toHaveProperty('late');
  // Nothing waited for it.
  expect(
    seen.signal({ kind: Traced.signal, signo: SIGUSR1, ...word(Kind.ack, low) }),
  ).toMatchObject({ is: 'ack', late: true });
  expect(
    seen.signal({
      kind: Traced.word,
      signo: SIGUSR2,
      ...word(Kind.query, (low & 0xffff0000) | 0x8000),
    }),
  ).toMatchObject({ is: 'query', lanes: true });
});

test('control words have their fields', () => {
  const seen = new Seen();
  expect(seen.word({ kind: Kind.open, session: 3, version: 1, thread: 99 })).toMatchObject({
    is: 'open',
    session: 3,
    version: 1,
    clientThread: 99,
    value: expect.stringMatching(/^0x1[\da-f]{15}$/),
  });
  expect(
    seen.word({ kind: Kind.offerBurst, session: 3, message: 2, length: 70_000 }),
  ).toMatchObject({ is: 'offer', message: 2, length: 70_000, mode: 'burst' });
  expect(
    seen.word({ kind: Kind.wait, session: 3, message: 2, isNext: true }, Traced.sent),
  ).toMatchObject({ is: 'wait', isNext: true });
});

test('on signals of conversations what is none is a stray, or late', () => {
  const seen = new Seen();
  const bit = { kind: Traced.signal, signo: SIGUSR1, code: SI_TKILL };
  expect(seen.signal(bit)).toMatchObject({ is: 'signal', stray: true });
  seen.offer(10);
  expect(seen.signal(bit)).toMatchObject({ is: 'signal', late: true });
  expect(seen.signal({ ...bit, pid: PEER + 1 })).toMatchObject({ stray: true });
  expect(seen.signal({ ...bit, code: SI_USER })).toMatchObject({ stray: true });
  // A data word, and a value that is none.
  const word = { ...bit, code: SI_QUEUE };
  expect(seen.signal({ ...word, data: 0x2009_0001 })).toMatchObject({ late: true });
  expect(seen.signal({ ...word, low: 5 })).toMatchObject({
    stray: true,
    value: `0x${'5'.padStart(16, '0')}`,
  });
  const other = seen.signal({ ...bit, signo: SIGTERM, code: SI_USER });
  expect(other).not.toHaveProperty('stray');
});

test('where there is no conversation they are signals like any other', () => {
  const plain = new Seen('no').signal({ kind: Traced.signal, signo: SIGUSR1, code: SI_USER });
  expect(plain['is']).toBe('signal');
  expect(plain).not.toHaveProperty('stray');
});

test('in a dialect plain ones are its steps, the first of a client included', () => {
  const seen = new Seen('dialect');
  const plain = { signo: SIGUSR1, code: SI_USER };
  for (const kind of [Traced.signal, Traced.step, Traced.sentStep, Traced.sent]) {
    expect(seen.signal({ ...plain, kind })['is']).toBe('step');
  }
  // Outside of this pid namespace, or over RLIMIT_SIGPENDING.
  expect(seen.signal({ ...plain, kind: Traced.signal, pid: 0 })).toMatchObject({ stray: true });
  expect(seen.signal({ ...plain, kind: Traced.signal, signo: SIGTERM })['is']).toBe('signal');
});

test('what was said with the longest known is forgotten, where there are too many', () => {
  const seen = new Seen();
  seen.offer(10);
  expect(seen.bit(0)).toHaveProperty('message');
  for (let pid = 1000; pid < 1000 + 1024; pid += 1) {
    seen.word({ kind: Kind.offer, session: 1, message: 1, length: 1 }, Traced.signal, pid);
  }
  expect(seen.bit(1)).not.toHaveProperty('message');
});

test('a grant that cannot be is none, and of grants the last ones are known', () => {
  const seen = new Seen();
  seen.offer(3000);
  expect(seen.grant(1, 3)).toMatchObject({ is: 'grant', frame: 3 }); // of three
  expect(seen.bit(1)).toMatchObject({ frame: 0 });
  for (let grant = 100; grant < 108; grant += 1) seen.grant(1, 1, grant);
  expect(seen.bit(1, { grant: 107 })).toMatchObject({ frame: 1 });
  expect(seen.bit(1, { grant: 100 })).toMatchObject({ frame: 1, again: true });
  expect(seen.bit(1)).not.toHaveProperty('frame');
});

test('whatever is traced is a line that can be read', () => {
  const half = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  const any: fc.Arbitrary<TracedSignal> = fc.record({
    kind: fc.integer({ min: 0, max: 7 }),
    signo: fc.oneof(fc.constantFrom(SIGUSR1, SIGUSR2, 41), fc.integer({ min: 1, max: 64 })),
    code: fc.oneof(
      fc.constantFrom(SI_USER, SI_QUEUE, SI_TKILL),
      fc.integer({ min: -100, max: 0x80 }),
    ),
    time: fc.bigInt({ min: START, max: START + 2n ** 50n }),
    // Words of the same few sessions, messages and grants, so that one has to do with another.
    high: fc.oneof(
      half,
      fc
        .tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 1, max: 2 }))
        .map(([kind, session]) => ((kind << 28) | (session << 8) | 1) >>> 0),
    ),
    low: fc.oneof(half, fc.integer({ min: 0, max: 3000 })),
    data: fc.oneof(half, fc.constant(0)),
    pid: fc.integer({ min: 0, max: 2 }),
    uid: fc.integer({ min: -1, max: 40 }),
    thread: fc.integer({ min: 0, max: 2 ** 22 }),
    lane: fc.integer({ min: -1, max: 63 }),
  });
  // The handler knows what is none.
  const dataKinds: number[] = [Traced.data, Traced.spare, Traced.sentData];
  const header = fc
    .tuple(
      fc.constantFrom(1, 3),
      fc.integer({ min: 0, max: 0x1fff }),
      fc.integer({ min: 1, max: 0xffff }),
    )
    .map(([eights, rest, number]) => ((eights << 29) | (rest << 16) | number) >>> 0);
  const tag = fc.integer({ min: 1, max: 2 ** 32 - 1 });
  const traced = fc.tuple(any, header, tag).map(([given, ofWord, ofBit]) => {
    const signal = given.kind < Traced.sent ? given : { ...given, uid: Math.abs(given.uid ?? 0) };
    if (!dataKinds.includes(signal.kind)) return signal;
    const isWord = signal.code === SI_QUEUE;
    return { ...signal, code: isWord ? SI_QUEUE : SI_TKILL, data: isWord ? ofWord : ofBit };
  });
  const conversing = fc.constantFrom<Conversing>('protocol', 'dialect', 'no');
  fc.assert(
    fc.property(fc.array(traced, { maxLength: 60 }), conversing, (events, way) => {
      const interpreter = new Interpreter(START, () => way);
      const batch = traceBatch(events);
      events.forEach((_, i) => {
        const event = interpreter.event(batch, i);
        expect(parseEvent(JSON.stringify(event))).toEqual(event);
      });
    }),
    { numRuns: 2000 },
  );
});
