// The end of a server, as it tells its clients: these are this process, or one that has ended.
import { setTimeout as sleep } from 'node:timers/promises';
import { binding } from '../../lib/binding/minitalk.js';
import { type ServedClient, sayFarewell } from '../../lib/minitalk/endings/farewell.js';
import { linger } from '../../lib/minitalk/endings/linger.js';
import { acquireEndpoint, type Endpoint, type WordPort } from '../../lib/minitalk/peer/endpoint.js';
import { pinThread } from '../../lib/minitalk/peer/pinned.js';
import { Kind, NO_ANSWER, NO_MESSAGE, Reason, type Word } from '../../lib/minitalk/wire/word.js';

const thread = binding.currentThread();
const { pid } = process;
let endpoint: Endpoint;
let letGo: () => void;
let heard: Word[];
let pinned: ServedClient[];

beforeEach(() => {
  endpoint = acquireEndpoint();
  letGo = endpoint.hold();
  heard = [];
  pinned = [];
  endpoint.clients.add({
    accept(word) {
      heard.push(word);
      return true;
    },
  });
});
afterEach(() => {
  jest.useRealTimers();
  for (const client of pinned) client.unpin();
  endpoint.clients.clear();
  endpoint.leaving.clear();
  letGo();
  endpoint.release();
});

function client(id: number, outcome?: ServedClient['outcome']): ServedClient {
  const made = { ...pinThread(pid, thread), id, outcome };
  pinned.push(made);
  return made;
}

/** One that has ended. */
function dead(id: number): ServedClient {
  const living = client(id);
  const process = Object.create(living.process, { hasExited: { value: () => true } });
  return { ...living, process };
}

function answers(): Word[] {
  endpoint.channel.flush();
  return heard.splice(0);
}

const goodbye = (session: number): Word => ({
  kind: Kind.refused,
  session,
  message: NO_MESSAGE,
  reason: Reason.closing,
});
const close = (session: number, attempt = 1): Word => ({
  kind: Kind.close,
  session,
  attempt,
  thread,
});
const closed = (session: number, attempt = 1): Word => ({ kind: Kind.closed, session, attempt });

describe('a farewell', () => {
  test('is over at once where there is nobody', async () => {
    const over = sayFarewell(new Set<ServedClient>(), () => {}).then(() => 'over');
    expect(await Promise.race([over, sleep(0, 'waits')])).toBe('over');
    expect(answers()).toEqual([]);
  });

  test('is said until all have confirmed it', async () => {
    const clients = new Set([client(1)]);
    const farewell = sayFarewell(clients, () => {});
    expect(answers()).toEqual([goodbye(1)]);
    while (heard.length === 0) await sleep(5); // again
    clients.clear();
    await farewell;
    expect(new Set(answers().map((word) => JSON.stringify(word)))).toEqual(
      new Set([JSON.stringify(goodbye(1))]),
    );
  });

  test('is not said to who has ended, who is told of', async () => {
    const clients = new Set([dead(1)]);
    const died: number[] = [];
    await sayFarewell(clients, (gone) => {
      died.push(gone.id);
      clients.delete(gone);
    });
    expect(died).toEqual([1]);
    expect(answers()).toEqual([]);
  });

  test('has an end though nobody confirms it', async () => {
    const clients = new Set([client(1)]);
    await sayFarewell(clients, () => {});
    expect(clients.size).toBe(1);
  });
});

describe('what a server still owes', () => {
  const lingering = (...clients: ServedClient[]) => {
    const restored = { is: false };
    linger(endpoint, clients, () => {
      restored.is = true;
    });
    return restored;
  };
  const port = () => [...endpoint.leaving][0] as WordPort;
  /** What is answered; undefined: the word was for somebody else. */
  const say = (word: Word, from = pid) => (port().accept(word, from) ? answers() : undefined);
  const until = async (restored: { is: boolean }) => {
    while (!restored.is) await sleep(5);
  };

  test('is nothing where all have confirmed', () => {
    expect(lingering().is).toBe(true);
    expect(endpoint.leaving.size).toBe(0);
  });

  test('is kept until each has said CLOSE, and a little longer', () => {
    const unpinned: number[] = [];
    const clients = [client(1), client(2)].map((each) => ({
      ...each,
      unpin: () => unpinned.push(each.id),
    }));
    const restored = lingering(...clients);
    jest.useFakeTimers();
    expect(say(close(1))).toEqual([closed(1)]);
    jest.advanceTimersByTime(10_000);
    expect(restored.is).toBe(false);
    expect(say(close(2))).toEqual([closed(2)]);
    expect(restored.is).toBe(false);
    // That CLOSED may be lost: it is asked for again.
    expect(say(close(2, 2))).toEqual([closed(2, 2)]);
    jest.advanceTimersByTime(200);
    expect(restored.is).toBe(true);
    expect(unpinned).toEqual([1, 2]);
    expect(endpoint.leaving.size).toBe(0);
  });

  test('is put off by a CLOSE that comes again', () => {
    jest.useFakeTimers();
    const restored = lingering(client(1));
    say(close(1));
    jest.advanceTimersByTime(80);
    say(close(1, 2));
    jest.advanceTimersByTime(80);
    expect(restored.is).toBe(false);
    jest.advanceTimersByTime(30);
    expect(restored.is).toBe(true);
  });

  test('keeps no process alive', () => {
    jest.useFakeTimers();
    const timers = [jest.spyOn(globalThis, 'setInterval'), jest.spyOn(globalThis, 'setTimeout')];
    lingering(client(1));
    say(close(1));
    for (const timer of timers) {
      expect(timer.mock.results.map(({ value }) => value.hasRef())).toEqual([false]);
      timer.mockRestore();
    }
  });

  test('is not owed to who has ended', async () => {
    await until(lingering(dead(1)));
  });

  test('is the outcome of the last message, and no other', () => {
    lingering(client(1, { message: 3 }), client(2, { message: 4, reason: Reason.failed }));
    const offer = (session: number, message: number): Word => ({
      kind: Kind.offerWords,
      session,
      message,
      length: 5,
    });
    expect(say(offer(1, 3))).toEqual([{ kind: Kind.delivered, session: 1, message: 3 }]);
    const refused = { kind: Kind.refused, session: 2, message: 4, reason: Reason.failed };
    expect(say(offer(2, 4))).toEqual([refused]);
    const closing = { kind: Kind.refused, reason: Reason.closing };
    expect(say(offer(1, 4))).toEqual([{ ...closing, session: 1, message: 4 }]);
    expect(say(offer(2, 5))).toEqual([{ ...closing, session: 2, message: 5 }]);
  });

  test('is no answer where none is wanted', () => {
    lingering(client(1));
    expect(say(close(1, NO_ANSWER))).toEqual([]);
  });

  test("is owed to its own clients: a later server's are its own", () => {
    lingering(client(1));
    expect(say(close(2))).toBeUndefined();
    expect(say(close(1), pid + 1)).toBeUndefined();
    expect(say({ kind: Kind.open, session: 1, version: 1, thread })).toBeUndefined();
  });
});
