// A client's sessions with a server that is this process itself: what it says comes to a
// port of ours, and its answers are put into the clients' ports.

import { binding } from '../../lib/binding/minitalk.js';
import { createNumbers, type Numbers } from '../../lib/minitalk/client/numbers.js';
import { remoteServer } from '../../lib/minitalk/client/remote-server.js';
import { Session } from '../../lib/minitalk/client/session.js';
import {
  acquireEndpoint,
  type Endpoint,
  type ServerPort,
} from '../../lib/minitalk/peer/endpoint.js';
import { send } from '../../lib/minitalk/peer/pinned.js';
import type { Target } from '../../lib/minitalk/peer/target.js';
import { Kind, NO_MESSAGE, Reason, VERSION, type Word } from '../../lib/minitalk/wire/word.js';

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
  const target = {
    process: { pid: process.pid, pidfd: -1, hasExited: () => false, close() {} },
    thread: binding.currentThread(),
    look: () => ({ is: 'catching' }),
    lookAtRegistration: () => ({ is: 'seen', value: true }),
    tell: (word) => send(target, word),
    close() {},
  } as Partial<Target> as Target;
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
function tell(word: Word): number {
  return [...endpoint.clients].filter((port) => port.accept(word, process.pid)).length;
}

const welcome = (nonce: number, newSession: number): Word => ({
  kind: Kind.welcome,
  session: nonce,
  version: VERSION,
  burstSignal: 0,
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
