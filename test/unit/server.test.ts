// What a server promises its caller. Its client is this thread.
import '../support/own-client.js';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { binding } from '../../lib/binding/minitalk.js';
import { acquireEndpoint, type Endpoint } from '../../lib/minitalk/peer/endpoint.js';
import { pinThread } from '../../lib/minitalk/peer/pinned.js';
import type { Message } from '../../lib/minitalk/server/message.js';
import {
  createServer,
  type MinitalkServer,
  type ServerOptions,
} from '../../lib/minitalk/server/server.js';
import { ANYWHERE, decodePlace, onCpu } from '../../lib/minitalk/wire/place.js';
import { decode, Kind, Reason, VERSION, type Word } from '../../lib/minitalk/wire/word.js';
import { signalNumber } from '../../lib/signals/names.js';
import { catches, openDescriptors } from '../support/own-process.js';
import { sayQueues } from '../support/queues-in-proc.js';
import { newRuntimeDirectory } from '../support/runtime-directory.js';
import { transmitFrame } from '../support/transmit.js';

const { pid } = process;
const thread = binding.currentThread();
const BURST = signalNumber('SIGRTMIN+7');
let runtime: string;
let endpoint: Endpoint;
let heard: Word[];
const servers: MinitalkServer[] = [];

beforeEach(() => {
  runtime = newRuntimeDirectory();
  endpoint = acquireEndpoint();
  heard = [];
  endpoint.clients.add({
    accept(word) {
      heard.push(word);
      // Who hears that the server leaves says CLOSE.
      if (word.kind === Kind.refused && word.message === 0 && word.reason === Reason.closing) {
        const close = { kind: Kind.close, session: word.session, attempt: 1, thread } as const;
        queueMicrotask(() => endpoint.server?.takeWord(close, pid));
      }
      return true;
    },
  });
});

afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(servers.splice(0).map((server) => server.close()));
  endpoint.clients.clear();
  endpoint.release();
});

async function listening(options: ServerOptions = {}): Promise<MinitalkServer> {
  const server = createServer(options);
  servers.push(server);
  await server.listen();
  return server;
}

function answers(): Word[] {
  endpoint.channel.flush();
  endpoint.channel.flush();
  return heard.splice(0);
}

function say(word: Word): Word[] {
  answers();
  endpoint.server?.takeWord(word, pid);
  return answers();
}

function opened(nonce = 77) {
  const [word] = say({ kind: Kind.open, session: nonce, version: VERSION, thread });
  if (word?.kind !== Kind.welcome) throw new Error(`no WELCOME but ${JSON.stringify(word)}`);
  return word;
}

function granted(session: number, length = 5) {
  const words = say({ kind: Kind.offer, session, message: 1, length });
  const word = words.find(({ kind }) => kind === Kind.grant);
  if (word?.kind !== Kind.grant) throw new Error(`no GRANT but ${JSON.stringify(words)}`);
  return word;
}

/** A whole message of this thread; what is answered. */
function sent(text: string, nonce = 77): Word[] {
  const { newSession } = opened(nonce);
  transmitFrame(text, granted(newSession, Buffer.byteLength(text)));
  return answers();
}

const directory = () => join(runtime, 'minitalk');
const registered = () => (existsSync(directory()) ? readdirSync(directory()) : []);
const registration = () =>
  JSON.parse(readFileSync(join(directory(), registered()[0] as string), 'utf8'));
const coded = (code: string) => expect.objectContaining({ code });

describe('options', () => {
  test.each<[string, ServerOptions]>([
    ['maxMessage that is no whole number', { maxMessage: 1.5 }],
    ['maxMessage below 0', { maxMessage: -1 }],
    ['maxMessage of 4 GiB', { maxMessage: 2 ** 32 }],
    ['idleTimeout of 0', { idleTimeout: 0 }],
    ['idleTimeout that is no number', { idleTimeout: Number.NaN }],
    ['burstSignal that does not queue', { burstSignal: 'SIGHUP' }],
  ])('refused: %s', (_what, options) => {
    expect(() => createServer(options)).toThrow(coded('ERR_OUT_OF_RANGE'));
  });

  test('taken: the limits', () => {
    for (const maxMessage of [0, 2 ** 32 - 1]) createServer({ maxMessage });
    createServer({ idleTimeout: 0.5, burstSignal: 'SIGRTMIN+1' });
  });

  test('refused: a name that is none, at once', () => {
    expect(() => createServer({ name: 'not a name' })).toThrow(coded('ERR_INVALID_NAME'));
  });

  test('that were not given have their defaults', async () => {
    await listening();
    expect(registration()).toMatchObject({ pid, thread, maxMessage: 64 * 2 ** 20 });
    expect(registration()).not.toHaveProperty('name');
    const welcome = opened();
    expect(welcome).toMatchObject({ version: VERSION, burstSignal: BURST });
    expect(catches(BURST)).toBe(true);
  });

  test('that were given are heard', async () => {
    await listening({ name: 'me', maxMessage: 10, burstSignal: null, allowUids: [] });
    expect(registration()).toMatchObject({ name: 'me', maxMessage: 10 });
    const { newSession: session, burstSignal } = opened();
    expect(burstSignal).toBe(0);
    expect(catches(BURST)).toBe(false);
    const tooLong = { kind: Kind.offer, session, message: 1, length: 11 } as const;
    expect(say(tooLong)).toMatchObject([{ kind: Kind.refused, reason: Reason.tooLarge }]);
  });

  test('allowUids names who may send besides the own user', async () => {
    await listening({ allowUids: [] });
    opened();
    jest.spyOn(process, 'getuid').mockReturnValue(12_345);
    const open = { kind: Kind.open, session: 78, version: VERSION, thread } as const;
    expect(say(open)).toMatchObject([{ kind: Kind.refused, reason: Reason.notAllowed }]);
  });

  test.each<[number, ServerOptions]>([
    [30_000, {}],
    [5000, { idleTimeout: 5000 }],
  ])('a client has %p ms', async (ms, options) => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask', 'nextTick'] });
    const server = await listening(options);
    const partials = jest.fn();
    server.on('partial', partials);
    granted(opened().newSession);
    jest.advanceTimersByTime(ms - 500);
    expect(partials).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1000);
    expect(partials.mock.calls).toMatchObject([[{ reason: 'idle' }]]);
    jest.useRealTimers();
  });

  test.each<[string, ServerOptions, boolean]>([
    ['shares a CPU with the sender', {}, true],
    ['does not with place off', { place: 'off' }, false],
    ['does with place auto', { place: 'auto' }, true],
  ])('%s', async (_what, options, shares) => {
    jest.spyOn(binding, 'holdableCpu').mockReturnValue(0);
    await listening(options);
    const { place } = granted(opened().newSession);
    expect(decodePlace(place)).toEqual(shares ? onCpu(0) : ANYWHERE);
  });
});

test('the registration tells of the lanes before a GRANT names them, and while there are some', async () => {
  sayQueues(() => '0/1000');
  const server = await listening();
  const { newSession } = opened();
  const told: unknown[] = [];
  const { sendWord } = binding;
  jest.spyOn(binding, 'sendWord').mockImplementation((...word) => {
    const [, , , high, low] = word;
    if (decode(high, low)?.kind === Kind.grant) told.push(registration().lanes);
    return sendWord(...word);
  });
  const { place } = granted(newSession, 100);
  expect(decodePlace(place).lanes).toBe(64);
  const [lanes = []] = told as number[][];
  expect(lanes).toHaveLength(64);
  const threads = () => readdirSync('/proc/self/task').map(Number);
  expect(threads()).toEqual(expect.arrayContaining(lanes));
  const closed = server.close();
  expect(registration().lanes).toEqual([]);
  expect(threads().filter((id) => lanes.includes(id))).toEqual([]);
  await closed;
  expect(registered()).toEqual([]);
});

describe('listen', () => {
  test('is once, and emitted', async () => {
    const server = createServer();
    servers.push(server);
    const emitted = jest.fn();
    server.on('listening', emitted);
    expect(server.listening).toBe(false);
    await server.listen();
    expect([server.listening, emitted.mock.calls.length]).toEqual([true, 1]);
    await expect(server.listen()).rejects.toThrow(coded('ERR_SERVER_CLOSED'));
    await server.close();
    await expect(server.listen()).rejects.toThrow(coded('ERR_SERVER_CLOSED'));
  });

  /** Nobody but this test has the endpoint, so that it closes with its release. */
  const isGivenBack = () => {
    const old = endpoint;
    endpoint.clients.clear();
    endpoint.release();
    endpoint = acquireEndpoint();
    return endpoint !== old;
  };

  test('of a second one in a process fails, and takes nothing from the first', async () => {
    const first = await listening();
    const second = createServer();
    await expect(second.listen()).rejects.toThrow(coded('EADDRINUSE'));
    expect(second.listening).toBe(false);
    expect(opened()).toMatchObject({ version: VERSION });
    await first.close();
    while (endpoint.leaving.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(isGivenBack()).toBe(true);
  });

  test('that cannot register leaves nothing behind', async () => {
    const fs = require('node:fs') as typeof import('node:fs');
    jest.spyOn(fs, 'renameSync').mockImplementation(() => {
      throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
    });
    const server = createServer();
    await expect(server.listen()).rejects.toThrow('no room');
    jest.restoreAllMocks();
    expect([server.listening, registered(), catches(BURST)]).toEqual([false, [], false]);
    const next = await listening();
    expect(next.listening).toBe(true);
    await next.close();
    expect(isGivenBack()).toBe(true);
  });

  test('is refused to who may have no signal queued', async () => {
    sayQueues(() => '0/0');
    await expect(createServer().listen()).rejects.toThrow(coded('EAGAIN'));
    expect(registered()).toEqual([]);
  });
});

describe('the process', () => {
  const calls = () => {
    const log: string[] = [];
    jest.spyOn(endpoint.channel, 'ref').mockImplementation(() => log.push('ref'));
    jest.spyOn(endpoint.channel, 'unref').mockImplementation(() => log.push('unref'));
    return log;
  };

  test('lives as long as the server listens', async () => {
    const log = calls();
    const server = await listening();
    expect(log).toEqual(['ref']);
    await server.close();
    expect(log).toEqual(['ref', 'unref']);
  });

  test('need not, and may again', async () => {
    const log = calls();
    const server = await listening();
    expect(server.unref()).toBe(server);
    server.unref();
    expect(log).toEqual(['ref', 'unref']);
    expect(server.ref()).toBe(server);
    server.ref();
    expect(log).toEqual(['ref', 'unref', 'ref']);
    server.unref();
    expect(log).toEqual(['ref', 'unref', 'ref', 'unref']);
  });

  test('is told before it listens, too', async () => {
    const log = calls();
    const server = createServer();
    servers.push(server);
    server.unref();
    await server.listen();
    expect(log).toEqual([]);
    await server.close();
    const other = createServer();
    servers.push(other);
    other.unref().ref();
    await other.listen();
    expect(log).toEqual(['ref']);
  });
});

describe('a message', () => {
  test('is emitted, and then delivered', async () => {
    const server = await listening();
    const messages: Message[] = [];
    server.on('message', (message) => messages.push(message));
    expect(sent('hello')).toMatchObject([{ kind: Kind.delivered, message: 1 }]);
    expect(messages).toMatchObject([
      { text: 'hello', mode: 'bit', sender: { pid, uid: process.getuid?.(), attested: true } },
    ]);
    expect(messages[0]?.durationMs).toBeGreaterThan(0);
  });

  test('that nobody takes is not delivered', async () => {
    await listening();
    expect(sent('hello')).toMatchObject([{ kind: Kind.refused, reason: Reason.failed }]);
  });

  test('that is left unfinished is told of', async () => {
    const server = await listening();
    const partials = jest.fn();
    server.on('partial', partials);
    const { newSession: session } = opened();
    granted(session);
    say({ kind: Kind.close, session, attempt: 1, thread });
    expect(partials.mock.calls).toMatchObject([[{ reason: 'cancelled', bytes: 0, expected: 5 }]]);
  });
});

test('strays, gaps and warnings are emitted', async () => {
  const server = await listening();
  const emitted: string[] = [];
  server.on('stray', ({ signal }) => emitted.push(signal));
  server.on('gap', ({ lost }) => emitted.push(`${lost} lost`));
  server.on('warning', ({ code }) => emitted.push(code));
  process.kill(pid, 'SIGUSR1');
  answers();
  endpoint.server?.takeGap(3, { SIGUSR1: 3 });
  // As many sessions as one process may have, and one more.
  for (let nonce = 1; nonce <= 257; nonce += 1) {
    endpoint.server?.takeWord({ kind: Kind.open, session: nonce, version: VERSION, thread }, pid);
    answers();
  }
  await new Promise(setImmediate);
  expect(emitted).toEqual(['SIGUSR1', '3 lost', 'ERR_TOO_MANY_SESSIONS']);
});

describe('close', () => {
  test('is safe to repeat, and emitted once', async () => {
    const server = await listening();
    const emitted = jest.fn();
    server.on('close', emitted);
    await Promise.all([server.close(), server.close()]);
    await server.close();
    expect(emitted).toHaveBeenCalledTimes(1);
    expect(server.listening).toBe(false);
  });

  test('of one that never listened does nothing', async () => {
    const server = createServer();
    const emitted = jest.fn();
    server.on('close', emitted);
    await server.close();
    expect(emitted).toHaveBeenCalledTimes(1);
  });

  test('comes with the end of its scope', async () => {
    const server = createServer();
    {
      await using scoped = server;
      await scoped.listen();
    }
    expect(server.listening).toBe(false);
    expect(registered()).toEqual([]);
  });

  test('tells each client, takes the registration back, and gives the signals back', async () => {
    const server = await listening();
    opened();
    const closing = server.close();
    expect(server.listening).toBe(false);
    await closing;
    expect(registered()).toEqual([]);
    expect(catches(BURST)).toBe(false);
    expect(endpoint.server).toBeUndefined();
    // And another one can listen.
    await (await listening()).close();
  });

  test('keeps the handlers for who has just seen the registration', async () => {
    const server = await listening();
    let gone: boolean | undefined;
    const look = setInterval(() => {
      if (registered().length === 0) gone ??= catches(BURST);
    }, 1);
    await server.close();
    clearInterval(look);
    expect(gone).toBe(true);
  });

  test('keeps them while a client has not confirmed', async () => {
    const server = await listening();
    const { newSession: session } = opened();
    endpoint.clients.clear(); // it says nothing
    await server.close();
    expect(catches(BURST)).toBe(true);
    const [port] = endpoint.leaving;
    port?.accept({ kind: Kind.close, session, attempt: 0, thread }, pid);
    while (catches(BURST)) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(endpoint.leaving.size).toBe(0);
  });

  test('ends the iteration; what it has not taken was not delivered', async () => {
    const server = await listening();
    const iterator = server[Symbol.asyncIterator]();
    const first = iterator.next();
    sent('first');
    expect((await first).value?.text).toBe('first');
    expect(sent('second', 78)).toEqual([]); // the loop is busy
    await server.close();
    expect(answers()).toContainEqual(expect.objectContaining({ reason: Reason.failed }));
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });
});

test('a thread of this process that is pinned is let go of at the end', async () => {
  const self = pinThread(pid, thread);
  self.unpin();
  const descriptors = openDescriptors();
  const server = await listening();
  opened();
  expect(openDescriptors()).toBeGreaterThan(descriptors);
  await server.close();
  while (endpoint.leaving.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(openDescriptors()).toBe(descriptors);
});
