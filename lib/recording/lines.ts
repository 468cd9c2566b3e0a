// The lines of a file, as a stream: only what is between two of its chunks is kept.
import { createReadStream } from 'node:fs';
import { MinitalkError } from '../minitalk/errors.js';
import { WrongLine } from './check.js';

const CHUNK = 1 << 20;
/** Longer is no line of a recording: another file, a disk's image say, may have no newline at all. */
const LONGEST = 1 << 20;
const NEWLINE = 0x0a;

/**
 * Calls `take` with each line.
 * @param takeLast gets the one that no newline ends, if there is one, and its number from 1
 * @throws the error of open(2) or read(2); for a WrongLine that the two throw MinitalkError ERR_INVALID_RECORDING
 */
export async function readLines(
  file: string,
  take: (line: string) => void,
  takeLast: (line: string, number: number) => void,
): Promise<void> {
  let number = 1;
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: CHUNK })) {
      const bytes: Buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      let from = 0;
      for (let to = bytes.indexOf(NEWLINE); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
        take(bytes.toString('utf8', from, to));
        number += 1;
        from = to + 1;
      }
      rest = bytes.subarray(from);
      if (rest.length > LONGEST) throw new WrongLine(`this line is longer than ${LONGEST} bytes`);
    }
    if (rest.length > 0) takeLast(rest.toString(), number);
  } catch (error) {
    throw error instanceof WrongLine
      ? invalidRecording(file, number, error.message)
      : named(error, file);
  }
}

export function invalidRecording(file: string, line: number, what: string): MinitalkError {
  return new MinitalkError('ERR_INVALID_RECORDING', `${file}:${line}: ${what}`);
}

/** read(2) knows descriptors alone: "EISDIR: illegal operation on a directory, read" of what? */
function named(error: unknown, file: string): unknown {
  const { syscall, message } = error as NodeJS.ErrnoException;
  if (syscall === 'read') (error as Error).message = `${message} '${file}'`;
  return error;
}
