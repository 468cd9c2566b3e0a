// Who has a session, among many processes.
import '../support/any-client.js';
import { binding } from '../../lib/binding/minitalk.js';
import { binding as signals } from '../../lib/binding/signals.js';
import { presence } from '../../lib/minitalk/server/presence.js';
import type { Session } from '../../lib/minitalk/server/session.js';
import { Sessions, type SessionsOptions } from '../../lib/minitalk/server/sessions.js';
import { decode, Kind, Reason, VERSION, type Word } from '../../lib/minitalk/wire/word.js';
import { SignalError } from '../../lib/signals/errors.js';
import { type AnyClient, anyClients } from '../support/any-client.js';

const UID = 1000;
const FIRST_PID = 5_000_000; // above the kernel's: nobody's
let told: { pid: number; word: Word }[];
let died: number[];
let warnings: string[];
let sessions: Sessions;

beforeEach(() => {
  anyClients.clear();
  told = [];
  died = [];
  warnings = [];
  jest.spyOn(binding, 'sendWord').mockImplementation((_status, pid, _thread, high, low) => {
    const word = decode(high, low);
    if (word !== undefined) told.push({ pid, word });
    return 0;
  });
  jest.spyOn(signals, 'killThread').mockReturnValue(0); // each thread is there
  sessions = newSessions();
});
afterEach(() => {
  sessions.close();
  jest.restoreAllMocks();
  jest.useRealTimers();
});

function newSessions(options: Partial<SessionsOptions> = {}): Sessions {
  return new Sessions({
    allowUids: undefined,
    died(session) {
      died.push(session.process.pid);
      sessions.forget(session);
    },
    warning: ({ code }) => warnings.push(code),
    ...options,
  });
}

function client(pid: number, changes: Partial<AnyClient> = {}): AnyClient {
  const made = { uid: UID, catches: [10, 12], hasExited: false, pins: 0, ...changes };
  anyClients.set(pid, made);
  return made;
}

function admit(pid: number, nonce = 1, thread = pid): Session | undefined {
  if (!anyClients.has(pid)) client(pid);
  return sessions.admit(pid, { kind: Kind.open, session: nonce, version: VERSION, thread });
}

/** So many sessions, of 256 to a process. */
function fill(count: number): Session[] {
  return Array.from({ length: count }, (_, i) => {
    const session = admit(FIRST_PID + (i >> 8), (i & 255) + 1);
    if (session === undefined) throw new Error(`no session ${i}`);
    return session;
  });
}

const reasons = () =>
  told.splice(0).flatMap(({ word }) => (word.kind === Kind.refused ? [word.reason] : []));
const turn = () => new Promise(setImmediate);

test('a session is its process, its thread, and its nonce', () => {
  const session = admit(FIRST_PID, 1);
  expect(session).toMatchObject({
    nonce: 1,
    uid: UID,
    lastGrant: -1,
    lastHeard: presence.now,
    message: undefined,
    outcome: undefined,
  });
  expect(admit(FIRST_PID, 1)).toBe(session);
  const others = [admit(FIRST_PID, 2), admit(FIRST_PID, 1, 77), admit(FIRST_PID + 1, 1, FIRST_PID)];
  expect(new Set([session, ...others]).size).toBe(4);
  expect(sessions.size).toBe(4);
});

test('what a process has sent may be late for a second after its last session', () => {
  jest.useFakeTimers();
  try {
    const sessionsOf = [admit(FIRST_PID, 1), admit(FIRST_PID, 2), admit(FIRST_PID + 1, 1)];
    const late = () => [FIRST_PID, FIRST_PID + 1].map((pid) => sessions.mayBeLate(pid));
    for (const session of sessionsOf.slice(1)) sessions.forget(session as Session);
    jest.advanceTimersByTime(999);
    expect(late()).toEqual([true, true]);
    jest.advanceTimersByTime(1);
    expect(late()).toEqual([true, false]);
    sessions.forget(sessionsOf[0] as Session);
    jest.advanceTimersByTime(999);
    expect(late()).toEqual([true, false]);
    jest.advanceTimersByTime(1);
    expect(late()).toEqual([false, false]);
  } finally {
    jest.useRealTimers();
  }
});

test('a session is found by its number, for its own process', () => {
  const session = admit(FIRST_PID) as Session;
  expect(sessions.of(FIRST_PID, session.id)).toBe(session);
  expect(sessions.of(FIRST_PID + 1, session.id)).toBeUndefined();
  expect([FIRST_PID, FIRST_PID + 1].map((pid) => sessions.mayBeLate(pid))).toEqual([true, false]);
  expect(sessions.has(session)).toBe(true);
  sessions.forget(session);
  expect(sessions.has(session)).toBe(false);
  expect(anyClients.get(FIRST_PID)?.pins).toBe(0);
});

test.each<[string, Partial<AnyClient>]>([
  ['that has ended', { hasExited: true }],
  ['that does not catch SIGUSR1', { catches: [12] }],
  ['that does not catch SIGUSR2', { catches: [10] }],
])('a process %s has none, and is told nothing', (_what, changes) => {
  const made = client(FIRST_PID, changes);
  expect(admit(FIRST_PID)).toBeUndefined();
  expect([told, made.pins]).toEqual([[], 0]);
});

test('a process is refused for want of descriptors, which is warned of once, after the answer', async () => {
  const shortage = new SignalError('EMFILE', 'none is left', { syscall: 'open' });
  client(FIRST_PID, { shortage });
  expect(admit(FIRST_PID)).toBeUndefined();
  expect([reasons(), warnings]).toEqual([[Reason.noDescriptor], []]);
  await turn();
  admit(FIRST_PID, 2);
  await turn();
  expect(warnings).toEqual(['ERR_SERVER_FULL']);
  // There is room, and then none again.
  admit(FIRST_PID + 1);
  admit(FIRST_PID, 3);
  await turn();
  expect(warnings).toEqual(['ERR_SERVER_FULL', 'ERR_SERVER_FULL']);
});

test("a process's 256 are its own", async () => {
  fill(256);
  expect(admit(FIRST_PID, 1000)).toBeUndefined();
  expect(reasons()).toEqual([Reason.tooManySessions]);
  expect(admit(FIRST_PID + 1)).toBeDefined();
});

test('a server has 1,024; who comes then is refused, which is warned of', async () => {
  fill(1024);
  expect(admit(FIRST_PID + 9)).toBeUndefined();
  expect(reasons()).toEqual([Reason.full]);
  await turn();
  expect(warnings).toEqual(['ERR_SERVER_FULL']);
});

test('before that the dead go', () => {
  fill(1024);
  (anyClients.get(FIRST_PID) as AnyClient).hasExited = true;
  expect(admit(FIRST_PID + 9)).toBeDefined();
  expect(died).toEqual(Array(256).fill(FIRST_PID));
  expect(sessions.size).toBe(769);
});

test('the dead are swept each time that there are twice as many', () => {
  fill(16);
  (anyClients.get(FIRST_PID) as AnyClient).hasExited = true;
  admit(FIRST_PID + 1);
  expect(died).toHaveLength(16);
  // Not each time: one that dies now stays until then.
  admit(FIRST_PID + 2);
  (anyClients.get(FIRST_PID + 2) as AnyClient).hasExited = true;
  for (let i = 3; i < 17; i += 1) admit(FIRST_PID + i);
  expect([died.length, sessions.size]).toEqual([16, 16]);
  admit(FIRST_PID + 17);
  expect([died.length, sessions.size]).toEqual([17, 16]);
  // Twice as many as were left.
  (anyClients.get(FIRST_PID + 3) as AnyClient).hasExited = true;
  for (let i = 18; i < 32; i += 1) admit(FIRST_PID + i);
  expect(died).toHaveLength(17);
  admit(FIRST_PID + 32);
  expect(died).toHaveLength(18);
});

test('only the dead are swept', () => {
  fill(40);
  expect([died, sessions.size]).toEqual([[], 40]);
});

test('one that lay unused for 10 s goes before anybody is refused: the oldest, which is told', () => {
  jest.useFakeTimers();
  const all = fill(1024);
  (all[0] as Session).unusedSince = undefined; // it was used
  jest.advanceTimersByTime(9999);
  expect(admit(FIRST_PID + 9)).toBeUndefined();
  told = [];
  jest.advanceTimersByTime(1);
  expect(admit(FIRST_PID + 9)).toBeDefined();
  const gone = { kind: Kind.refused, session: all[1]?.id, message: 0, reason: Reason.full };
  expect(told).toEqual([{ pid: FIRST_PID, word: gone }]);
  expect([sessions.has(all[0] as Session), sessions.has(all[1] as Session)]).toEqual([true, false]);
});

describe('a CLOSE of a session that is not known any more', () => {
  const closing = (attempt: number) =>
    sessions.confirmClose(FIRST_PID, { kind: Kind.close, session: 9, attempt, thread: 1 });

  test('is confirmed, by its number, and nobody stays pinned', () => {
    const made = client(FIRST_PID);
    closing(7);
    const word = { kind: Kind.closed, session: 9, attempt: 7 };
    expect(told).toEqual([{ pid: FIRST_PID, word }]);
    expect(made.pins).toBe(0);
  });

  test('is not where no answer is wanted', () => {
    client(FIRST_PID);
    closing(0);
    expect(told).toEqual([]);
  });
});
