// A server's reception, whose client is this thread: what is said to it, and what it answers.
// Words and data are real signals. To be imported before the server is.
import './own-client.js';
import { binding } from '../../lib/binding/minitalk.js';
import { acquireEndpoint, type Endpoint } from '../../lib/minitalk/peer/endpoint.js';
import type { Message, PartialMessage } from '../../lib/minitalk/server/message.js';
import { Reception, type ReceptionOptions } from '../../lib/minitalk/server/reception.js';
import { Kind, VERSION, type Word } from '../../lib/minitalk/wire/word.js';
import type { SignalInfo } from '../../lib/signals/info.js';
import { type Transmitted, transmitFrame } from './transmit.js';

export const NONCE = 77;
export const MAX_MESSAGE = 100;
export const thread = binding.currentThread();
export let endpoint: Endpoint;
let heard: Word[];
export let delivered: Message[];
export let partials: PartialMessage[];
export let warnings: string[];
export let strays: SignalInfo[];
export let reception: Reception;
export let native: InstanceType<typeof binding.Server>;

beforeEach(() => {
  endpoint = acquireEndpoint();
  heard = [];
  delivered = [];
  partials = [];
  warnings = [];
  strays = [];
  endpoint.clients.add({
    accept(word) {
      heard.push(word);
      return true;
    },
  });
  native = new binding.Server();
  expect(native.claim(endpoint.channel.native, 0)).toBe(0);
});

afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
  reception.abandonUnfinished();
  for (const session of reception.end()) session.unpin();
  endpoint.server = undefined;
  endpoint.clients.clear();
  native.close();
  endpoint.release();
});

export function start(options: Partial<ReceptionOptions> = {}): void {
  reception = new Reception({
    endpoint,
    native,
    place: false,
    lanes: { count: () => 0, rest() {}, end() {} },
    burstSignal: 0,
    allowUids: undefined,
    maxMessage: MAX_MESSAGE,
    idleTimeout: 60_000,
    deliver: (message) => {
      delivered.push(message);
      return undefined;
    },
    partial: (partial) => partials.push(partial),
    stray: (info) => strays.push(info),
    warning: ({ code }) => warnings.push(code),
    gap() {},
    ...options,
  });
  endpoint.server = reception.port;
}

/** What is answered to this word of a client of the process `pid`. */
export function say(word: Word, pid = process.pid): Word[] {
  answers(); // to earlier ones
  reception.port.takeWord(word, pid);
  return answers();
}

export function answers(): Word[] {
  endpoint.channel.flush();
  endpoint.channel.flush(); // what was said while the first one drained
  return heard.splice(0);
}

export const openWord = (session: number): Word => ({
  kind: Kind.open,
  session,
  version: VERSION,
  thread,
});
export const offer = (session: number, message: number, length = 5): Word => ({
  kind: Kind.offer,
  session,
  message,
  length,
});
export const close = (session: number, attempt: number, of = thread): Word => ({
  kind: Kind.close,
  session,
  attempt,
  thread: of,
});

export function open(nonce = NONCE): number {
  const [welcome] = say(openWord(nonce));
  if (welcome?.kind !== Kind.welcome) throw new Error(`no WELCOME but ${JSON.stringify(welcome)}`);
  return welcome.newSession;
}

export function grantOf(words: Word[]) {
  const word = words.find(({ kind }) => kind === Kind.grant);
  if (word?.kind !== Kind.grant) throw new Error(`no GRANT but ${JSON.stringify(words)}`);
  return word;
}

/** What is answered to a message that is sent under this grant. */
export function transmit(
  text: string,
  grant: ReturnType<typeof grantOf>,
  how?: Transmitted,
): Word[] {
  transmitFrame(text, grant, how);
  return answers();
}

export const reasonsOf = (words: Word[]) =>
  words.map((word) => word.kind === Kind.refused && word.reason);
export const wait = (session: number, message: number) => ({ kind: Kind.wait, session, message });
