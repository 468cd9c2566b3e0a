// A recording's file, and the one before it: together they stay below a limit.
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { constants as osConstants } from 'node:os';
import { SignalError } from '../signals/errors.js';
import { parseHeader } from './check.js';
import type { Header, RecordedEvent } from './format.js';

/** Of the file and the one before it, bytes. */
export const DEFAULT_LIMIT = 64 * 2 ** 20;
/** Bytes; the first line is shorter. */
const LONGEST_HEADER = 1024;
/** The least; a header and some events have room. */
export const LEAST_LIMIT = 4096;

export class RecordingFile {
  readonly #path: string;
  readonly #header: Omit<Header, 'part'>;
  readonly #most: number;
  #fd: number;
  #bytes = 0;
  #part = 0;

  /** @throws Node's errors of open(2); SignalError EINVAL: no regular file */
  constructor(path: string, header: Omit<Header, 'part'>, limit: number) {
    this.#path = path;
    this.#header = header;
    this.#most = Math.floor(limit / 2);
    this.#fd = openRegular(path);
    this.#writeHeader();
  }

  /** @throws Node's errors of write(2), rename(2), open(2) */
  write(events: readonly RecordedEvent[]): void {
    let lines = '';
    for (const event of events) {
      const line = `${JSON.stringify(event)}\n`;
      if (this.#bytes + lines.length + line.length > this.#most) {
        this.#append(lines);
        lines = '';
        this.#turn();
      }
      lines += line;
    }
    this.#append(lines);
  }

  close(): void {
    closeSync(this.#fd);
  }

  #turn(): void {
    renameSync(this.#path, `${this.#path}.1`);
    const fd = openRegular(this.#path);
    closeSync(this.#fd);
    this.#fd = fd;
    this.#part += 1;
    this.#bytes = 0;
    this.#writeHeader();
  }

  #writeHeader(): void {
    this.#append(`${JSON.stringify({ ...this.#header, part: this.#part })}\n`);
  }

  /** All that stands in a recording is ASCII: a character is a byte. */
  #append(lines: string): void {
    const bytes = Buffer.from(lines, 'latin1');
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at);
    this.#bytes += bytes.length;
  }
}

/**
 * The process that records into the file now, by what its first line says; undefined: none, as far as can be seen.
 * @param fd open for reading
 */
function writerOf(fd: number): number | undefined {
  const { dev, ino } = fstatSync(fd);
  const pid = pidIn(fd);
  if (pid === undefined || pid === process.pid) return undefined;
  try {
    const folder = `/proc/${pid}/fd`;
    const isOpen = readdirSync(folder).some((each) => {
      const its = statSync(`${folder}/${each}`, { throwIfNoEntry: false });
      return its?.dev === dev && its.ino === ino;
    });
    return isOpen ? pid : undefined;
  } catch {
    return undefined; // it has ended, or is another user's
  }
}

/** Of whom the file is a recording. */
function pidIn(fd: number): number | undefined {
  const start = Buffer.alloc(LONGEST_HEADER);
  const [line = ''] = start
    .toString('latin1', 0, readSync(fd, start, 0, start.length, 0))
    .split('\n');
  try {
    return parseHeader(line).pid;
  } catch {
    return undefined;
  }
}

/** Empty, and readable by its owner alone: messages stand in it. */
function openRegular(path: string): number {
  const { O_RDWR, O_CREAT, O_NONBLOCK } = constants;
  // To open a FIFO would keep this thread waiting.
  const fd = openSync(path, O_RDWR | O_CREAT | O_NONBLOCK, 0o600);
  try {
    if (!fstatSync(fd).isFile()) {
      throw new SignalError(
        'EINVAL',
        `open EINVAL: cannot record into ${path}: it is no regular file; give the path of one, or of none yet`,
        { errno: -osConstants.errno.EINVAL, syscall: 'open' },
      );
    }
    const writer = writerOf(fd);
    if (writer !== undefined) {
      throw new SignalError(
        'EBUSY',
        `open EBUSY: cannot record into ${path}: process ${writer} does so now; give another path`,
        { errno: -osConstants.errno.EBUSY, syscall: 'open' },
      );
    }
    ftruncateSync(fd);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
