import { on } from 'node:events';
import { watch } from 'node:fs';
import { open } from 'node:fs/promises';

const CHUNK = 65_536;
const NEWLINE = 10;

/**
 * The lines of a file that grows, for ever: each with the place where it ends, in bytes.
 * @param from the place where a line begins
 * @throws when the file is shorter than that
 */
export async function* linesOf(path, from) {
  const file = await open(path);
  const watcher = watch(path);
  try {
    const { size } = await file.stat();
    if (size < from) throw new Error(`${path} has ${size} bytes, and ${from} were read before`);
    const changes = on(watcher, 'change'); // keeps what comes while nobody waits
    let end = from;
    let rest = Buffer.alloc(0); // the beginning of a line
    for (;;) {
      // As much again: a line of many chunks is then copied no more than twice.
      const buffer = Buffer.allocUnsafe(Math.max(CHUNK, rest.length));
      const { bytesRead } = await file.read({ buffer, position: end + rest.length });
      if (bytesRead === 0) await changes.next();
      rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      for (let at = rest.indexOf(NEWLINE); at >= 0; at = rest.indexOf(NEWLINE)) {
        end += at + 1;
        yield { line: rest.toString('utf8', 0, at), end };
        rest = rest.subarray(at + 1);
      }
    }
  } finally {
    watcher.close();
    await file.close();
  }
}
