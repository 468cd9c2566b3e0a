// What a server prints without --json, and what it says on standard error.
import type { Output } from '../../lib/cli/printers/output.js';
import type { Printer } from '../../lib/cli/printers/printer.js';
import { rawPrinter } from '../../lib/cli/printers/raw.js';
import { textPrinter } from '../../lib/cli/printers/text.js';
import { verbosePrinter } from '../../lib/cli/printers/verbose.js';
import { MinitalkError } from '../../lib/minitalk/errors.js';
import type { Message } from '../../lib/minitalk/server/message.js';
import type { SignalInfo } from '../../lib/signals/info.js';
import { keepStandardError } from '../support/standard-error.js';

const said = keepStandardError();
let printed: Buffer;
let taken: Promise<void>;
const output: Output = {
  write(bytes) {
    printed = Buffer.concat([printed, bytes]);
    return taken;
  },
};

const sender = { pid: 7, uid: 8, attested: true };
const messageOf = (data: Buffer, durationMs = 2) =>
  ({ data, text: undefined, sender, mode: 'bit', durationMs }) as Message;
const bytes = Buffer.from([0x68, 0, 0xff, 0x0a]);

beforeEach(() => {
  printed = Buffer.alloc(0);
  taken = Promise.resolve();
});

test('as text: the PID, and the exact bytes of each message with a newline', async () => {
  const printer = textPrinter(output, 'server');
  await printer.listening(5);
  await printer.message(messageOf(bytes));
  await printer.message(messageOf(Buffer.alloc(0)));
  expect(printed.toString('latin1')).toBe('Server PID: 5\nh\0\xff\n\n\n');
  expect(said).toEqual([]);
});

describe('on a terminal', () => {
  async function shown(data: Buffer | string, newPrinter = textPrinter): Promise<string> {
    const bytes = Buffer.from(data as string);
    const text = typeof data === 'string' ? data : undefined;
    await newPrinter(output, 'server', true).message({ ...messageOf(bytes), text } as Message);
    return printed.toString();
  }

  test('control characters are shown instead of followed', async () => {
    expect(await shown('\x1b[2J\x07\0\r\b\x7f\u009b31m')).toBe(
      '\\x1b[2J\\x07\\x00\\x0d\\x08\\x7f\\x9b31m\n',
    );
  });

  test('newlines, tabs, backslashes and all that is written in the world stay', async () => {
    const text = 'one\n\ttwo\\x1b \u00a0 grüß 世界 👩\u200d🚀';
    expect(await shown(text)).toBe(`${text}\n`);
  });

  test('bytes that are no UTF-8 are shown one by one', async () => {
    expect(await shown(Buffer.from([0x68, 0xc3, 0xa9, 0xff, 0x1b, 0x0a]))).toBe(
      'h\\xc3\\xa9\\xff\\x1b\n\n',
    );
  });
});

test('raw: the bytes alone, and the PID on standard error', async () => {
  const printer = rawPrinter(output, 'server');
  await printer.listening(5);
  await printer.message(messageOf(bytes));
  await printer.message(messageOf(bytes));
  expect(printed).toEqual(Buffer.concat([bytes, bytes]));
  expect(said).toEqual(['Server PID: 5\n']);
});

test.each<[string, (output: Output, program: string) => Printer]>([
  ['text', textPrinter],
  ['raw', rawPrinter],
])('as %s all else is a line on standard error', (_, newPrinter) => {
  const printer = newPrinter(output, 'server');
  printer.partial({ sender, bytes: 1, expected: 2, reason: 'idle' });
  printer.gap({ lost: 3, bySignal: {} });
  printer.warning(new MinitalkError('EAGAIN', 'a queue is full'));
  printer.stray({ ...sender, origin: 'process' } as SignalInfo);
  printer.end();
  expect(said).toEqual([
    'server: message from pid 7 ended early (idle): 1 of 2 bytes\n',
    'server: 3 signals came too fast to be recorded\n',
    'server: a queue is full\n',
    'server: 1 stray signal from pid 7 (uid 8)\n',
  ]);
  expect(printed).toHaveLength(0);
});

test.each([
  ['text', textPrinter],
  ['raw', rawPrinter],
])('as %s a message is printed when its output has taken it', async (_, newPrinter) => {
  const printer = newPrinter(output, 'server');
  taken = Promise.reject(new Error('full'));
  await expect(printer.message(messageOf(bytes))).rejects.toThrow('full');
});

describe('verbose', () => {
  test('tells who sent a message and how fast, and prints it as before', async () => {
    const printer = verbosePrinter(textPrinter(output, 'server'));
    await printer.listening(5);
    await printer.message(messageOf(bytes, 3.456));
    expect(printed.toString('latin1')).toBe('Server PID: 5\nh\0\xff\n\n');
    expect(said).toEqual(['from pid 7 (uid 8): 4 bytes in 3.46 ms, 9.3 kbit/s\n']);
    printer.gap({ lost: 3, bySignal: {} });
    expect(said).toHaveLength(2);
  });

  test('knows no rate of what took no time', async () => {
    await verbosePrinter(rawPrinter(output, 'server')).message(messageOf(Buffer.alloc(0), 0));
    expect(said).toEqual(['from pid 7 (uid 8): 0 bytes in 0.00 ms, one bit\n']);
  });

  test('says nothing of a message that its output refused', async () => {
    taken = Promise.reject(new Error('full'));
    const printer = verbosePrinter(textPrinter(output, 'server'));
    await expect(printer.message(messageOf(bytes))).rejects.toThrow('full');
    expect(said).toEqual([]);
  });
});
