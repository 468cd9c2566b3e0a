// Who waits for room, for a turn or for nothing, and what sets it free. Time is the test's.
import '../support/own-client.js';
import { Kind, type Word } from '../../lib/minitalk/wire/word.js';
import {
  answers,
  close,
  grantOf,
  NONCE,
  offer,
  open,
  partials,
  reception,
  say,
  start,
  transmit,
  wait,
} from '../support/own-reception.js';

const MIB = 2 ** 20;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask', 'nextTick'] });
});

/** What is said in so many ms. */
function pass(ms: number): Word[] {
  const words: Word[] = [];
  for (let passed = 0; passed < ms; passed += 20) {
    jest.advanceTimersByTime(20);
    words.push(...answers());
  }
  return words;
}

const grantedIn = (words: readonly Word[]) =>
  new Set(words.flatMap(({ kind, session }) => (kind === Kind.grant ? [session] : [])));

describe('a message for which there is no room', () => {
  /** Four of the longest have had their turn and made nothing of it; the fifth waits. */
  function full(idleTimeout = 600_000) {
    start({ maxMessage: MIB, idleTimeout });
    const sessions = [1, 2, 3, 4, 5].map(open);
    for (const session of sessions) say(offer(session, 1, MIB));
    pass(1200);
    const [first = 0, , , , fifth = 0] = sessions;
    expect(say(offer(fifth, 1, MIB))).toEqual([wait(fifth, 1)]);
    expect(grantedIn(pass(1000))).toEqual(new Set());
    return { first, fifth, sessions };
  }

  test('is granted when a client that holds some ends', () => {
    const { first, fifth } = full();
    expect(grantedIn(say(close(first, 1)))).toEqual(new Set([fifth]));
  });

  test('is granted when one begins another message instead', () => {
    const { first, fifth } = full();
    expect(grantedIn(say(offer(first, 2)))).toEqual(new Set([fifth]));
  });

  test('is granted when one ends at once', () => {
    const { first, fifth } = full();
    const words = say(offer(first, 2, MIB + 1));
    expect(words[0]).toMatchObject({ kind: Kind.refused, session: first });
    expect(grantedIn(words)).toEqual(new Set([fifth]));
  });

  test('is granted when one is given up', () => {
    const { fifth, sessions } = full(5000);
    const words: Word[] = [];
    for (let i = 0; i < 10; i += 1) {
      words.push(...pass(500), ...say(offer(fifth, 1, MIB)));
      // All but the first say something.
      for (const session of sessions.slice(1, 4)) {
        if (grantedIn(words).size === 0)
          reception.port.takeWord(offer(session, 1, MIB), process.pid);
      }
    }
    expect(partials.map(({ reason }) => reason)).toContain('idle');
    expect(grantedIn(words)).toContain(fifth);
  });
});

describe('who waits for its turn', () => {
  const two = () => {
    start({ idleTimeout: 5000 });
    const [first, second] = [open(), open(NONCE + 1)];
    const grant = grantOf(say(offer(first, 1)));
    expect(say(offer(second, 1))).toEqual([wait(second, 1)]);
    return { first, second, grant };
  };

  test('has it at once when the holder ends', () => {
    const { first, second } = two();
    expect(grantedIn(say(close(first, 1)))).toEqual(new Set([second]));
  });

  test('has it at once when the holder is given up', () => {
    start({ idleTimeout: 1000 });
    grantOf(say(offer(open(), 1)));
    pass(1600);
    expect(partials.map(({ reason }) => reason)).toEqual(['idle']);
    expect(grantOf(say(offer(open(NONCE + 1), 1)))).toBeDefined();
  });

  test('has none when the server closes: it and the holder are told so, and nothing else', () => {
    two();
    answers();
    reception.abandonUnfinished();
    expect(grantedIn(answers())).toEqual(new Set());
  });

  test('has lost one of which it made nothing is queued again by its OFFER', () => {
    const { first, second } = two();
    const words = pass(300);
    expect(grantedIn(words)).toEqual(new Set([first, second])); // the first one's was repeated
    const grant = grantOf(words.filter(({ session }) => session === second));
    expect(say(offer(first, 1))).toEqual([wait(first, 1)]);
    jest.useRealTimers();
    const after = transmit('hello', grant);
    expect(after).toContainEqual({ kind: Kind.delivered, session: second, message: 1 });
    expect(grantedIn(after)).toEqual(new Set([first]));
  });

  test('and says nothing any more is given up, also where nobody else waits', () => {
    const { second } = two();
    pass(300); // the first one's turn is over
    say(close(second, 1));
    expect(partials.map(({ reason }) => reason)).toEqual(['cancelled']);
    pass(6000);
    expect(partials.map(({ reason }) => reason)).toEqual(['cancelled', 'idle']);
  });
});
