// A terminal that is closed while we run on it.
import { closeSync, fstatSync, openSync } from 'node:fs';

/** The character devices of this major number, /dev/null among them, are no terminals. */
const MEMORY_DEVICES = 1;

/**
 * At its exit Node resets each standard stream that was a terminal when it started, and aborts
 * (SIGABRT) when that terminal has been closed since. Another file in its place is left alone. Whatever
 * it is now: it can be closed between a look and the exit, and our commands change no terminal.
 */
export function outliveTerminal(): void {
  process.on('exit', () => {
    for (const stream of [0, 1, 2]) {
      if (mayBeTerminal(stream)) replaceByNull(stream);
    }
  });
}

function mayBeTerminal(descriptor: number): boolean {
  try {
    const stat = fstatSync(descriptor);
    return stat.isCharacterDevice() && Math.floor(stat.rdev / 256) % 4096 !== MEMORY_DEVICES;
  } catch {
    return false; // closed
  }
}

function replaceByNull(descriptor: number): void {
  closeSync(descriptor);
  // The lowest free number is that one; where it is not, a closed stream does as well.
  openSync('/dev/null', 'r+');
}
