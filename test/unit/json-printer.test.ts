import { jsonPrinter } from '../../lib/cli/printers/json.js';
import { MinitalkError } from '../../lib/minitalk/errors.js';
import type { Message } from '../../lib/minitalk/server/message.js';
import type { SignalInfo } from '../../lib/signals/info.js';

/** An output that takes nothing until it is told to. */
function heldOutput() {
  const lines: string[] = [];
  const holding: (() => void)[] = [];
  let isHeld = true;
  return {
    lines,
    get waiting() {
      return holding.length;
    },
    write(bytes: Uint8Array) {
      lines.push(Buffer.from(bytes).toString());
      return isHeld ? new Promise<void>((resolve) => holding.push(resolve)) : Promise.resolve();
    },
    async releaseOne() {
      holding.shift()?.();
      await new Promise(setImmediate);
    },
    async release() {
      isHeld = false;
      for (const resolve of holding.splice(0)) resolve();
      await new Promise(setImmediate);
    },
  };
}

test('events that the output is too slow for are counted, not kept, and messages are all kept', async () => {
  const output = heldOutput();
  const printer = jsonPrinter(output);
  for (let i = 0; i < 1500; i += 1) printer.gap({ lost: i, bySignal: {} });
  void printer.listening(5);
  expect(output.waiting).toBe(1001);
  await output.release();
  expect(JSON.parse(output.lines.at(-1) ?? '')).toEqual({ event: 'dropped', events: 500 });
  printer.gap({ lost: 1, bySignal: {} });
  expect(output.lines).toHaveLength(1003);
});

test('what was dropped is told once, when no other event waits, and counted anew afterwards', async () => {
  const output = heldOutput();
  const printer = jsonPrinter(output);
  for (let i = 0; i < 1003; i += 1) printer.gap({ lost: i, bySignal: {} });
  for (let i = 0; i < 999; i += 1) await output.releaseOne();
  expect(output.lines).toHaveLength(1000);
  await output.release();
  expect(output.lines).toHaveLength(1001);
  expect(output.lines.at(-1)).toBe('{"event":"dropped","events":3}\n');
  for (let i = 0; i < 1000; i += 1) printer.gap({ lost: i, bySignal: {} });
  await output.release();
  expect(output.lines).toHaveLength(2001);
});

test('messages are kept however many other events wait, and events however many messages', async () => {
  const output = heldOutput();
  const printer = jsonPrinter(output);
  const message = { data: Buffer.from('x'), text: 'x' } as Message;
  for (let i = 0; i < 1001; i += 1) void printer.message(message);
  for (let i = 0; i < 1000; i += 1) printer.gap({ lost: i, bySignal: {} });
  void printer.message(message);
  expect(output.lines).toHaveLength(2002);
  await output.release();
  expect(output.lines).toHaveLength(2002);
});

test('an output that fails loses events and fails messages', async () => {
  let lines = 0;
  const printer = jsonPrinter({
    write() {
      lines += 1;
      return Promise.reject(new Error('full'));
    },
  });
  for (let round = 0; round < 3; round += 1) {
    for (let i = 0; i < 600; i += 1) printer.gap({ lost: i, bySignal: {} });
    await new Promise(setImmediate);
  }
  expect(lines).toBe(1800); // none of them waits any more
  await expect(printer.message({ data: Buffer.alloc(0) } as Message)).rejects.toThrow('full');
  await expect(printer.listening(5)).rejects.toThrow('full');
});

test('each event has its documented fields and no others', async () => {
  const lines: string[] = [];
  const printer = jsonPrinter({
    write(bytes) {
      lines.push(Buffer.from(bytes).toString());
      // Events that beget events have an end here.
      return lines.length < 50 ? Promise.resolve() : new Promise(() => {});
    },
  });
  const sender = { pid: 7, uid: 8, attested: true };
  const rest = { sender, mode: 'word', durationMs: 2.5 } as const;
  await printer.listening(5);
  await printer.message({ data: Buffer.from('hé'), text: 'hé', ...rest });
  await printer.message({ data: Buffer.alloc(0), text: '', ...rest });
  await printer.message({ data: Buffer.from([255, 0]), text: undefined, ...rest });
  printer.partial({ sender, bytes: 1, expected: 2, reason: 'died' });
  const info = { signal: 'SIGUSR1', code: 'SI_USER', pid: 7, uid: 8, attested: true };
  printer.stray({ ...info, origin: 'process', value: 5n, sequence: 6n } as SignalInfo);
  printer.gap({ lost: 3, bySignal: { SIGUSR1: 3 } });
  printer.warning(new MinitalkError('EAGAIN', 'a queue is full', { syscall: 'kill' }));
  printer.end();
  await new Promise(setImmediate);
  expect(lines.every((line) => /^[^\n]+\n$/.test(line))).toBe(true);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { event: 'listening', pid: 5 },
    { event: 'message', text: 'hé', bytes: 3, ...rest },
    { event: 'message', text: '', bytes: 0, ...rest },
    { event: 'message', base64: '/wA=', bytes: 2, ...rest },
    { event: 'partial', sender, bytes: 1, expected: 2, reason: 'died' },
    { event: 'stray', ...info, origin: 'process' },
    { event: 'gap', lost: 3, bySignal: { SIGUSR1: 3 } },
    { event: 'warning', code: 'EAGAIN', message: 'a queue is full' },
  ]);
});
