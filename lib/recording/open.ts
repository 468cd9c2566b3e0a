// Which file a recording may be written into.
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
} from 'node:fs';
import { constants as osConstants } from 'node:os';
import { SignalError } from '../signals/errors.js';
import { parseHeader } from './check.js';

/** Bytes; the first line is shorter. */
const LONGEST_HEADER = 1024;

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

/**
 * A file that is empty now; a new one is its owner's alone, as messages stand in it.
 * @throws Node's errors of open(2); SignalError EINVAL (no regular file), EBUSY (another process records into it)
 */
export function openToRecord(path: string): number {
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
