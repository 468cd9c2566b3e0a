// What of its input a client reads, and what ends the reading.
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readdirSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readInput } from '../../lib/cli/message-input.js';

let folder: string;
let path: string;
const never = new AbortController().signal;
const tooLong = () => new Error('too long');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minitalk-test-'));
  path = join(folder, 'input');
});

afterEach(() => rmSync(folder, { recursive: true }));

const read = async (file: string, most: number, signal = never) =>
  Buffer.from(await readInput(file, { most, tooLong, signal }));

/** Whether this process has it open. */
const isOpen = (file: string) =>
  readdirSync('/proc/self/fd').some((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === file;
    } catch {
      return false; // that of the listing itself
    }
  });

async function untilClosed(file: string): Promise<void> {
  while (isOpen(file)) await new Promise((resolve) => setTimeout(resolve, 1));
}

function patterned(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i + 4 <= length; i += 4) bytes.writeUInt32LE(i, i);
  return bytes;
}

test.each([0, 1, 65_536, 65_537, 200_000, 1_000_000])(
  'a file of %d bytes is read whole, whether it is all that is taken or less',
  async (length) => {
    const bytes = patterned(length);
    writeFileSync(path, bytes);
    for (const most of [length, length + 1, 2 ** 26]) {
      expect((await read(path, most)).equals(bytes)).toBe(true);
    }
  },
);

test('a file that is one byte too long is refused', async () => {
  writeFileSync(path, patterned(1001));
  await expect(read(path, 1000)).rejects.toThrow('too long');
});

test('a file that is too long is refused by its size, and closed', async () => {
  writeFileSync(path, '');
  truncateSync(path, 2 ** 40);
  await expect(read(path, 2 ** 32 - 1)).rejects.toThrow('too long');
  await untilClosed(path);
});

test('what tells no size is read no further than it is taken, and closed', async () => {
  await expect(read('/dev/zero', 300_000)).rejects.toThrow('too long');
  await untilClosed('/dev/zero');
});

test('a file that is not there is an error of open', async () => {
  await expect(read(path, 10)).rejects.toMatchObject({ code: 'ENOENT', syscall: 'open' });
});

describe('a FIFO', () => {
  const { O_NONBLOCK, O_RDWR, O_WRONLY } = constants;
  let writing: number;

  beforeEach(() => {
    execFileSync('mkfifo', [path]);
    writing = openSync(path, O_RDWR | O_NONBLOCK);
  });

  test('is read to its end, as it comes', async () => {
    const reading = read(path, 100);
    for (const text of ['', 'one ']) {
      writeSync(writing, text);
      // Who does not wait finds nothing there, and fails.
      await Promise.race([reading, new Promise((resolve) => setTimeout(resolve, 100))]);
    }
    writeSync(writing, 'two');
    closeSync(writing);
    expect((await reading).toString()).toBe('one two');
  });

  test('of more than is taken is refused before its end', async () => {
    const reading = read(path, 5);
    writeSync(writing, 'eleven byte');
    await expect(reading).rejects.toThrow('too long');
    closeSync(writing);
    await untilClosed(path);
  });

  test('that nobody writes to holds nobody up: the signal ends it', async () => {
    const abort = new AbortController();
    const reading = read(path, 5, abort.signal);
    setImmediate(() => abort.abort());
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    closeSync(writing);
    await untilClosed(path);
  });

  test('is waited for also where somebody opens it later', async () => {
    closeSync(writing);
    // A blocking open of it would never return.
    const abort = new AbortController();
    const reading = read(path, 5, abort.signal);
    const late = openSync(path, O_WRONLY);
    writeSync(late, 'late');
    closeSync(late);
    expect((await reading).toString()).toBe('late');
  });
});

test('a signal that has come already ends it', async () => {
  writeFileSync(path, 'text');
  await expect(read(path, 10, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
});
