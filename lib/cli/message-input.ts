// A message from standard input or a file: no more of it is read, or kept, than the server takes.
import { closeSync, constants, createReadStream, fstatSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';

/** What ends the reading before the input does. */
export interface InputLimits {
  /** Bytes. */
  readonly most: number;
  /** Called when somebody has to type it. */
  readonly onTerminal?: () => void;
  /** The error for an input that is longer. */
  readonly tooLong: () => Error;
  readonly signal: AbortSignal;
}

const STDIN = 0;
const FIRST_CAPACITY = 64 * 1024;

/**
 * Reads the file, or standard input without one, to its end.
 * @throws what `tooLong` gives, as soon as it is known; AbortError
 */
export async function readInput(
  file: string | undefined,
  limits: InputLimits,
): Promise<Uint8Array> {
  const { addAbortSignal } = require('node:stream') as typeof import('node:stream');
  const isStandard = file === undefined || file === '-';
  const stream: Readable & { isTTY?: boolean } = isStandard
    ? standardInput()
    : openFile(file, limits);
  if (stream.isTTY) limits.onTerminal?.();
  const { take, taken } = growingBytes(limits.most);
  try {
    // Leaving the loop by an error closes the stream: the rest stays unread.
    for await (const chunk of addAbortSignal(limits.signal, stream)) {
      if (!take(chunk as Buffer)) throw limits.tooLong();
    }
  } catch (error) {
    throw isStandard ? named(error, 'standard input') : named(error, `'${file}'`);
  }
  return taken();
}

/** read(2) knows descriptors alone: "EISDIR: illegal operation on a directory, read" of what? */
function named(error: unknown, input: string): unknown {
  const { syscall, message } = error as NodeJS.ErrnoException;
  if (syscall === 'read') (error as Error).message = `${message} ${input}`;
  return error;
}

/** process.stdin has its end at once, without an error, where it knows no way to read: a folder, a disk. */
function standardInput(): Readable {
  const stat = fstatSync(STDIN);
  const isKnown = stat.isFile() || stat.isCharacterDevice() || stat.isFIFO() || stat.isSocket();
  return isKnown ? process.stdin : createReadStream('', { fd: STDIN });
}

function openFile(file: string, { most, tooLong }: InputLimits): Readable {
  // Opening a FIFO blocks until somebody writes, and Ctrl-C would not end that.
  const { O_RDONLY, O_NONBLOCK, O_NOCTTY } = constants;
  const fd = openSync(file, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  const stat = fstatSync(fd);
  if (stat.isFile() && stat.size > most) {
    closeSync(fd);
    throw tooLong();
  }
  if (stat.isFIFO()) {
    const { Socket } = require('node:net') as typeof import('node:net');
    return new Socket({ fd, readable: true, writable: false });
  }
  const { isatty, ReadStream } = require('node:tty') as typeof import('node:tty');
  return isatty(fd) ? new ReadStream(fd) : createReadStream('', { fd });
}

/** lib.es2024 has it; of that Node 20 knows this part. */
type ResizableBuffer = ArrayBuffer & { resize(bytes: number): void };
const ResizableBuffer = ArrayBuffer as unknown as new (
  bytes: number,
  options: { maxByteLength: number },
) => ResizableBuffer;

/** Bytes that grow in place: a list of chunks would be there twice while it is joined. */
function growingBytes(most: number): {
  /** False when there would be more than `most`. */
  take(chunk: Uint8Array): boolean;
  taken(): Uint8Array;
} {
  const buffer = new ResizableBuffer(0, { maxByteLength: most });
  let length = 0;
  return {
    take(chunk) {
      const end = length + chunk.length;
      if (end > most) return false;
      if (end > buffer.byteLength) {
        buffer.resize(Math.min(most, Math.max(2 * buffer.byteLength, end, FIRST_CAPACITY)));
      }
      new Uint8Array(buffer, length, chunk.length).set(chunk);
      length = end;
      return true;
    },
    taken: () => new Uint8Array(buffer, 0, length),
  };
}
