// The end of a session, as its client says it. Time is the test's, and so is the server.
import { sayGoodbye } from '../../lib/minitalk/endings/goodbye.js';
import { acquireEndpoint, type Endpoint } from '../../lib/minitalk/peer/endpoint.js';
import type { Told } from '../../lib/minitalk/peer/pinned.js';
import type { Target } from '../../lib/minitalk/peer/target.js';
import { Kind, type Word } from '../../lib/minitalk/wire/word.js';

const PID = 1234;
const SESSION = 7;
let endpoint: Endpoint;
const servers: { told: Told }[] = [];

beforeEach(() => {
  jest.useFakeTimers();
  jest.spyOn(Math, 'random').mockReturnValue(0); // each wait is a whole one
  endpoint = acquireEndpoint();
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.told = { is: 'gone' };
  await jest.advanceTimersByTimeAsync(500);
  jest.useRealTimers();
  jest.restoreAllMocks();
  endpoint.release();
});

function leaving() {
  const attempts: number[] = [];
  const server = { told: { is: 'sent' } as Told, isRegistered: true };
  servers.push(server);
  const target = {
    process: { pid: PID },
    tell(word: Word) {
      if (word.kind === Kind.close && word.session === SESSION) attempts.push(word.attempt);
      return server.told;
    },
    lookAtRegistration: () => ({ is: server.isRegistered ? 'seen' : 'gone' }),
  } as unknown as Target;
  let isOver = false;
  const goodbye = sayGoodbye(target, SESSION).then(() => {
    isOver = true;
  });
  return {
    attempts,
    server,
    goodbye,
    say: (word: Word, pid = PID) => [...endpoint.clients].some((port) => port.accept(word, pid)),
    /** Whether it is over after so many ms. */
    async isOverAfter(ms: number) {
      await jest.advanceTimersByTimeAsync(ms);
      return isOver;
    },
  };
}

const closed = (attempt: number, session = SESSION): Word => ({
  kind: Kind.closed,
  session,
  attempt,
});

test('CLOSE is said again and again, more and more seldom, and numbered', async () => {
  const { attempts, isOverAfter } = leaving();
  const times: number[] = [];
  for (let ms = 0; ms < 2000; ms += 1) {
    const before = attempts.length;
    await isOverAfter(1);
    if (attempts.length > before) times.push(ms + 1);
  }
  expect(times).toEqual([20, 60, 140, 300, 620, 1120, 1620]);
  expect(attempts).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('its waits are up to a half shorter, at random: others may leave at the same time', async () => {
  jest.mocked(Math.random).mockReturnValue(0.5);
  const { attempts, isOverAfter } = leaving();
  await isOverAfter(14);
  expect(attempts).toEqual([1]);
  await isOverAfter(1);
  expect(attempts).toEqual([1, 2]);
});

test('after 255 attempts they are numbered from 1 again: 0 wants no answer', async () => {
  const { attempts, isOverAfter } = leaving();
  await isOverAfter(260 * 500);
  expect(attempts.slice(253, 257)).toEqual([254, 255, 1, 2]);
  expect(attempts).not.toContain(0);
});

test('it ends with the answer to the last CLOSE: earlier ones are followed by more', async () => {
  const { attempts, say, isOverAfter } = leaving();
  expect(await isOverAfter(30)).toBe(false);
  expect(attempts).toEqual([1, 2]);
  expect(say(closed(1))).toBe(true);
  expect(await isOverAfter(0)).toBe(false);
  expect(say(closed(2))).toBe(true);
  expect(await isOverAfter(0)).toBe(true);
  // Nothing is said, nor heard, any more.
  await isOverAfter(5000);
  expect(attempts).toEqual([1, 2]);
  expect(say(closed(2))).toBe(false);
});

test('only its own server ends it, about its own session', async () => {
  const { say, isOverAfter } = leaving();
  expect(say(closed(1), PID + 1)).toBe(false);
  expect(say(closed(1, SESSION + 1))).toBe(false);
  expect(await isOverAfter(0)).toBe(false);
});

test('what the server still had to say is heard, and is no end; a WELCOME is of a nonce', async () => {
  const { say, isOverAfter } = leaving();
  expect(say({ kind: Kind.delivered, session: SESSION, message: 1 })).toBe(true);
  const welcome = { kind: Kind.welcome, version: 1, burstSignal: 0, newSession: 9 } as const;
  expect(say({ ...welcome, session: SESSION })).toBe(false);
  expect(await isOverAfter(0)).toBe(false);
});

test.each<Told>([{ is: 'gone' }, { is: 'deaf' }])(
  'it ends with a server that is %p',
  async (told) => {
    const { server, isOverAfter } = leaving();
    server.told = told;
    expect(await isOverAfter(20)).toBe(true);
  },
);

test.each<Told>([{ is: 'full' }, { is: 'failed', errno: -1 }])(
  'and goes on where it is %p',
  async (told) => {
    const { server, isOverAfter } = leaving();
    server.told = told;
    expect(await isOverAfter(10_000)).toBe(false);
  },
);

test('it ends with a server that is no longer registered, not before 3 s, and not while it is', async () => {
  const { server, isOverAfter } = leaving();
  expect(await isOverAfter(60_000)).toBe(false);
  server.isRegistered = false;
  expect(await isOverAfter(500)).toBe(true);
  const fresh = leaving();
  fresh.server.isRegistered = false;
  expect(await fresh.isOverAfter(2900)).toBe(false);
  expect(await fresh.isOverAfter(1000)).toBe(true);
});

test('the handlers stay as long as it lasts; the process need not', async () => {
  const timers = jest.spyOn(globalThis, 'setTimeout');
  const { say, goodbye } = leaving();
  for (const { value } of timers.mock.results) expect(value.hasRef()).toBe(false);
  expect(timers).toHaveBeenCalled();
  endpoint.release();
  const shared = acquireEndpoint();
  expect(shared).toBe(endpoint); // it has not been closed
  shared.release();
  say(closed(1));
  await goodbye;
  endpoint = acquireEndpoint();
  expect(endpoint).not.toBe(shared);
});
