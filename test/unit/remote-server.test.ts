import { setTimeout as sleep } from 'node:timers/promises';
import { type RemoteServer, remoteServer } from '../../lib/minitalk/client/remote-server.js';
import type { ThreadLook, Told } from '../../lib/minitalk/peer/pinned.js';
import type { Target } from '../../lib/minitalk/peer/target.js';
import { Kind, VERSION, type Word } from '../../lib/minitalk/wire/word.js';
import { SignalError } from '../../lib/signals/errors.js';
import { monotonicMs } from '../../lib/signals/internal/clock.js';
import { GONE, seen } from '../../lib/signals/internal/look.js';

// Above the kernel's limit, so nobody's: there is no queue of it to be looked at.
const PID = 2 ** 22 + 1;
const TIMEOUT_MS = 300;

const open: Word = { kind: Kind.open, session: 1, version: VERSION, thread: PID };
const offer: Word = { kind: Kind.offer, session: 1, message: 1, length: 5 };

let isRegistered: boolean;
let hasExited: boolean;
let found: ThreadLook | Told;
let told: Word[];
/** The further signal of each look. */
let looks: number[];
let server: RemoteServer;

beforeEach(() => {
  isRegistered = true;
  hasExited = false;
  found = { is: 'catching' };
  told = [];
  looks = [];
  const target: Partial<Target> = {
    process: { pid: PID, hasExited: () => hasExited } as Target['process'],
    look(more) {
      looks.push(more ?? 0);
      return found as ThreadLook;
    },
    lookAtRegistration: () =>
      isRegistered ? (seen(true) as unknown as ReturnType<Target['lookAtRegistration']>) : GONE,
    tell(word) {
      if (found.is !== 'catching') return found;
      told.push(word);
      return { is: 'sent' };
    },
  };
  server = remoteServer(target as Target, TIMEOUT_MS);
});

const coded = (code: string) => expect.objectContaining({ code });

describe('what is said', () => {
  test('goes to a server that is registered, OPEN to no other', () => {
    server.say(open, 'connecting');
    isRegistered = false;
    server.say(open, 'connecting');
    server.say(offer, 'sending'); // it waits for whoever has a session
    expect(told).toEqual([open, offer]);
    expect(looks).toHaveLength(1); // is it there still?
  });

  test('goes to none that has ended, or does not catch it: the error says so', () => {
    found = { is: 'deaf' };
    expect(() => server.say(offer, 'sending')).toThrow(coded('ERR_SERVER_CLOSED'));
    found = { is: 'gone' };
    expect(() => server.say(offer, 'sending')).toThrow(coded('ESRCH'));
    found = { is: 'catching' };
    hasExited = true;
    expect(() => server.say(offer, 'sending')).toThrow(coded('ESRCH'));
    expect(told).toEqual([]);
  });

  test('is an error of its own where it could not be sent', () => {
    found = { is: 'failed', errno: -1 };
    expect(() => server.say(offer, 'sending')).toThrow(coded('EPERM'));
    found = { is: 'full' }; // as good as lost
    server.say(offer, 'sending');
  });

  test('is an error of the look where nobody could look', () => {
    found = {
      is: 'unknown',
      error: new SignalError('EMFILE', 'no descriptor', { syscall: 'open' }),
    };
    expect(() => server.say(offer, 'sending')).toThrow(coded('EMFILE'));
  });
});

test('before data it is looked at where it was silent for a while: we may have been stopped', async () => {
  server.lookAfterSilence(41);
  expect(looks).toEqual([]);
  await sleep(150);
  server.lookAfterSilence(41);
  expect(looks).toEqual([41]);
  server.heard();
  server.lookAfterSilence(41);
  expect(looks).toEqual([41]);
  found = { is: 'deaf' };
  expect(() => server.look(0)).toThrow(coded('ERR_SERVER_CLOSED'));
});

test('REFUSED(closing) counts where it is not registered any more', () => {
  server.checkClosing(); // of a life before this one
  isRegistered = false;
  expect(() => server.checkClosing()).toThrow(coded('ERR_SERVER_CLOSED'));
});

describe('its silence', () => {
  /** Listens in waits of 20 ms until that throws; a sign of life after each where `isAlive`. */
  async function listen(forMs: number, isAlive: boolean): Promise<unknown> {
    const ends = performance.now() + forMs;
    try {
      while (performance.now() < ends) {
        await sleep(20);
        server.listened(20, 'sending');
        if (isAlive) server.heard();
      }
      return undefined;
    } catch (error) {
      return error;
    }
  }

  test('ends a wait, and a sign of life begins it anew', async () => {
    expect(await listen(3 * TIMEOUT_MS, true)).toBeUndefined();
    expect(server.isUnreachable()).toBe(false);
    expect(await listen(20 * TIMEOUT_MS, false)).toEqual(coded('ETIMEDOUT'));
    expect(server.isUnreachable()).toBe(true);
    server.heard();
    expect(server.isUnreachable()).toBe(false);
  });

  test('is its end where it has ended meanwhile', async () => {
    hasExited = true;
    expect(await listen(20 * TIMEOUT_MS, false)).toEqual(coded('ESRCH'));
  });

  test('did not last longer because of what it said earlier', () => {
    server.heard(monotonicMs() - 10_000);
    server.lookAfterSilence(0);
    expect(looks).toEqual([]);
  });
});
