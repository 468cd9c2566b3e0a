// Who may send now. The handler that counts is a number here, time is the test's, and what
// is said to a client is kept.
import { binding, type NativeServer } from '../../lib/binding/minitalk.js';
import type { Endpoint } from '../../lib/minitalk/peer/endpoint.js';
import { createBudget } from '../../lib/minitalk/server/budget.js';
import { createGranting } from '../../lib/minitalk/server/granting.js';
import { IncomingMessage } from '../../lib/minitalk/server/incoming.js';
import { presence } from '../../lib/minitalk/server/presence.js';
import type { Session } from '../../lib/minitalk/server/session.js';
import { FRAME_BYTES, outgoingMessage } from '../../lib/minitalk/wire/frame.js';
import {
  ANYWHERE,
  byLanes,
  decodePlace,
  encodePlace,
  onCpu,
} from '../../lib/minitalk/wire/place.js';
import { decode, Kind, type Mode, type Word } from '../../lib/minitalk/wire/word.js';
import type { RecordBatch } from '../../lib/signals/internal/record.js';

const MIB = 2 ** 20;
type GrantWord = Word & { kind: typeof Kind.grant };
const places = (words: Word[]) => (words as GrantWord[]).map(({ place }) => decodePlace(place));

/** Of each grant, however often it is told. */
function framesOf(words: Word[]): number[] {
  const grants = words.filter(({ kind }) => kind === Kind.grant) as GrantWord[];
  return [...new Map(grants.map(({ grant, frame }) => [grant, frame])).values()];
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

function scene({ place = false, cpu = 1, lanes = 0 } = {}) {
  const told: Word[] = [];
  jest.spyOn(binding, 'sendWord').mockImplementation((_status, _pid, _thread, high, low) => {
    const word = decode(high, low);
    if (word !== undefined) told.push(word);
    return 0;
  });
  jest.spyOn(binding, 'holdableCpu').mockReturnValue(cpu);
  /** What the handler has. */
  const handler = {
    ...{ count: -1, lanes: 0 },
    /** What is put together. */
    frame: Buffer.alloc(0),
    bits: 0,
    placed: [] as number[],
    together: [] as boolean[],
  };
  const grants: Parameters<NativeServer['grant']>[0][] = [];
  let isCleared = true;
  const native = {
    grant(grant) {
      expect(isCleared).toBe(true);
      isCleared = false;
      grants.push(grant);
      handler.count = -1;
      handler.bits = grant.count;
      return 0;
    },
    grantCount: () => handler.count,
    grantLanes: () => handler.lanes,
    isFrameWhole: () => true,
    clearGrant() {
      isCleared = true;
      return Math.max(0, handler.count);
    },
    place: (to, together) => {
      handler.placed.push(to);
      handler.together.push(together);
      return 0;
    },
    bitCount: () => handler.bits,
    copyFrame: (bytes) => {
      handler.frame.copy(bytes as Buffer);
      return 0;
    },
    restoreFrame(bytes) {
      handler.frame = Buffer.from(bytes);
      return 0;
    },
  } as Partial<NativeServer> as NativeServer;
  /** Data that are still in the ring when a grant is taken back. */
  let inRing = () => {};
  const endpoint = {
    transmitting: 0,
    channel: { flush: () => inRing() },
  } as unknown as Endpoint;
  const completed: number[] = [];
  const died: number[] = [];
  const budget = createBudget(MIB / 4);
  const pool = { count: jest.fn(() => lanes), rest: jest.fn(), end: jest.fn() };
  const granting = createGranting({
    endpoint,
    native,
    place,
    lanes: pool,
    budget,
    complete: ({ id }) => completed.push(id),
    died: ({ id }) => died.push(id),
    look: () => false,
  });
  const session = (id: number, length = 5, mode: Mode = 'bit'): Session & { isDead: boolean } => {
    const made = {
      isDead: false,
      process: { pid: process.pid, hasExited: () => made.isDead },
      thread: process.pid,
      status: { descriptor: -1 },
      unpin() {},
      id,
      nonce: id,
      uid: 0,
      message: new IncomingMessage(1, length, mode),
      outcome: undefined,
      lastGrant: -1,
      takesLanes: true,
      lastHeard: -1,
      unusedSince: 0,
    };
    return made as unknown as Session & { isDead: boolean };
  };
  /** Two that were queued, the first of which has the grant where it can. */
  const two = () => {
    const both = [session(1), session(2)] as const;
    for (const each of both) granting.enqueue(each);
    return both;
  };
  const batch = { time: () => 1n, uid: () => 0 } as unknown as RecordBatch;
  const last = () => grants.at(-1) as (typeof grants)[number];
  /** The data of a frame come, all or so many bits. */
  const bits = (of: Session, frame = 0, from = 0, to?: number) => {
    const data = Buffer.alloc(of.message?.length ?? 0, 'x');
    const wire = outgoingMessage(data, 'bit').wireFrame({ session: of.id, message: 1, frame });
    const end = to ?? 8 * wire.length;
    for (let i = from; i < end; i += 1) {
      const mask = 0x80 >> (i & 7);
      (handler.frame[i >> 3] as number) |= (wire[i >> 3] as number) & mask;
    }
    handler.bits += end - from;
    granting.takeData(last().number, batch, 0);
    handler.count = end;
  };
  const said = (kind: number) => told.splice(0).filter((word) => word.kind === kind);
  const pass = (ms: number) => jest.advanceTimersByTime(ms);
  return {
    ...{
      granting,
      pool,
      endpoint,
      handler,
      grants,
      last,
      session,
      two,
      bits,
      budget,
      completed,
      died,
    },
    ...{ told, said, pass, batch },
    inRing(come: () => void) {
      inRing = come;
    },
  };
}

describe('a grant', () => {
  test('goes to one at a time, in the order in which they came, and is told', () => {
    const { granting, last, grants, told, bits, two } = scene();
    const [first, _second] = two();
    expect(granting.granted()).toEqual({ pid: process.pid, count: -1 });
    expect(told).toEqual([
      {
        kind: Kind.grant,
        session: 1,
        message: 1,
        grant: last().number,
        place: encodePlace(ANYWHERE),
        frame: 0,
      },
    ]);
    expect(last()).toMatchObject({ session: 1, bits: 72, count: 0, cpu: -1 });
    bits(first);
    granting.drained();
    expect(grants.map((grant) => grant.session)).toEqual([1, 2]);
  });

  test('has a number of its own, modulo 4,096, and never that of the last one of its session', () => {
    const { granting, session, last, grants } = scene();
    const first = session(1);
    for (let i = 0; i < 4096; i += 1) {
      granting.enqueue(first);
      granting.remove(first);
    }
    const numbers = grants.map(({ number }) => number);
    expect(new Set(numbers).size).toBe(4096);
    expect(Math.max(...numbers)).toBe(4095);
    const before = last().number;
    const others = session(2);
    // As many for others as it takes for the number to come again.
    for (let i = 0; i < 4095; i += 1) {
      granting.enqueue(others);
      granting.remove(others);
    }
    granting.enqueue(first);
    expect(last().number).not.toBe(before);
  });

  test('has another number than the one before, whoever had that', () => {
    const { granting, session, grants } = scene();
    for (const each of [session(1), session(2), session(3)]) {
      granting.enqueue(each);
      granting.remove(each);
    }
    const [first = 0] = grants.map(({ number }) => number);
    expect(grants.map(({ number }) => number)).toEqual([first, first + 1, first + 2]);
  });

  test('is given to nobody while our own client transmits', () => {
    const { granting, session, endpoint, grants } = scene();
    const only = session(1);
    endpoint.transmitting = 1;
    granting.enqueue(only);
    expect([grants.length, only.message?.state]).toEqual([0, 'queued']);
    endpoint.transmitting = 0;
    granting.schedule();
    expect([grants.length, only.message?.state]).toEqual([1, 'granted']);
  });

  test('that is looked after is given as soon as it can be', () => {
    const { granting, session, endpoint, grants, pass } = scene();
    endpoint.transmitting = 1;
    granting.enqueue(session(1));
    endpoint.transmitting = 0; // and nobody tells us
    pass(20);
    expect(grants).toHaveLength(1);
  });

  test('is not given to who has ended', () => {
    const { granting, session, endpoint, grants, died } = scene();
    const [first, second] = [session(1), session(2)];
    endpoint.transmitting = 1;
    granting.enqueue(first);
    granting.enqueue(second);
    first.isDead = true;
    endpoint.transmitting = 0;
    granting.schedule();
    expect(died).toEqual([1]);
    expect(grants.map((grant) => grant.session)).toEqual([2]);
  });

  test('waits until there is room for its message, and holds nobody else up', () => {
    const { granting, session, grants, budget } = scene();
    const big = new IncomingMessage(9, MIB - 10, 'bit');
    expect(budget.admit(big)).toBe(true);
    granting.enqueue(session(1, 100));
    granting.enqueue(session(2, 5));
    expect(grants.map((grant) => grant.session)).toEqual([2]);
  });

  test('is repeated until it is started, and not afterwards', () => {
    const { granting, session, said, handler, pass } = scene();
    granting.enqueue(session(1));
    expect(said(Kind.grant)).toHaveLength(1);
    pass(20);
    expect(said(Kind.grant)).toHaveLength(1);
    handler.count = 0;
    pass(200);
    expect(said(Kind.grant)).toEqual([]);
  });

  test('is told again to its holder alone', () => {
    const { granting, said, two } = scene();
    const [first, second] = two();
    said(Kind.grant);
    granting.repeat(second);
    expect(said(Kind.grant)).toEqual([]);
    granting.repeat(first);
    expect(said(Kind.grant)).toMatchObject([{ session: 1 }]);
  });

  test('names the CPU that is shared, and again when that changes', () => {
    const { granting, session, said, handler, pass, last } = scene({ place: true, cpu: 3 });
    granting.enqueue(session(1, 1000));
    expect(last().cpu).toBe(3);
    expect(places(said(Kind.grant))).toEqual([onCpu(3)]);
    // The other way is tried after 200 ms of sending, and is slower.
    for (let ms = 0; ms < 400; ms += 1) {
      handler.count += handler.placed.at(-1) === -1 ? 1 : 5;
      pass(1);
    }
    const again = places(said(Kind.grant));
    expect(again.slice(0, 2)).toEqual([ANYWHERE, onCpu(3)]);
    expect(handler.placed.slice(0, 2)).toEqual([-1, 3]);
    expect(handler.placed).toHaveLength(again.length);
  });

  test('names no CPU where none can be held', () => {
    const { granting, session, said } = scene({ place: true, cpu: -1 });
    granting.enqueue(session(1));
    expect(places(said(Kind.grant))).toEqual([ANYWHERE]);
  });
});

describe('a grant by lanes', () => {
  const LANES = 7;

  test('names how many, to the client as to the handler', () => {
    const { granting, pool, session, said, last } = scene({ lanes: LANES });
    const only = session(1, 1000);
    granting.enqueue(only);
    expect(pool.count.mock.calls).toEqual([[only, only.message]]);
    expect(last()).toMatchObject({ lanes: LANES, together: false, cpu: -1 });
    expect(places(said(Kind.grant))).toEqual([byLanes(LANES, false)]);
  });

  test('lets them go to the client where both ends share a CPU, and tells when that changes', () => {
    const { granting, session, said, handler, pass, last } = scene({ place: true, lanes: LANES });
    granting.enqueue(session(1, 1000));
    expect(last()).toMatchObject({ lanes: LANES, together: true, cpu: -1 });
    expect(places(said(Kind.grant))).toEqual([byLanes(LANES, true)]);
    // The other way is tried after 200 ms of sending, and is slower.
    for (let ms = 0; ms < 400; ms += 1) {
      handler.count += handler.together.at(-1) === false ? 1 : 5;
      pass(1);
    }
    const again = places(said(Kind.grant));
    expect(again.slice(0, 2)).toEqual([byLanes(LANES, false), byLanes(LANES, true)]);
    expect(handler.together.slice(0, 2)).toEqual([false, true]);
    expect(new Set(handler.placed)).toEqual(new Set([-1])); // the thread itself stays
  });

  test('is measured apart from one without', () => {
    const { granting, pool, session, handler, pass, last } = scene({ place: true, cpu: 3 });
    const first = session(1, 1000);
    granting.enqueue(first);
    // Without lanes the other way is faster.
    for (let ms = 0; ms < 300; ms += 1) {
      handler.count += handler.placed.at(-1) === -1 ? 50 : 5;
      pass(1);
    }
    granting.remove(first);
    granting.enqueue(session(2, 1000));
    expect(last().cpu).toBe(-1);
    granting.stop();
    pool.count.mockReturnValue(LANES);
    granting.enqueue(session(3, 1000));
    expect(last()).toMatchObject({ session: 3, together: true });
  });

  test('keeps the complete rounds of a frame whose turn is over', () => {
    const { granting, bits, grants, handler, pass, completed, session } = scene({ lanes: LANES });
    const [first, second] = [session(1, 1000), session(2)];
    granting.enqueue(first);
    granting.enqueue(second);
    bits(first, 0, 0, 3 * LANES + 4);
    handler.count = 3 * LANES; // so many are kept
    pass(300);
    bits(second);
    granting.drained();
    expect(grants.at(-1)).toMatchObject({ session: 1, count: 3 * LANES });
    bits(first, 0, 3 * LANES);
    granting.drained();
    expect(completed).toEqual([2, 1]);
    expect(first.message?.data()).toEqual(Buffer.alloc(1000, 'x'));
  });

  test('that its client started without them is the last by lanes of its session', () => {
    const { granting, session, handler } = scene({ lanes: LANES });
    const only = session(1, 1000);
    granting.enqueue(only);
    handler.count = 0;
    handler.lanes = 0;
    granting.remove(only);
    expect(only.takesLanes).toBe(false);
  });

  test.each([
    ['nobody has started', -1, 0],
    ['was started by them', 0, LANES],
  ])('that %s is not', (_what, count, lanes) => {
    const { granting, session, handler } = scene({ lanes: LANES });
    const only = session(1, 1000);
    granting.enqueue(only);
    Object.assign(handler, { count, lanes });
    granting.remove(only);
    expect(only.takesLanes).toBe(true);
  });

  test('lets the lanes rest at its end, however it ends', () => {
    const { granting, pool, bits, session, pass } = scene({ lanes: LANES });
    const [first, second, third] = [session(1, 1000), session(2, 100), session(3, 100)];
    for (const each of [first, second, third]) granting.enqueue(each);
    expect(pool.rest).toHaveBeenCalledTimes(0);
    bits(first, 0, 0, LANES);
    pass(300); // its turn is over
    expect(pool.rest).toHaveBeenCalledTimes(1);
    bits(second);
    granting.drained();
    expect(pool.rest).toHaveBeenCalledTimes(2);
    granting.remove(third);
    expect(pool.rest).toHaveBeenCalledTimes(3);
    expect(pool.end).not.toHaveBeenCalled();
  });

  test('alone is a reason for that', () => {
    const { granting, pool, session } = scene();
    const only = session(1, 1000);
    granting.enqueue(only);
    granting.remove(only);
    expect(pool.rest).not.toHaveBeenCalled();
  });

  test('has ended before the lanes of a server that stops', () => {
    const { granting, pool, session } = scene({ lanes: LANES });
    granting.enqueue(session(1, 1000));
    pool.end.mockImplementation(() => expect(granting.granted()).toBeUndefined());
    granting.stop();
    expect(pool.end).toHaveBeenCalledTimes(1);
  });
});

test('who is next is told so a ms after another got the grant, each time', () => {
  const { granting, session, bits, said, pass } = scene();
  const [first, second, third] = [session(1), session(2), session(3)];
  const next = (id: number) => [{ kind: Kind.wait, session: id, message: 1, isNext: true }];
  for (const each of [first, second, third]) granting.enqueue(each);
  expect(said(Kind.wait)).toEqual([]); // the holder is to come first
  pass(1);
  expect(said(Kind.wait)).toEqual(next(2));
  bits(first);
  granting.drained();
  expect(said(Kind.wait)).toEqual([]);
  pass(1);
  expect(said(Kind.wait)).toEqual(next(3));
  bits(second);
  granting.drained();
  pass(1);
  expect(said(Kind.wait)).toEqual([]);
});

test('who is next by then is told so, also where grants follow one another at once', () => {
  const { granting, session, bits, said, pass } = scene();
  const [first, second, third] = [session(1), session(2), session(3)];
  for (const each of [first, second, third]) granting.enqueue(each);
  bits(first);
  granting.drained();
  pass(0);
  expect(said(Kind.wait)).toEqual([]);
  pass(1);
  expect(said(Kind.wait).map(({ session: id }) => id)).toEqual([3]);
});

describe('a frame that is whole', () => {
  test('is followed by the next one of a turn that is young, before those who wait', () => {
    const { granting, session, bits, grants, told, pass } = scene();
    const [first, second] = [session(1, FRAME_BYTES.bit + 1), session(2)];
    granting.enqueue(first);
    granting.enqueue(second);
    pass(24);
    bits(first, 0);
    granting.drained();
    bits(first, 1);
    granting.drained();
    expect(grants.map((grant) => grant.session)).toEqual([1, 1, 2]);
    expect(framesOf(told)).toEqual([0, 1, 0]);
  });

  test('whose checksum fails has those who wait before it, however young its turn', () => {
    const { granting, session, grants, last, handler } = scene();
    const [first, second] = [session(1, FRAME_BYTES.bit + 1), session(2)];
    granting.enqueue(first);
    granting.enqueue(second);
    handler.bits = last().bits; // and all of them 0
    granting.drained();
    expect(grants.map((grant) => grant.session)).toEqual([1, 2]);
  });

  test('of a turn that was over before is no part of the next turn', () => {
    const { granting, session, bits, grants, pass } = scene();
    const [first, second] = [session(1, 3 * FRAME_BYTES.bit), session(2)];
    granting.enqueue(first);
    pass(25);
    bits(first, 0);
    granting.drained(); // alone, it goes on all the same
    granting.enqueue(second);
    bits(first, 1);
    granting.drained();
    expect(grants.map((grant) => grant.session)).toEqual([1, 1, 1]);
  });

  test('is followed by the next one, after those who wait', () => {
    const { granting, session, bits, grants, told, pass } = scene();
    const [first, second] = [session(1, FRAME_BYTES.bit + 1), session(2)];
    granting.enqueue(first);
    granting.enqueue(second);
    pass(25);
    bits(first, 0);
    granting.drained();
    bits(second, 0);
    granting.drained();
    bits(first, 1);
    granting.drained();
    expect(grants.map((grant) => grant.session)).toEqual([1, 2, 1]);
    expect(framesOf(told)).toEqual([0, 0, 1]);
  });

  test('makes its message complete with the last', () => {
    const { granting, session, bits, completed, grants } = scene();
    const only = session(1, FRAME_BYTES.bit + 1);
    granting.enqueue(only);
    bits(only, 0);
    granting.drained();
    expect(completed).toEqual([]);
    bits(only, 1);
    granting.drained();
    expect(completed).toEqual([1]);
    expect(only.message?.data()?.length).toBe(FRAME_BYTES.bit + 1);
    expect([grants.length, granting.granted()]).toEqual([2, undefined]);
  });

  test('is a sign of life', () => {
    const { granting, session, bits } = scene();
    const only = session(1);
    granting.enqueue(only);
    bits(only);
    granting.drained();
    expect(only.lastHeard).toBe(presence.now);
  });

  test('holds nothing of an earlier grant', () => {
    const { granting, session, last, batch, grants } = scene();
    const only = session(1, 5, 'word');
    granting.enqueue(only);
    const { number } = last();
    granting.restart(only, number);
    granting.takeData(number, batch, 0); // its last word
    granting.drained();
    expect(grants).toHaveLength(2);
    expect(granting.granted()).toBeDefined();
  });
});

describe('a turn that is over', () => {
  test('is taken back only where others wait', () => {
    const { granting, session, bits, grants, pass } = scene();
    const [first, second] = [session(1), session(2)];
    granting.enqueue(first);
    bits(first, 0, 0, 10);
    pass(1000);
    expect(grants).toHaveLength(1);
    granting.enqueue(second);
    pass(20);
    expect(grants.map((grant) => grant.session)).toEqual([1, 2]);
  });

  test('keeps what came of the frame, and its holder is queued and told so', () => {
    const { granting, bits, grants, told, pass, completed, two } = scene();
    const [first, second] = two();
    bits(first, 0, 0, 10);
    pass(300);
    expect(first.message?.state).toBe('queued');
    expect(told).toContainEqual({ kind: Kind.wait, session: 1, message: 1 });
    bits(second);
    granting.drained();
    expect(grants.map(({ session: of, count }) => [of, count])).toEqual([
      [1, 0],
      [2, 0],
      [1, 10],
    ]);
    bits(first, 0, 10);
    granting.drained();
    expect(completed).toEqual([2, 1]);
    expect(first.message?.data()?.toString()).toBe('xxxxx');
  });

  test('keeps what is still in the ring, too', () => {
    const { granting, bits, grants, handler, pass, inRing, two } = scene();
    const [first, second] = two();
    bits(first, 0, 0, 10);
    handler.count = 12; // as the handler has it
    inRing(() => {
      inRing(() => {});
      bits(first, 0, 10, 12);
    });
    pass(300);
    bits(second);
    granting.drained();
    expect(grants.map(({ count }) => count)).toEqual([0, 0, 12]);
  });

  test('is no turn that is over where its last data are still in the ring', () => {
    const { granting, bits, grants, pass, inRing, completed, two } = scene();
    const [first, _second] = two();
    bits(first, 0, 0, 71);
    inRing(() => {
      inRing(() => {});
      bits(first, 0, 71);
      granting.drained();
    });
    pass(300);
    expect(completed).toEqual([1]);
    expect(grants.map((grant) => grant.session)).toEqual([1, 2]);
    expect(first.message?.state).toBe('granted');
  });

  test('and was nothing is followed by the next OFFER only', () => {
    const { granting, grants, pass, bits, told, two } = scene();
    const [first, second] = two();
    pass(200);
    expect(first.message?.state).toBe('withdrawn');
    expect(grants.map((grant) => grant.session)).toEqual([1, 2]);
    expect(told.some((word) => word.kind === Kind.wait && word.session === 1)).toBe(false);
    bits(second);
    granting.drained();
    pass(1000);
    expect(grants).toHaveLength(2);
    granting.enqueue(first);
    expect(first.message?.state).toBe('granted');
    expect(grants).toHaveLength(3);
  });

  test('is one whose holder got no further than before', () => {
    const { granting, session, grants, pass, bits, two } = scene();
    const [first, second] = two();
    bits(first, 0, 0, 10);
    pass(300);
    bits(second);
    granting.drained();
    granting.enqueue(session(3));
    expect(grants.at(-1)).toMatchObject({ session: 1, count: 10 });
    bits(first, 0, 10, 10); // it has begun, and that is all
    pass(300);
    expect(first.message?.state).toBe('withdrawn');
  });
});

describe('a holder that has ended', () => {
  test('loses its grant, is told of, and others have their turn', () => {
    const { handler, grants, died, pass, two } = scene();
    const [first, _second] = two();
    handler.count = 3;
    pass(20);
    first.isDead = true;
    pass(20);
    expect(died).toEqual([1]);
    expect(grants.map((grant) => grant.session)).toEqual([1, 2]);
  });
});

describe('who is removed', () => {
  test('leaves the queue', () => {
    const { granting, bits, grants, two } = scene();
    const [first, second] = two();
    granting.remove(second);
    expect(granting.granted()).toBeDefined();
    bits(first);
    granting.drained();
    expect(grants).toHaveLength(1);
  });

  test('gives its grant to the next', () => {
    const { granting, grants, two } = scene();
    const [first, _second] = two();
    granting.remove(first);
    expect(grants.map((grant) => grant.session)).toEqual([1, 2]);
  });
});

describe('RESTART', () => {
  test('drops what there is of the frame, also what was kept', () => {
    const { granting, bits, grants, last, pass, completed, two } = scene();
    const [first, second] = two();
    bits(first, 0, 0, 10);
    pass(300);
    bits(second);
    granting.drained();
    expect(last().count).toBe(10);
    granting.restart(first, last().number);
    expect(grants.map(({ count }) => count)).toEqual([0, 0, 10, 0]);
    bits(first);
    granting.drained();
    expect(completed).toEqual([2, 1]);
  });

  test('is granted after those who wait', () => {
    const { granting, grants, last, two } = scene();
    const [first, _second] = two();
    granting.restart(first, last().number);
    expect(grants.map((grant) => grant.session)).toEqual([1, 2]);
    expect(first.message?.state).toBe('queued');
  });

  test('of another grant, or of another session, does nothing', () => {
    const { granting, grants, last, two } = scene();
    const [first, second] = two();
    granting.restart(first, last().number + 1);
    granting.restart(second, last().number);
    expect(grants).toHaveLength(1);
  });

  test('while our own client transmits is queued, not granted', () => {
    const { granting, session, endpoint, last } = scene();
    const only = session(1);
    granting.enqueue(only);
    endpoint.transmitting += 1;
    granting.restart(only, last().number);
    expect(granting.granted()).toBeUndefined();
    // An OFFER is then answered with WAIT; a holder's GRANT would be repeated to nobody.
    expect(only.message?.state).toBe('queued');
    endpoint.transmitting -= 1;
    granting.schedule();
    expect(only.message?.state).toBe('granted');
  });
});

test('a server that stops grants nothing, has granted nothing, and looks no more', () => {
  const { granting, session, grants } = scene();
  granting.enqueue(session(1));
  granting.enqueue(session(2));
  granting.stop();
  expect(granting.granted()).toBeUndefined();
  expect(jest.getTimerCount()).toBe(0);
  granting.schedule();
  expect(grants).toHaveLength(1);
});

test('a frame of words that was kept is put back into the handler', () => {
  const { granting, session, handler, grants, pass, bits } = scene();
  const [first, second] = [session(1, 1000, 'word'), session(2)];
  granting.enqueue(first);
  granting.enqueue(second);
  handler.count = 10;
  pass(20);
  pass(260);
  expect(grants.map((grant) => grant.session)).toEqual([1, 2]);
  bits(second);
  granting.drained();
  expect(grants.at(-1)).toMatchObject({ session: 1, count: 10 });
  expect(handler.frame).toHaveLength(10 * 24);
});
