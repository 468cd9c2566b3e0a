// The channel that a process's server and clients share.

import { binding } from '../../lib/binding/minitalk.js';
import {
  acquireEndpoint,
  type Endpoint,
  type ServerPort,
  type WordPort,
} from '../../lib/minitalk/peer/endpoint.js';
import { pinThread, send } from '../../lib/minitalk/peer/pinned.js';
import { Kind, type Word } from '../../lib/minitalk/wire/word.js';
import { SignalChannel } from '../../lib/signals/internal/channel.js';
import { catches } from '../support/own-process.js';

const open: Endpoint[] = [];
const acquire = () => {
  const endpoint = acquireEndpoint();
  open.push(endpoint);
  return endpoint;
};

afterEach(() => {
  for (const endpoint of open.splice(0)) endpoint.release();
});

test('both signals are caught from its first user to its last', () => {
  const before = [10, 12].map(catches);
  const first = acquireEndpoint();
  const second = acquireEndpoint();
  expect(second).toBe(first);
  expect([10, 12].map(catches)).toEqual([true, true]);
  first.release();
  expect(acquireEndpoint()).toBe(first);
  second.release();
  second.release();
  expect([10, 12].map(catches)).toEqual(before);
  const next = acquireEndpoint();
  expect(next).not.toBe(first);
  next.release();
});

test('who cannot catch them leaves nothing open', () => {
  const close = jest.spyOn(SignalChannel.prototype, 'close');
  jest.spyOn(SignalChannel.prototype, 'subscribe').mockImplementation(() => {
    throw new Error('no timer is left');
  });
  expect(acquireEndpoint).toThrow('no timer is left');
  expect(close).toHaveBeenCalledTimes(1);
  jest.restoreAllMocks();
});

test('an endpoint that nobody holds keeps no loop alive', () => {
  const calls: string[] = [];
  for (const name of ['ref', 'unref'] as const) {
    jest.spyOn(SignalChannel.prototype, name).mockImplementation(() => calls.push(name));
  }
  acquireEndpoint().release();
  expect(calls).toEqual(['unref']);
  jest.restoreAllMocks();
});

test('the loop is kept alive while somebody holds it', () => {
  const endpoint = acquire();
  const calls: string[] = [];
  jest.spyOn(endpoint.channel, 'ref').mockImplementation(() => calls.push('ref'));
  jest.spyOn(endpoint.channel, 'unref').mockImplementation(() => calls.push('unref'));
  const first = endpoint.hold();
  const second = endpoint.hold();
  expect(calls).toEqual(['ref']);
  first();
  first();
  expect(calls).toEqual(['ref']);
  second();
  expect(calls).toEqual(['ref', 'unref']);
  endpoint.hold()();
  expect(calls).toEqual(['ref', 'unref', 'ref', 'unref']);
  jest.restoreAllMocks();
});

test('another signal is caught as long as somebody wants it', () => {
  const WINCH = 28;
  const endpoint = acquire();
  const first = endpoint.catch(WINCH);
  const second = endpoint.catch(WINCH);
  expect(catches(WINCH)).toBe(true);
  first();
  expect(catches(WINCH)).toBe(true);
  second();
  expect(catches(WINCH)).toBe(false);
});

describe('a signal', () => {
  const thread = binding.currentThread();
  const toServer: Word = { kind: Kind.offer, session: 5, message: 1, length: 9 };
  const toClient: Word = { kind: Kind.wait, session: 5, message: 1 };
  let endpoint: Endpoint;
  let log: string[];
  let batches: number;

  const port = (name: string, takes: boolean): WordPort => ({
    accept({ kind }, pid) {
      expect(pid).toBe(process.pid);
      log.push(`${name} ${kind}`);
      return takes;
    },
  });
  const say = (word: Word) => {
    const self = pinThread(process.pid, thread);
    send(self, word);
    self.unpin();
    endpoint.channel.flush();
    return log.splice(0);
  };

  beforeEach(() => {
    endpoint = acquire();
    log = [];
    batches = 0;
    endpoint.server = {
      takeWord: ({ kind }, pid) => log.push(`server ${kind} of ${pid === process.pid}`),
      takeStray: ({ signal, code }) => log.push(`stray ${signal} ${code}`),
      drained: () => {
        batches += 1;
      },
    } as Partial<ServerPort> as ServerPort;
  });
  afterEach(() => {
    endpoint.server = undefined;
    endpoint.clients.clear();
    endpoint.leaving.clear();
  });

  test("that is a client's word is the server's; a server that leaves is asked first", () => {
    endpoint.clients.add(port('client', true));
    expect(say(toServer)).toEqual([`server ${Kind.offer} of true`]);
    endpoint.leaving.add(port('leaving', false));
    expect(say(toServer)).toEqual([`leaving ${Kind.offer}`, `server ${Kind.offer} of true`]);
    endpoint.leaving.clear();
    endpoint.leaving.add(port('leaving', true));
    expect(say(toServer)).toEqual([`leaving ${Kind.offer}`]);
    expect(batches).toBeGreaterThan(0);
  });

  test("that is a server's word is of one client at most", () => {
    endpoint.clients.add(port('first', false));
    endpoint.clients.add(port('second', true));
    endpoint.clients.add(port('third', true));
    expect(say(toClient)).toEqual([`first ${Kind.wait}`, `second ${Kind.wait}`]);
    expect(say({ ...toClient, kind: Kind.delivered } as Word)).toHaveLength(2);
    const welcome = { kind: Kind.welcome, session: 5, version: 1, burstSignal: 0, newSession: 6 };
    expect(say(welcome as Word)).toEqual([`first ${Kind.welcome}`, `second ${Kind.welcome}`]);
  });

  const queue = (signo: number, high: number, low: number) => {
    expect(binding.queue(process.pid, thread, signo, high, low)).toBe(0);
    endpoint.channel.flush();
    return log.splice(0);
  };

  test('that is no word is a stray', () => {
    expect(queue(12, 0, 0)).toEqual(['stray SIGUSR2 SI_QUEUE']);
    // A word on the other signal is none.
    const offer = (Kind.offer << 28) | (5 << 8) | 1;
    expect(queue(10, offer, 9)).toEqual(['stray SIGUSR1 SI_QUEUE']);
    expect(queue(12, offer, 9)).toEqual([`server ${Kind.offer} of true`]);
    // What is not queued carries none.
    process.kill(process.pid, 'SIGUSR2');
    endpoint.channel.flush();
    expect(log).toEqual(['stray SIGUSR2 SI_USER']);
  });

  test('that found no room is told of as a gap', () => {
    const gaps: number[] = [];
    const server = endpoint.server as ServerPort;
    server.takeGap = (lost, bySignal) => gaps.push(lost, bySignal['SIGUSR1'] ?? 0);
    const sent = 8192 + 10;
    for (let i = 0; i < sent; i += 1) process.kill(process.pid, 'SIGUSR1');
    endpoint.channel.flush();
    expect(gaps).toEqual([10, 10]);
    expect(log).toHaveLength(8192);
  });

  test("is nobody's where there is no server", () => {
    endpoint.server = undefined;
    expect(say(toServer)).toEqual([]);
    expect(queue(12, 0, 0)).toEqual([]);
  });
});
