// What the server's command asks of the library, what it makes of its output's failures, and how it ends.
import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import type { serverCommand } from '../../lib/cli/commands/server.js';
import { MinitalkError } from '../../lib/minitalk/errors.js';
import type { Message } from '../../lib/minitalk/server/message.js';
import { keepStandardError } from '../support/standard-error.js';

const said = keepStandardError();
let created: Record<string, unknown> & { deliver: (message: Message) => Promise<void> };
let server: EventEmitter;
let isListening: boolean;
let hasClosed: boolean;
let printed: string;
let names: string[];
let hearSignal: (() => void) | undefined;
let exits: unknown[];
let isTerminal: boolean;

// What each of them does, unless a test wants it otherwise.
let listen: () => Promise<void>;
let close: () => Promise<void>;
let write: () => Promise<void>;

const failed = (code: string) =>
  Object.assign(new Error(`${code}: failed`), { code, syscall: 'write' });
const message = {
  data: Buffer.from('héllo'),
  text: 'héllo',
  sender: { pid: 7, uid: 0, attested: true },
  mode: 'bit',
  durationMs: 2,
} as Message;

beforeEach(() => {
  printed = '';
  names = [];
  exits = [];
  isTerminal = false;
  hasClosed = false;
  isListening = false;
  hearSignal = undefined;
  listen = async () => {};
  close = async () => {
    await turn();
    server.emit('close');
  };
  write = async () => {};
  // The timer of one test must not end another.
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  jest.spyOn(process, 'exit').mockImplementation((code) => exits.push(code) as never);
  jest.doMock('../../lib/minitalk/server/server.js', () => ({
    createServer(options: typeof created) {
      created = options;
      server = Object.assign(new EventEmitter(), {
        async listen() {
          await listen();
          isListening = true;
        },
        close() {
          hasClosed = true;
          return close();
        },
      });
      Object.defineProperty(server, 'listening', { get: () => isListening });
      return server;
    },
  }));
  jest.doMock('../../lib/cli/process/ending-signals.js', () => ({
    onEndingSignals(end: () => void) {
      hearSignal = end;
    },
  }));
  jest.doMock('../../lib/cli/process/name.js', () => ({
    nameProcess: (name: string) => names.push(name),
  }));
  jest.doMock('../../lib/cli/printers/output.js', () => ({
    isTerminal: () => isTerminal,
    standardOutput: () => ({
      async write(bytes: Uint8Array) {
        await write();
        printed += Buffer.from(bytes).toString();
      },
    }),
  }));
});

afterEach(() => {
  jest.useRealTimers();
  jest.resetModules();
});

function run(...args: string[]): Promise<number> {
  const module = require('../../lib/cli/commands/server.js');
  return (module.serverCommand as typeof serverCommand)(args);
}

/** Resolves when it listens and has said so, or could not. */
async function started(...args: string[]): Promise<{ code: Promise<number> }> {
  const code = run(...args);
  await turn();
  await turn();
  return { code };
}

const first = `Server PID: ${process.pid}\n`;

test('without options it is the library that decides, and the process has its name', async () => {
  const { code } = await started();
  expect(created).toEqual({ place: 'auto', deliver: expect.any(Function) });
  expect(names).toEqual(['minitalk-server']);
  expect(printed).toBe(first);
  hearSignal?.();
  expect(await code).toBe(0);
  expect([said, exits]).toEqual([[], []]);
});

test('each option comes where it has to', async () => {
  await started(
    ...['--name', 'me', '--allow-uid', '5', '--allow-uid', '6', '--max-message', '1K'],
    ...['--idle-timeout', '2.5', '--burst-signal', 'none', '--place', 'off'],
  );
  expect(created).toEqual({
    name: 'me',
    allowUids: [5, 6],
    maxMessage: 1024,
    idleTimeout: 2500,
    burstSignal: null,
    place: 'off',
    deliver: expect.any(Function),
  });
  await started('--burst-signal', 'SIGRTMIN+9');
  expect(created).toEqual({
    burstSignal: 'SIGRTMIN+9',
    place: 'auto',
    deliver: expect.any(Function),
  });
});

const verbose = 'from pid 7 (uid 0): 6 bytes in 2.00 ms, 24.0 kbit/s\n';
const event =
  '{"event":"message","text":"héllo","bytes":6,"sender":{"pid":7,"uid":0,"attested":true},"mode":"bit","durationMs":2}\n';

test.each([
  [[], `${first}héllo\n`, []],
  [['--verbose'], `${first}héllo\n`, [verbose]],
  [['--raw'], 'héllo', [first]],
  [['--raw', '-v'], 'héllo', [first, verbose]],
  [['--json'], `{"event":"listening","pid":${process.pid}}\n${event}`, []],
  [['--json', '-v'], `{"event":"listening","pid":${process.pid}}\n${event}`, [verbose]],
])('with %j a message is printed in that format', async (args, output, lines) => {
  await started(...args);
  await created.deliver(message);
  expect(printed).toBe(output);
  expect(said).toEqual(lines);
});

test.each([
  [[], 'a\\x1bb\n'],
  [['--raw'], 'a\x1bb'],
])('with %j on a terminal %j is printed of a control character', async (args, output) => {
  isTerminal = true;
  await started(...args);
  printed = '';
  await created.deliver({ ...message, data: Buffer.from('a\x1bb'), text: 'a\x1bb' });
  expect(printed).toBe(output);
});

test('every event comes to the printer, and the last strays are told at the end', async () => {
  const { code } = await started();
  server.emit('partial', { sender: { pid: 7 }, bytes: 1, expected: 2, reason: 'died' });
  server.emit('gap', { lost: 3 });
  server.emit('warning', new MinitalkError('EAGAIN', 'a queue is full'));
  server.emit('stray', { origin: 'unknown' });
  expect(said).toEqual([
    'minitalk server: message from pid 7 ended early (died): 1 of 2 bytes\n',
    'minitalk server: 3 signals came too fast to be recorded\n',
    'minitalk server: a queue is full\n',
  ]);
  hearSignal?.();
  expect(await code).toBe(0);
  expect(said[3]).toBe('minitalk server: 1 stray signal from an unknown sender\n');
});

test('a server that cannot listen is an error, and follows no signal', async () => {
  listen = () => Promise.reject(new MinitalkError('EEXIST', 'already running'));
  expect(await run()).toBe(73);
  expect(said).toEqual(['minitalk server: already running (choose another --name)\n']);
  expect(hearSignal).toBeUndefined();
  expect([printed, hasClosed]).toEqual(['', false]);
});

test('one whose first line cannot be written closes, and ends with 74', async () => {
  write = () => Promise.reject(failed('ENOSPC'));
  const { code } = await started('--json');
  expect(hasClosed).toBe(true);
  expect(await code).toBe(74);
  expect(said.map((line) => JSON.parse(line))).toEqual([
    { event: 'error', code: 'ENOSPC', syscall: 'write', message: 'ENOSPC: failed' },
  ]);
});

test.each(['EPIPE', 'EIO'])(
  'a message that its output refuses with %s is not delivered, and the server ends with 74',
  async (code) => {
    const { code: exit } = await started('--json');
    write = () => Promise.reject(failed(code));
    await expect(created.deliver(message)).rejects.toMatchObject({ code });
    // The client is told before the server closes.
    expect(hasClosed).toBe(false);
    expect(await exit).toBe(74);
    expect(hasClosed).toBe(true);
    expect(said.map((line) => JSON.parse(line))).toEqual([
      { event: 'error', code, syscall: 'write', message: `${code}: failed` },
    ]);
    expect(exits).toEqual([]);
  },
);

test('two messages that a closed output refuses end the server once', async () => {
  const { code } = await started();
  write = () => Promise.reject(failed('EPIPE'));
  close = async () => {
    if (exits.length > 0) return;
    await expect(created.deliver(message)).rejects.toMatchObject({ code: 'EPIPE' });
    await turn();
    await turn();
    server.emit('close');
  };
  await expect(created.deliver(message)).rejects.toMatchObject({ code: 'EPIPE' });
  expect(await code).toBe(74);
  expect(exits).toEqual([]);
});

test('a full disk refuses a message, and the server goes on', async () => {
  await started();
  write = () => Promise.reject(failed('ENOSPC'));
  await expect(created.deliver(message)).rejects.toMatchObject({ code: 'ENOSPC' });
  expect(said).toEqual(['minitalk server: ENOSPC: failed\n']);
  await turn();
  await turn();
  expect(hasClosed).toBe(false);
  write = async () => {};
  await created.deliver(message);
  expect(printed).toBe(`${first}héllo\n`);
});

test('a second signal ends it at once', async () => {
  close = () => new Promise(() => {});
  await started();
  hearSignal?.();
  expect([hasClosed, exits]).toEqual([true, []]);
  hearSignal?.();
  expect(exits).toEqual([0]);
});

test.each([
  [[], 'minitalk server: the output takes nothing any more; giving up\n'],
  [
    ['--json'],
    '{"event":"error","code":"ERR_UNKNOWN","message":"the output takes nothing any more; giving up"}\n',
  ],
])('its output has 5 s to take what was verified: then 74 (%j)', async (args, line) => {
  await started(...args);
  close = () => new Promise(() => {});
  hearSignal?.();
  jest.advanceTimersByTime(4999);
  expect([said, exits]).toEqual([[], []]);
  jest.advanceTimersByTime(1);
  expect([said, exits]).toEqual([[line], [74]]);
});

test('nobody waits out that time when it has closed before', async () => {
  const { code } = await started();
  const timeout = jest.spyOn(global, 'setTimeout');
  hearSignal?.();
  expect(await code).toBe(0);
  const timers = timeout.mock.results.map(({ value }) => value as NodeJS.Timeout);
  expect(timers).toHaveLength(1);
  expect(timers[0]?.hasRef()).toBe(false);
  clearTimeout(timers[0]);
});

test('a close that fails is an error', async () => {
  close = () => Promise.reject(new MinitalkError('EIO', 'cannot close'));
  const { code } = await started();
  hearSignal?.();
  expect(await code).toBe(74);
  expect(said).toEqual(['minitalk server: cannot close\n']);
});
