// Where running servers leave word of themselves: one small file per server in a
// directory that only its user can write. A client believes it only with the
// right owner and mode, and only for a process with that pid and start time.
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStartTime } from '../../signals/internal/proc.js';
import { MinitalkError } from '../errors.js';
import { VERSION } from '../wire/word.js';

export interface Registration {
  readonly pid: number;
  /** Clock ticks since boot: tells this process from a later one of the same pid. */
  readonly startTime: string;
  /** The thread that takes the signals. */
  readonly thread: number;
  readonly version: number;
  /** Longest message that it takes, bytes. */
  readonly maxMessage?: number;
  readonly name?: string;
}

/** A server's limit unless told, bytes. */
export const DEFAULT_MAX_MESSAGE = 64 * 1024 * 1024;

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** @throws MinitalkError ERR_INVALID_NAME */
export function assertName(name: string): void {
  if (NAME.test(name)) return;
  throw new MinitalkError(
    'ERR_INVALID_NAME',
    `invalid server name ${JSON.stringify(name)}: expected 1 to 64 letters, digits, ".", "_" or "-", not starting with a sign`,
  );
}

/** Directories where servers of this user may be found; the first usable one is written. */
function directories(uid: number): string[] {
  const runtime = uid === process.getuid?.() ? process.env['XDG_RUNTIME_DIR'] : undefined;
  return [
    ...new Set([
      ...(runtime?.startsWith('/') ? [join(runtime, 'minitalk')] : []),
      `/run/user/${uid}/minitalk`,
      join('/tmp', `minitalk-${uid}`),
      join(tmpdir(), `minitalk-${uid}`),
    ]),
  ];
}

// Somebody else could have made it first, to feed us names or to read ours.
function isPrivate(directory: string, uid: number): boolean {
  try {
    const stat = lstatSync(directory);
    return stat.isDirectory() && stat.uid === uid && (stat.mode & 0o077) === 0;
  } catch {
    return false;
  }
}

function writableDirectory(): string {
  const uid = process.getuid?.() ?? 0;
  const tried = directories(uid);
  for (const directory of tried) {
    try {
      mkdirSync(directory, { mode: 0o700 });
    } catch {
      // It exists, or its parent does not: the check below decides.
    }
    if (isPrivate(directory, uid)) return directory;
  }
  throw new MinitalkError(
    'ERR_NO_RUNTIME_DIR',
    `no private directory for the server's registration: tried ${tried.join(', ')}; set XDG_RUNTIME_DIR to a directory of yours with mode 0700`,
  );
}

function parse(text: string): Registration | undefined {
  try {
    const value = JSON.parse(text) as Partial<Registration>;
    const valid =
      Number.isInteger(value.pid) &&
      typeof value.startTime === 'string' &&
      Number.isInteger(value.thread) &&
      (value.maxMessage === undefined || Number.isInteger(value.maxMessage));
    return valid ? (value as Registration) : undefined;
  } catch {
    return undefined;
  }
}

/** Registrations of the user's living servers, by pid. */
export function listRegistrations(uid: number): Registration[] {
  const found = new Map<number, Registration>();
  for (const directory of directories(uid)) {
    if (!isPrivate(directory, uid)) continue;
    for (const file of readdirSync(directory)) {
      const entry = /^\d+\.json$/.test(file) ? read(join(directory, file)) : undefined;
      if (entry !== undefined && readStartTime(entry.pid) === entry.startTime) {
        found.set(entry.pid, entry);
      }
    }
  }
  return [...found.values()].sort((a, b) => a.pid - b.pid);
}

function read(path: string): Registration | undefined {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // its server has just removed it
  }
}

/** The registration of one process, if it is a running server's. */
export function findRegistration(pid: number, uid: number): Registration | undefined {
  return listRegistrations(uid).find((entry) => entry.pid === pid);
}

/**
 * Announces this process; returns what takes the announcement back.
 * @throws MinitalkError EEXIST when a running server of this user has the name;
 * ERR_NO_RUNTIME_DIR
 */
export function register(thread: number, name: string | undefined, maxMessage: number): () => void {
  const uid = process.getuid?.() ?? 0;
  const directory = writableDirectory();
  removeStale(directory);
  if (name !== undefined) {
    const other = listRegistrations(uid).find((entry) => entry.name === name);
    if (other !== undefined) {
      throw new MinitalkError(
        'EEXIST',
        `a server named "${name}" is already running with pid ${other.pid}`,
      );
    }
  }
  const entry: Registration = {
    pid: process.pid,
    startTime: readStartTime(process.pid) ?? '',
    thread,
    version: VERSION,
    maxMessage,
    ...(name === undefined ? {} : { name }),
  };
  const path = join(directory, `${process.pid}.json`);
  const draft = join(directory, `.${process.pid}.draft`);
  writeFileSync(draft, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
  renameSync(draft, path); // a reader sees all of it or nothing
  return () => rmSync(path, { force: true });
}

/** Removes what servers left that could not clean up. */
function removeStale(directory: string): void {
  for (const file of readdirSync(directory)) {
    if (!/^\d+\.json$/.test(file)) continue;
    const path = join(directory, file);
    const entry = read(path);
    if (entry === undefined || readStartTime(entry.pid) !== entry.startTime)
      rmSync(path, { force: true });
  }
}
