// What a client promises its caller. Its server is this process, and answers as it is told.

import '../support/own-target.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { binding, type NativeTransmitter, TransmitStatus } from '../../lib/binding/minitalk.js';
import { connect, type MinitalkClient } from '../../lib/minitalk/client/client.js';
import type { ConnectOptions } from '../../lib/minitalk/client/client-options.js';
import {
  acquireEndpoint,
  type Endpoint,
  type ServerPort,
} from '../../lib/minitalk/peer/endpoint.js';
import { pinThread, send } from '../../lib/minitalk/peer/pinned.js';
import { Kind, NO_MESSAGE, Reason, VERSION, type Word } from '../../lib/minitalk/wire/word.js';
import { itself } from '../support/own-target.js';
import { sayQueues } from '../support/queues-in-proc.js';

const { pid } = process;
const SESSION = 100;
let endpoint: Endpoint;
let letGo: () => void;
let heard: Word[];
/** What the server answers to a word. */
let answer: (word: Word) => Word | undefined;
let sessions: number;
const clients: MinitalkClient[] = [];

const welcome = (nonce: number): Word => {
  sessions += 1;
  return {
    kind: Kind.welcome,
    session: nonce,
    version: VERSION,
    burstSignal: 0,
    newSession: SESSION + sessions,
  };
};

/** As a server that takes each message without its data. */
function ordinary(word: Word): Word | undefined {
  const { session } = word;
  if (word.kind === Kind.open) return welcome(session);
  if (word.kind === Kind.close) return { kind: Kind.closed, session, attempt: word.attempt };
  if (word.kind === Kind.offer) return { kind: Kind.delivered, session, message: word.message };
  return undefined;
}

beforeEach(() => {
  Object.assign(itself, {
    force: undefined,
    closed: 0,
    isRegistered: true,
    hasExited: false,
    maxMessage: 100,
  });
  endpoint = acquireEndpoint();
  letGo = endpoint.hold();
  heard = [];
  sessions = 0;
  answer = ordinary;
  const self = pinThread(pid, binding.currentThread());
  endpoint.server = {
    takeWord(word) {
      heard.push(word);
      const reply = answer(word);
      if (reply !== undefined) send(self, reply);
    },
    takeStray() {},
    drained() {},
    granted: () => undefined,
    schedule() {},
  } as Partial<ServerPort> as ServerPort;
});

afterEach(async () => {
  answer = ordinary;
  await Promise.all(clients.splice(0).map((client) => client.close()));
  endpoint.server = undefined;
  letGo();
  endpoint.release();
});

async function connected(options: ConnectOptions = {}): Promise<MinitalkClient> {
  const client = await connect(pid, options);
  clients.push(client);
  return client;
}

const kindsOf = (words: readonly Word[]) => words.map(({ kind }) => kind);
const until = async (isSo: () => boolean) => {
  while (!isSo()) await sleep(2);
};
const coded = (code: string) => expect.objectContaining({ code });
const ABORTED = AbortSignal.abort();

describe('connect', () => {
  test('opens a session, and forces nothing unless told', async () => {
    await connected();
    expect(kindsOf(heard)).toEqual([Kind.open]);
    expect(itself.force).toBe(false);
    await connected({ force: true });
    expect(itself.force).toBe(true);
  });

  test('takes a pid in digits, too', async () => {
    clients.push(await connect(String(pid)));
    expect(kindsOf(heard)).toEqual([Kind.open]);
  });

  test.each([0, -1, Number.NaN])('a time-out of %d ms is none', async (timeout) => {
    await expect(connect(pid, { timeout })).rejects.toThrow(
      `timeout ${timeout}: expected more than 0 ms`,
    );
    expect([heard, itself.force]).toEqual([[], undefined]);
  });

  test('gives all back when it fails', async () => {
    answer = ({ session }) => ({
      kind: Kind.refused,
      session,
      message: NO_MESSAGE,
      reason: Reason.notAllowed,
    });
    await expect(connect(pid)).rejects.toThrow(coded('ERR_NOT_ALLOWED'));
    expect(itself.closed).toBe(1);
    expect(endpoint.clients.size).toBe(0);
  });

  test('sends nothing when it was given up before', async () => {
    await expect(connect(pid, { signal: ABORTED })).rejects.toThrow(coded('ABORT_ERR'));
    expect([heard, itself.force]).toEqual([[], undefined]);
  });

  test('ends when it is given up', async () => {
    answer = () => undefined;
    const abort = new AbortController();
    const connecting = connect(pid, { signal: abort.signal });
    await until(() => heard.length > 0);
    abort.abort();
    await expect(connecting).rejects.toThrow(coded('ABORT_ERR'));
  });

  test('waits 10 s for an answer unless told', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask', 'nextTick'] });
    answer = () => undefined;
    const outcome = connect(pid).catch(({ message }) => message);
    for (let ms = 0; ms < 12_000; ms += 20) await jest.advanceTimersByTimeAsync(20);
    jest.useRealTimers();
    expect(await outcome).toMatch(/did not answer for 10 s/);
  });

  test('warns of a full signal queue meanwhile', async () => {
    sayQueues(() => '7/7');
    answer = () => undefined;
    const onWarning = jest.fn();
    await expect(connect(pid, { timeout: 200, onWarning })).rejects.toThrow(coded('EAGAIN'));
    jest.restoreAllMocks();
    expect(onWarning.mock.calls).toEqual([[coded('EAGAIN')]]);
  });

  test('waits for an answer as long as it is told', async () => {
    answer = () => undefined;
    await expect(connect(pid, { timeout: 50 })).rejects.toThrow(/did not answer for 0.05 s/);
  });
});

describe('send', () => {
  test('says how long the message was, and its mode', async () => {
    const client = await connected();
    const delivery = await client.send('grüße');
    expect(delivery).toMatchObject({ bytes: 7, mode: 'bit' });
    expect(delivery.durationMs).toBeGreaterThan(0);
    expect(heard.at(-1)).toMatchObject({ kind: Kind.offer, message: 1, length: 7 });
    await client.send(new Uint8Array(3));
    expect(heard.at(-1)).toMatchObject({ kind: Kind.offer, message: 2, length: 3 });
  });

  test.each([
    ['on the CPU that the server names', {}, 0],
    ['anywhere with place off', { place: 'off' }, -1],
  ] as const)('sends %s', async (_where, options, expected) => {
    const cpus: number[] = [];
    const transmitter = jest.spyOn(binding, 'Transmitter').mockImplementation(
      () =>
        ({
          open: () => 0,
          begin: () => 0,
          transmit(cpu) {
            cpus.push(cpu);
            return TransmitStatus.frameDone;
          },
          lastReply: () => 0,
          taken: () => 5,
          close() {},
        }) as NativeTransmitter,
    );
    const client = await connected(options);
    answer = (word) => {
      const { session } = word;
      if (word.kind !== Kind.offer) return ordinary(word);
      const { message } = word;
      return { kind: Kind.grant, session, message, grant: 1, place: 0, frame: 0 };
    };
    const sent = client.send('hello');
    await until(() => cpus.length > 0);
    answer = ordinary;
    await sent;
    transmitter.mockRestore();
    expect(cpus).toEqual([expected]);
  });

  test('tells its progress', async () => {
    const client = await connected();
    const progress: number[] = [];
    await client.send('hello', { onProgress: ({ sent }) => progress.push(sent) });
    expect(progress).toEqual([0]);
  });

  test('sends nothing longer than the server takes, and all that it does', async () => {
    const client = await connected();
    await expect(client.send('x'.repeat(101))).rejects.toThrow(coded('EMSGSIZE'));
    expect(kindsOf(heard)).toEqual([Kind.open]);
    expect(await client.send('x'.repeat(100))).toMatchObject({ bytes: 100 });
    itself.maxMessage = undefined;
    expect(await (await connected()).send('x'.repeat(101))).toMatchObject({ bytes: 101 });
  });

  test('refuses a mode that is none', async () => {
    const client = await connected();
    await expect(client.send('x', { mode: 'byte' as 'bit' })).rejects.toThrow(
      coded('ERR_OUT_OF_RANGE'),
    );
    expect(kindsOf(heard)).toEqual([Kind.open]);
  });

  test('keeps the order of the calls, also where one fails', async () => {
    const client = await connected();
    const results = await Promise.allSettled([
      client.send('1'),
      client.send('x'.repeat(101)),
      client.send('333'),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(heard.flatMap((word) => (word.kind === Kind.offer ? [word.length] : []))).toEqual([
      1, 3,
    ]);
  });

  test('waits for the one before', async () => {
    const client = await connected();
    answer = () => undefined;
    const first = client.send('1');
    const second = client.send('22');
    await until(() => kindsOf(heard).filter((kind) => kind === Kind.offer).length > 3);
    expect(heard.some((word) => word.kind === Kind.offer && word.length === 2)).toBe(false);
    answer = ordinary;
    expect(await Promise.all([first, second])).toMatchObject([{ bytes: 1 }, { bytes: 2 }]);
  });

  test('that is given up ends its session; the next one opens another', async () => {
    const client = await connected();
    answer = (word) => (word.kind === Kind.offer ? undefined : ordinary(word));
    const abort = new AbortController();
    const sent = client.send('1', { signal: abort.signal });
    await until(() => kindsOf(heard).includes(Kind.offer));
    abort.abort();
    await expect(sent).rejects.toThrow(coded('ABORT_ERR'));
    await until(() => kindsOf(heard).includes(Kind.close));
    answer = ordinary;
    expect(await client.send('1')).toMatchObject({ bytes: 1 });
    // The first of its new session.
    expect(heard.at(-1)).toMatchObject({ kind: Kind.offer, message: 1, session: SESSION + 2 });
  });

  test('that was given up before sends nothing', async () => {
    const client = await connected();
    await expect(client.send('1', { signal: ABORTED })).rejects.toThrow(coded('ABORT_ERR'));
    endpoint.channel.flush();
    expect(kindsOf(heard)).not.toContain(Kind.offer);
  });

  test('keeps the process alive while it waits, and no longer', async () => {
    const client = await connected();
    letGo(); // ours
    const unref = jest.spyOn(endpoint.channel, 'unref');
    const ref = jest.spyOn(endpoint.channel, 'ref');
    await client.send('1');
    expect([ref.mock.calls.length, unref.mock.calls.length]).toEqual([1, 1]);
    jest.restoreAllMocks();
    letGo = endpoint.hold();
  });
});

describe('a client that nobody waits for', () => {
  test('takes its leave when the server closes', async () => {
    await connected();
    const goodbye: Word = {
      kind: Kind.refused,
      session: SESSION + 1,
      message: NO_MESSAGE,
      reason: Reason.closing,
    };
    const self = pinThread(pid, binding.currentThread());
    send(self, goodbye);
    self.unpin();
    await until(() => kindsOf(heard).includes(Kind.close));
  });
});

describe('close', () => {
  test('ends the session, and gives all back when that is confirmed', async () => {
    const client = await connect(pid);
    await client.close();
    await client.close();
    expect(kindsOf(heard)).toEqual([Kind.open, Kind.close]);
    expect(itself.closed).toBe(1);
    expect(endpoint.clients.size).toBe(0);
  });

  test('leaves the handlers until the server has confirmed it', async () => {
    const client = await connect(pid);
    answer = () => undefined;
    const closing = client.close();
    await until(() => kindsOf(heard).filter((kind) => kind === Kind.close).length > 1);
    expect(itself.closed).toBe(0);
    await closing; // it waits no longer, but they stay
    expect(itself.closed).toBe(0);
    answer = ordinary;
    await until(() => itself.closed === 1);
  });

  test('rejects what is not delivered', async () => {
    const client = await connected();
    answer = (word) => (word.kind === Kind.offer ? undefined : ordinary(word));
    const sent = [client.send('1'), client.send('2')];
    const outcome = Promise.allSettled(sent);
    await until(() => kindsOf(heard).includes(Kind.offer));
    await client.close();
    const closed = { status: 'rejected', reason: coded('ERR_CLIENT_CLOSED') };
    expect(await outcome).toEqual([closed, closed]);
    const before = kindsOf(heard);
    await expect(client.send('3')).rejects.toThrow(coded('ERR_CLIENT_CLOSED'));
    endpoint.channel.flush();
    expect(kindsOf(heard)).toEqual(before);
  });

  test('does not wait for a server that did not answer', async () => {
    const client = await connect(pid, { timeout: 50 });
    answer = () => undefined;
    await expect(client.send('1')).rejects.toThrow(coded('ETIMEDOUT'));
    // Its goodbye is never answered; who waits for that waits 500 ms.
    const before = kindsOf(heard).filter((kind) => kind === Kind.close).length;
    await client.close();
    const after = kindsOf(heard).filter((kind) => kind === Kind.close).length;
    expect(after - before).toBeLessThan(4);
    answer = ordinary;
    await until(() => itself.closed === 1);
  });

  test('comes with the end of its scope', async () => {
    {
      await using client = await connect(pid);
      await client.send('1');
    }
    expect(kindsOf(heard)).toEqual([Kind.open, Kind.offer, Kind.close]);
  });
});
