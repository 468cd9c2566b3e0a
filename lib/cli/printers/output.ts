// The server's standard output. A message is delivered only when the operating
// system has taken all of it, so every write is awaited and every error seen.
import { write } from 'node:fs';
import { promisify } from 'node:util';

const writeSome = promisify(write);
const STDOUT = 1;
const BUSY_MS = 10;

export interface Output {
  /** Writes all of the bytes after what was written before; rejects as write(2) fails. */
  write(bytes: Uint8Array): Promise<void>;
}

export function standardOutput(): Output {
  let tail: Promise<void> = Promise.resolve();
  return {
    write(bytes) {
      const written = tail.then(() => writeAll(bytes));
      tail = written.catch(() => {});
      return written;
    },
  };
}

async function writeAll(bytes: Uint8Array): Promise<void> {
  let offset = 0;
  while (offset < bytes.byteLength) {
    try {
      const { bytesWritten } = await writeSome(STDOUT, bytes, offset);
      offset += bytesWritten;
    } catch (error) {
      // Somebody who shares this pipe has made it non-blocking, and it is full.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      await new Promise((resolve) => setTimeout(resolve, BUSY_MS));
    }
  }
}
