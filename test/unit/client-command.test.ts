// What a client makes of its command line: what the library is asked for, what is printed, and how it ends.
import { setImmediate as turn } from 'node:timers/promises';
import type { clientCommand } from '../../lib/cli/commands/client.js';
import type { InputLimits } from '../../lib/cli/message-input.js';
import type { ConnectOptions, SendOptions } from '../../lib/minitalk/client/client-options.js';
import { MinitalkError, timedOut } from '../../lib/minitalk/errors.js';
import { keepStandardError } from '../support/standard-error.js';

const PID = 5;
const said = keepStandardError();
let did: string[];
let connected: ConnectOptions;
let sent: { data: string; options: SendOptions };
let printed: string;
let shown: string;
let limits: InputLimits;
let hearSignal: (signal: 'SIGHUP' | 'SIGINT' | 'SIGTERM') => void;
let exits: unknown[];
/** The server's end, as its client's handle tells it. */
let endServer: () => void;

// What each of them does, unless a test wants it otherwise.
let connect: () => Promise<void>;
let send: (options: SendOptions) => Promise<void>;
let close: () => Promise<void>;
let read: (limits: InputLimits) => Promise<string>;
let maxMessage: number | undefined;

const aborted = (signal: AbortSignal | undefined) =>
  new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(new MinitalkError('ABORT_ERR', 'aborted')));
  });

beforeEach(() => {
  did = [];
  printed = '';
  exits = [];
  maxMessage = 100;
  connect = async () => {};
  send = async () => {};
  close = async () => {};
  read = async () => 'input';
  jest.spyOn(process, 'exit').mockImplementation((code) => exits.push(code) as never);
  jest.doMock('../../lib/minitalk/client/client.js', () => ({
    async connect(pid: number, options: ConnectOptions) {
      did.push(`connect ${pid}`);
      connected = options;
      await connect();
      return {
        async send(data: Uint8Array, options: SendOptions) {
          sent = { data: Buffer.from(data).toString(), options };
          await send(options);
          did.push('sent');
          return {
            bytes: data.length,
            mode: 'word',
            durationMs: 1.5,
            delivered: true,
            other: 'secret',
          };
        },
        async close() {
          did.push('close');
          await close();
        },
      };
    },
  }));
  jest.doMock('../../lib/minitalk/peer/target.js', () => ({
    openTarget(pid: number, force: boolean) {
      did.push(`look ${pid} ${force}`);
      const exited = new Promise<void>((resolve) => {
        endServer = resolve;
      });
      return { maxMessage, process: { exited }, close: () => did.push('look no more') };
    },
  }));
  jest.doMock('../../lib/cli/message-input.js', () => ({
    async readInput(file: string | undefined, given: InputLimits) {
      did.push(`read ${file}`);
      limits = given;
      return Buffer.from(await read(given));
    },
  }));
  jest.doMock('../../lib/cli/process/ending-signals.js', () => ({
    onEndingSignals(end: typeof hearSignal) {
      hearSignal = end;
    },
  }));
  jest.doMock('../../lib/cli/printers/output.js', () => ({
    standardOutput: () => ({
      async write(bytes: Uint8Array) {
        printed += Buffer.from(bytes).toString();
      },
    }),
  }));
  jest.doMock('../../lib/cli/process/name.js', () => ({ nameProcess() {} }));
  jest.doMock('../../lib/cli/printers/progress.js', () => ({
    sendProgress(show: string) {
      shown = show;
      return { update: update, stop: () => did.push('no bar') };
    },
  }));
});

afterEach(() => {
  jest.resetModules();
});

const update = () => {};

function run(...args: string[]): Promise<number> {
  const module = require('../../lib/cli/commands/client.js');
  return (module.clientCommand as typeof clientCommand)(args);
}

test('a text is sent in bit mode, and the session closed before the command ends', async () => {
  expect(await run('5', 'text')).toBe(0);
  expect(did).toEqual(['connect 5', 'sent', 'close', 'no bar']);
  const signal = expect.any(AbortSignal);
  const onWarning = expect.any(Function);
  expect(connected).toEqual({ signal, force: false, place: 'auto', onWarning });
  expect(connected).not.toHaveProperty('timeout');
  expect(sent.data).toBe('text');
  expect(sent.options).toEqual({ mode: 'bit', signal, onProgress: update });
  expect(sent.options.onProgress).toBe(update);
  expect(shown).toBe('auto');
  expect([printed, said]).toEqual(['', []]);
});

test('each option comes where it has to', async () => {
  await run('5', 'text', '--place', 'off', '--force', '--timeout', '2.5', '--mode', 'word');
  expect(connected).toMatchObject({ place: 'off', force: true, timeout: 2500 });
  expect(sent.options.mode).toBe('word');
  expect(shown).toBe('auto');
  await run('5', 'text', '--progress', 'always');
  expect(shown).toBe('always');
  await run('5', 'text', '--quiet');
  expect(shown).toBe('never');
  expect(connected).toMatchObject({ place: 'auto', force: false });
});

test('--json prints what was delivered, and wants no bar', async () => {
  expect(await run('5', 'text', '--json')).toBe(0);
  expect(printed).toBe('{"event":"delivered","pid":5,"bytes":4,"mode":"word","durationMs":1.5}\n');
  expect(shown).toBe('never');
});

test('a text that begins with a dash is text', async () => {
  expect(await run('5', '-text')).toBe(0);
  expect(sent.data).toBe('-text');
});

describe('input', () => {
  test.each([
    [['5'], 'read undefined', 'look 5 false'],
    [['5', '-'], 'read undefined', 'look 5 false'],
    [['5', '--file', 'path'], 'read path', 'look 5 false'],
    [['5', '--force'], 'read undefined', 'look 5 true'],
  ])('of %j is read when the server was looked at', async (args, reads, looks) => {
    expect(await run(...args)).toBe(0);
    expect(did).toEqual([looks, reads, 'look no more', 'connect 5', 'sent', 'close', 'no bar']);
    expect(sent.data).toBe('input');
    expect(limits.most).toBe(100);
    expect(limits.tooLong()).toMatchObject({
      code: 'EMSGSIZE',
      message: 'the input is longer than the 100 bytes that server 5 takes; nothing was sent',
    });
  });

  test('has the usual limit where the server tells none', async () => {
    maxMessage = undefined;
    await run('5');
    expect(limits.most).toBe(64 * 2 ** 20);
  });

  test('that fails is the end', async () => {
    read = async (given) => Promise.reject(given.tooLong());
    expect(await run('5')).toBe(65);
    expect(did).toEqual(['look 5 false', 'read undefined', 'look no more']);
    expect(said).toEqual([expect.stringMatching(/^minitalk client: the input is longer/)]);
  });

  test('is read no longer than the server lives', async () => {
    read = ({ signal }) => {
      endServer();
      return aborted(signal);
    };
    expect(await run('5')).toBe(69);
    expect(said).toEqual([
      'minitalk client: server 5 ended while the input was read; nothing was sent\n',
    ]);
    expect(did).toEqual(['look 5 false', 'read undefined', 'look no more']);
  });

  test('is read no longer than until a signal: nothing was sent', async () => {
    read = ({ signal }) => {
      setImmediate(() => hearSignal('SIGTERM'));
      return aborted(signal);
    };
    expect(await run('5', '--json')).toBe(143);
    expect(said.map((line) => JSON.parse(line))).toEqual([
      { event: 'error', code: 'ABORT_ERR', message: 'interrupted; nothing was sent' },
    ]);
    expect(did).toEqual(['look 5 false', 'read undefined', 'look no more']);
  });
});

describe.each([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('by %s', (signal, code) => {
  test(`a client that sends gives up and takes leave, and ends with ${code} and without a word`, async () => {
    send = (options) => {
      setImmediate(hearSignal, signal);
      return aborted(options.signal);
    };
    expect(await run('5', 'text')).toBe(code);
    expect(did).toEqual(['connect 5', 'close', 'no bar']);
    expect([printed, said, exits]).toEqual(['', [], []]);
  });

  test('one that connects does, too', async () => {
    connect = () => {
      setImmediate(hearSignal, signal);
      return aborted(connected.signal);
    };
    expect(await run('5', 'text')).toBe(code);
    expect(did).toEqual(['connect 5', 'no bar']);
  });

  test('a second signal ends it at once, with the code of this one', async () => {
    send = (options) => {
      setImmediate(hearSignal, signal);
      return aborted(options.signal);
    };
    close = () => new Promise(() => {});
    void run('5', 'text');
    while (!did.includes('close')) await turn();
    expect(exits).toEqual([]);
    hearSignal('SIGINT');
    expect(exits).toEqual([code]);
  });
});

test('interrupted with --json: whether the server has the message is unknown', async () => {
  send = (options) => {
    setImmediate(hearSignal, 'SIGINT');
    return aborted(options.signal);
  };
  expect(await run('5', 'text', '--json')).toBe(130);
  expect(said.map((line) => JSON.parse(line))).toEqual([
    {
      event: 'error',
      code: 'ABORT_ERR',
      message: 'interrupted; whether the server has the message is unknown',
    },
  ]);
  expect(printed).toBe('');
});

test('a message that fails: the session is closed, the error told, and its code the exit code', async () => {
  send = () => Promise.reject(timedOut(PID, 1000, 'sending'));
  expect(await run('5', 'text')).toBe(75);
  expect(did).toEqual(['connect 5', 'close', 'no bar']);
  expect(said).toEqual([
    'minitalk client: server 5 did not answer for 1 s while sending: it may be stopped or overloaded\n',
  ]);
  expect(printed).toBe('');
});

test('a warning is told as one, and is no end', async () => {
  const warning = new MinitalkError('EAGAIN', 'a queue is full');
  send = async () => connected.onWarning?.(warning);
  expect(await run('5', 'text')).toBe(0);
  expect(await run('5', 'text', '--json')).toBe(0);
  expect(said[0]).toBe('minitalk client: a queue is full\n');
  expect(JSON.parse(said[1] ?? '')).toEqual({
    event: 'warning',
    code: 'EAGAIN',
    message: 'a queue is full',
  });
});

test('a target that is none is told without options, and with --json', async () => {
  expect(await run('0', 'text')).toBe(64);
  expect(await run('0', 'text', '--json')).toBe(64);
  expect(said[0]).toMatch(/^minitalk client: invalid pid 0/);
  expect(JSON.parse(said[1] ?? '')).toMatchObject({ event: 'error', code: 'ERR_INVALID_PID' });
  expect(did).toEqual([]);
});

test('an argument too many sends nothing', async () => {
  expect(await run('5', 'text', 'more')).toBe(64);
  expect(said).toEqual([expect.stringContaining('the message is 2 words: quote the text')]);
  expect(did).toEqual([]);
});
