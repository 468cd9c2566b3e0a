// A client's sessions with a server that is this process itself: what it says comes to a
// port of ours, and its answers are put into the clients' ports.

import { createNumbers, type Numbers } from '../../lib/minitalk/client/numbers.js';
import { remoteServer } from '../../lib/minitalk/client/remote-server.js';
import { Session } from '../../lib/minitalk/client/session.js';
import {
  acquireEndpoint,
  type Endpoint,
  type ServerPort,
} from '../../lib/minitalk/peer/endpoint.js';
import { Kind, NO_MESSAGE, Reason, VERSION, type Word } from '../../lib/minitalk/wire/word.js';
import { SignalChannel } from '../../lib/signals/internal/channel.js';
import { itself, ownTarget } from '../support/own-target.js';

let endpoint: Endpoint;
let letGo: () => void;
let heard: Word[];
let onWord: () => void;
let numbers: Numbers;
const open: Session[] = [];
const never = new AbortController().signal;

beforeEach(() => {
  endpoint = acquireEndpoint();
  letGo = endpoint.hold();
  heard = [];
  itself.closed = 0;
  onWord = () => {};
  numbers = createNumbers(() => 1);
  endpoint.server = {
    takeWord(word) {
      heard.push(word);
      onWord();
    },
    drained() {},
  } as Partial<ServerPort> as ServerPort;
});

afterEach(() => {
  for (const session of open.splice(0)) session.free();
  endpoint.server = undefined;
  letGo();
  endpoint.release();
});

function newSession(): Session {
  const target = ownTarget(false);
  const session = new Session(target, remoteServer(target, 10_000), numbers);
  session.read();
  open.push(session);
  return session;
}

/** The nonce of the next OPEN that is none of these. */
async function nextNonce(...before: number[]): Promise<number> {
  for (;;) {
    for (const { kind, session } of heard.splice(0)) {
      if (kind === Kind.open && !before.includes(session)) return session;
    }
    await new Promise<void>((resolve) => {
      onWord = resolve;
    });
  }
}

/** How many of the clients' ports took it. */
function tell(word: Word, pid = process.pid): number {
  return [...endpoint.clients].filter((port) => port.accept(word, pid)).length;
}

const welcome = (nonce: number, newSession: number, version: number = VERSION): Word => ({
  kind: Kind.welcome,
  session: nonce,
  version,
  burstSignal: 41,
  newSession,
});
const refusal = (session: number): Word => ({
  kind: Kind.refused,
  session,
  message: NO_MESSAGE,
  reason: Reason.closing,
});

test('a nonce is forgotten when its session is open', async () => {
  const session = newSession();
  const opening = session.open(never);
  const nonce = await nextNonce();
  expect(tell(welcome(nonce, 100))).toBe(1);
  await opening;
  expect(tell(welcome(nonce, 200))).toBe(0);
  expect(tell(refusal(nonce))).toBe(0);
  expect(session.id).toBe(100);
  expect(tell(refusal(100))).toBe(1);
});

test('and when it is given up', async () => {
  const session = newSession();
  const abort = new AbortController();
  const opening = session.open(abort.signal).catch(({ code }) => code);
  const nonce = await nextNonce();
  abort.abort();
  expect(await opening).toBe('ABORT_ERR');
  expect(tell(welcome(nonce, 100))).toBe(0);
  expect(tell(refusal(nonce))).toBe(0);
  expect(session.id).toBe(0);
});

test('each word goes to one conversation, also when all of them draw the same numbers', async () => {
  const first = newSession();
  const second = newSession();
  const opening = [first.open(never), second.open(never)];
  const nonce = await nextNonce();
  const other = await nextNonce(nonce);
  expect(tell(welcome(nonce, 100))).toBe(1);
  expect(tell(welcome(other, 101))).toBe(1);
  await Promise.all(opening);
  expect([first.id, second.id].sort()).toEqual([100, 101]);
});

test('a WELCOME with the number of another conversation makes it open again, with another nonce', async () => {
  const first = newSession();
  const opening = first.open(never);
  const nonce = await nextNonce();
  tell(welcome(nonce, 100));
  await opening;
  const second = newSession();
  const reopening = second.open(never);
  const taken = await nextNonce(nonce);
  tell(welcome(taken, 100));
  const fresh = await nextNonce(nonce, taken);
  expect(second.id).toBe(0);
  tell(welcome(fresh, 101));
  await reopening;
  expect(second.id).toBe(101);
});

/** A session that is open, with this number. */
async function opened(number: number): Promise<Session> {
  const session = newSession();
  const opening = session.open(never);
  tell(welcome(await nextNonce(), number));
  await opening;
  return session;
}

test('a server of another version is an error', async () => {
  const session = newSession();
  const opening = session.open(never);
  tell(welcome(await nextNonce(), 100, VERSION + 1));
  await expect(opening).rejects.toMatchObject({ code: 'EPROTO' });
});

test('WELCOME tells the burst signal, and the nonce may be a session then', async () => {
  const session = newSession();
  const opening = session.open(never);
  const nonce = await nextNonce();
  expect(session.dataOffer.burstSignal).toBe(0);
  tell(welcome(nonce, 100));
  await opening;
  expect(session.dataOffer.burstSignal).toBe(41);
  expect(numbers.claim(process.pid, nonce)).toBe(true);
});

test('a session that is open is not opened again', async () => {
  const session = await opened(100);
  await session.open(never);
  expect([session.id, heard]).toEqual([100, []]);
});

test('messages are numbered 1 to 255, and from 1 again', async () => {
  const session = await opened(100);
  const numbered = Array.from({ length: 257 }, () => session.nextMessage());
  expect([numbered[0], numbered[254], numbered[255], numbered[256]]).toEqual([1, 255, 1, 2]);
});

test("a word is for its session when it is its server's", async () => {
  await opened(100);
  const wait: Word = { kind: Kind.wait, session: 100, message: 1 };
  expect([tell(wait), tell(wait, process.ppid), tell({ ...wait, session: 101 })]).toEqual([
    1, 0, 0,
  ]);
});

test('only WELCOME and REFUSED are for a nonce', async () => {
  const session = newSession();
  const opening = session.open(never).catch(() => {});
  const nonce = await nextNonce();
  expect(tell({ kind: Kind.wait, session: nonce, message: 1 })).toBe(0);
  expect(tell(refusal(nonce))).toBe(1);
  await opening;
});

test('what came for an opening that is over, or a session that has ended, is not read', async () => {
  const session = newSession();
  const opening = session.open(never);
  const nonce = await nextNonce();
  tell(welcome(nonce, 100));
  tell(welcome(nonce, 100)); // as the second question was answered
  await opening;
  expect(session.mailbox.skip(() => false)).toBe(false);
  tell({ kind: Kind.wait, session: 100, message: 1 });
  expect(session.mailbox.skip(() => false)).toBe(true);
  session.end();
  expect(session.mailbox.skip(() => false)).toBe(false);
  tell({ kind: Kind.closed, session: 100, attempt: 1 });
  await session.ended();
});

test('the number of a session is free when its end is confirmed, not before', async () => {
  const session = newSession();
  const opening = session.open(never);
  tell(welcome(await nextNonce(), 100));
  await opening;
  session.end();
  expect(numbers.claim(process.pid, 100)).toBe(false);
  tell({ kind: Kind.closed, session: 100, attempt: 1 });
  await session.ended();
  expect(numbers.claim(process.pid, 100)).toBe(true);
});

test('who cannot catch the signals has no session, and gives its target back', () => {
  endpoint.server = undefined;
  letGo();
  endpoint.release();
  const subscribe = jest.spyOn(SignalChannel.prototype, 'subscribe').mockImplementation(() => {
    throw new Error('no timer is left');
  });
  expect(newSession).toThrow('no timer is left');
  expect(itself.closed).toBe(1);
  subscribe.mockRestore();
  endpoint = acquireEndpoint();
  letGo = endpoint.hold();
});

test('a process has 256 lines; who gets none gives all back, and so does who is freed', async () => {
  for (let i = 0; i < 256; i += 1) newSession();
  expect(() => newSession()).toThrow(expect.objectContaining({ code: 'ENOSPC' }));
  expect([itself.closed, endpoint.clients.size]).toEqual([1, 256]);
  for (const session of open.splice(0)) session.free();
  expect([itself.closed, endpoint.clients.size]).toEqual([257, 0]);
  newSession();
  for (const session of open.splice(0)) session.free();
  // Nobody holds the endpoint any more.
  endpoint.server = undefined;
  letGo();
  endpoint.release();
  const next = acquireEndpoint();
  expect(next).not.toBe(endpoint);
  endpoint = next;
  letGo = endpoint.hold();
});

test('a session knows the lanes of its server as they are now', () => {
  const session = newSession();
  itself.lanes = [11, 12, 13];
  expect(session.lanes(2)).toEqual([11, 12]);
  itself.lanes = [];
});
