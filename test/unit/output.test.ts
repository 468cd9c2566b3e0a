// A server's output on real pipes: nothing is lost, whatever the reader does.
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outputTo } from '../../lib/cli/printers/output.js';

const { O_NONBLOCK, O_RDONLY, O_WRONLY, O_APPEND } = constants;
let folder: string;
/** Opened by a test. */
let opened: number[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minitalk-test-'));
  opened = [];
});

afterEach(() => {
  for (const descriptor of opened) closeSync(descriptor);
  rmSync(folder, { recursive: true });
});

function open(path: string, flags: number): number {
  const descriptor = openSync(path, flags, 0o600);
  opened.push(descriptor);
  return descriptor;
}

/** Both ends, and the output into it; the writing end blocks, as a shell's pipe does. */
function newPipe() {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const reading = open(path, O_RDONLY | O_NONBLOCK);
  const writing = open(path, O_WRONLY);
  return { reading, writing };
}

/** What is in a pipe now. */
function take(reading: number, most = 1 << 20): Buffer {
  const bytes = Buffer.alloc(most);
  try {
    return bytes.subarray(0, readSync(reading, bytes));
  } catch (error) {
    expect(error).toMatchObject({ code: 'EAGAIN' });
    return Buffer.alloc(0);
  }
}

const flagsOf = (descriptor: number) =>
  Number.parseInt(
    /flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1'))?.[1] ?? '',
    8,
  );

function patterned(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i += 4) bytes.writeUInt32LE(i, i);
  return bytes;
}

test('a reader that is slower than the writer gets all of it, in order', async () => {
  const { reading, writing } = newPipe();
  const output = outputTo(writing);
  // More than a pipe holds, and more than one message.
  const first = patterned(200_000);
  const written = [output.write(first), output.write(Buffer.from('second')), output.write(first)];
  let isDone = false;
  void Promise.all(written).then(() => {
    isDone = true;
  });
  let all = Buffer.alloc(0);
  while (!isDone) {
    all = Buffer.concat([all, take(reading, 5000)]);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  all = Buffer.concat([all, take(reading)]);
  expect(all.equals(Buffer.concat([first, Buffer.from('second'), first]))).toBe(true);
});

test('a write waits until the pipe has all of it', async () => {
  const { reading, writing } = newPipe();
  const bytes = patterned(1_000_000); // more than was taken and the pipe together
  let isDone = false;
  const written = outputTo(writing)
    .write(bytes)
    .then(() => {
      isDone = true;
    });
  let all = take(reading);
  while (all.length === 0) {
    await new Promise(setImmediate);
    all = take(reading);
  }
  await new Promise(setImmediate);
  expect(all.length).toBeLessThan(bytes.length);
  expect(isDone).toBe(false);
  while (all.length < bytes.length) {
    await new Promise(setImmediate);
    all = Buffer.concat([all, take(reading)]);
  }
  await written;
  expect(all.equals(bytes)).toBe(true);
});

test('while a pipe is full it is asked again after 1, 2, 4 and at last every 50 ms; once it took some, after 1', async () => {
  const { reading, writing } = newPipe();
  const nonblocking = open(`/proc/self/fd/${writing}`, O_WRONLY | O_NONBLOCK);
  expect(() => {
    for (;;) writeSync(nonblocking, Buffer.alloc(4096));
  }).toThrow('EAGAIN');
  const waits: (number | undefined)[] = [];
  let goOn: () => void = () => {};
  let asked: () => void = () => {};
  jest.spyOn(global, 'setTimeout').mockImplementation(((then: () => void, ms?: number) => {
    waits.push(ms);
    goOn = then;
    asked();
  }) as typeof setTimeout);
  const nextWait = (action: () => void) =>
    new Promise<void>((resolve) => {
      asked = resolve;
      action();
    });
  let written: Promise<void> = Promise.resolve();
  await nextWait(() => {
    written = outputTo(writing).write(patterned(100_000));
  });
  for (let i = 1; i < 9; i += 1) await nextWait(() => goOn());
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 50, 50, 50]);
  take(reading, 8192);
  await nextWait(() => goOn());
  expect(waits.slice(9)).toEqual([1]);
  asked = () => {
    take(reading);
    goOn();
  };
  take(reading);
  goOn();
  await written;
  jest.restoreAllMocks();
});

test('a write that fails is an error, and the next one is tried all the same', async () => {
  const { reading, writing } = newPipe();
  const output = outputTo(writing);
  closeSync(reading);
  opened.splice(opened.indexOf(reading), 1);
  await expect(output.write(Buffer.from('lost'))).rejects.toMatchObject({ code: 'EPIPE' });
  const again = open(join(folder, 'pipe'), O_RDONLY | O_NONBLOCK);
  await output.write(Buffer.from('heard'));
  expect(take(again).toString()).toBe('heard');
});

test('no bytes are written at once, also where no more can be', async () => {
  await outputTo(open('/dev/full', O_WRONLY)).write(Buffer.alloc(0));
  await expect(outputTo(open('/dev/full', O_WRONLY)).write(Buffer.of(1))).rejects.toMatchObject({
    code: 'ENOSPC',
  });
});

test('others who have the pipe open do not find it non-blocking', async () => {
  const { reading, writing } = newPipe();
  await outputTo(writing).write(Buffer.from('text'));
  expect(take(reading).toString()).toBe('text');
  expect(flagsOf(writing) & O_NONBLOCK).toBe(0);
});

test('a pipe that cannot be opened anew, as nobody reads it, fails as it is written', async () => {
  const { reading, writing } = newPipe();
  closeSync(reading);
  opened.splice(opened.indexOf(reading), 1);
  const written = outputTo(writing).write(Buffer.from('lost'));
  await expect(written).rejects.toMatchObject({ code: 'EPIPE' });
});

test('a file is written where its descriptor stands, and as it was opened', async () => {
  const path = join(folder, 'file');
  const file = open(path, O_WRONLY | constants.O_CREAT | O_APPEND);
  writeSync(file, 'first ');
  await outputTo(file).write(Buffer.from('second'));
  writeSync(file, ' third');
  expect(readFileSync(path, 'utf8')).toBe('first second third');
});
