// The server's standard output. A message is delivered only when the operating
// system has taken all of it, so every write is awaited and every error seen.
import { constants, fstatSync, openSync, write } from 'node:fs';
import { promisify } from 'node:util';

const writeSome = promisify(write);
const STDOUT = 1;
const LONGEST_BUSY_MS = 50;

export interface Output {
  /** Writes all of the bytes after what was written before; rejects as write(2) fails. */
  write(bytes: Uint8Array): Promise<void>;
}

/** Whether somebody looks at it. */
export function isTerminal(): boolean {
  const { isatty } = require('node:tty') as typeof import('node:tty');
  return isatty(STDOUT);
}

export function standardOutput(): Output {
  return outputTo(STDOUT);
}

export function outputTo(given: number): Output {
  const descriptor = unblocked(given);
  let tail: Promise<void> = Promise.resolve();
  return {
    write(bytes) {
      const written = tail.then(() => writeAll(descriptor, bytes));
      tail = written.catch(() => {});
      return written;
    },
  };
}

/**
 * The same pipe or terminal, opened anew: O_NONBLOCK is then ours alone. A write that waits for a reader who
 * never reads would hold a thread, and with it the end of the process, for ever.
 */
function unblocked(descriptor: number): number {
  const stat = fstatSync(descriptor);
  if (!stat.isFIFO() && !stat.isCharacterDevice()) return descriptor;
  const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
  try {
    return openSync(`/proc/self/fd/${descriptor}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    return descriptor; // another user's, or a terminal that is closed
  }
}

async function writeAll(descriptor: number, bytes: Uint8Array): Promise<void> {
  let offset = 0;
  let busyMs = 1;
  while (offset < bytes.byteLength) {
    try {
      const { bytesWritten } = await writeSome(descriptor, bytes, offset);
      offset += bytesWritten;
      busyMs = 1;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw named(error);
      await new Promise((resolve) => setTimeout(resolve, busyMs));
      busyMs = Math.min(2 * busyMs, LONGEST_BUSY_MS);
    }
  }
}

/** write(2) knows descriptors alone: "ENOSPC: no space left on device, write" of what? */
function named(error: unknown): unknown {
  (error as Error).message += ' to standard output';
  return error;
}
