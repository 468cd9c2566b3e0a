// Where running servers leave word of themselves: one small file per server in a
// directory that only its user can write. A client believes it only with the
// right owner and mode, and only for a process with that pid and start time in its own
// pid namespace: containers can share the directory, and two of them the same pid.
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import {
  GONE,
  type Look,
  saysGone,
  seen,
  seenOrThrow,
  unknownBecause,
} from '../../signals/internal/look.js';
import { lookAtStartTime, lookAtStatus, pidNamespace } from '../../signals/internal/proc.js';
import { MinitalkError } from '../errors.js';

/** What a server's file says. */
export interface Entry {
  readonly pid: number;
  /** Clock ticks since boot: tells this process from a later one of the same pid. */
  readonly startTime: string;
  /** The thread that takes the signals. */
  readonly thread: number;
  readonly version: number;
  /** Longest message that it takes, bytes. */
  readonly maxMessage?: number;
  /** The threads of its lanes, in order; none: it has none now. */
  readonly lanes?: readonly number[];
  /** The inode of its pid namespace, see pid_namespaces(7): the pid is a number there. */
  readonly namespace: string;
  readonly name?: string;
}

/** A living server's entry, and where it was found. */
export interface Registration extends Entry {
  /** Whether the file is still there; reads nothing, so needs no descriptor. */
  look(): Look<Registration>;
  /** Whether the file is still the one that was read: servers write theirs anew. */
  isUnchanged(): boolean;
}

/** Of a server's file. */
export function fileName(namespace: string, pid: number): string {
  return `${namespace}-${pid}.json`;
}

/** What becomes a server's file when all of it is written. */
export function draftOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.draft`);
}

/** A server's limit unless told, bytes. */
export const DEFAULT_MAX_MESSAGE = 64 * 1024 * 1024;

/** Of a server's file: several times what one writes, bytes. */
const MAX_BYTES = 4096;

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
export function directories(uid: number): string[] {
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

/**
 * Gone: it is not there, or not private: somebody else could have made it first, to feed us
 * names or to read ours.
 */
export function lookAtPrivate(directory: string, uid: number): Look<true> {
  try {
    const stat = lstatSync(directory);
    const isPrivate = stat.isDirectory() && stat.uid === uid && (stat.mode & 0o077) === 0;
    return isPrivate ? seen(true) : GONE;
  } catch (error) {
    if (saysGone(error) || cannotBeThere(error, uid)) return GONE;
    return unknownBecause(error, `look for servers in ${directory}`);
  }
}

/** A directory that we can't reach, such as XDG_RUNTIME_DIR after su(1), no server of ours has reached. */
function cannotBeThere(error: unknown, uid: number): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOTDIR' || (code === 'EACCES' && uid === process.getuid?.());
}

function parse(text: string): Entry | undefined {
  try {
    const value = JSON.parse(text) as Partial<Entry>;
    const valid =
      Number.isInteger(value.pid) &&
      typeof value.startTime === 'string' &&
      typeof value.namespace === 'string' &&
      Number.isInteger(value.thread) &&
      (value.maxMessage === undefined || Number.isInteger(value.maxMessage)) &&
      (value.lanes === undefined || isThreadList(value.lanes));
    return valid ? (value as Entry) : undefined;
  } catch {
    return undefined;
  }
}

function isThreadList(value: unknown): boolean {
  return Array.isArray(value) && value.every((thread) => Number.isInteger(thread) && thread > 1);
}

/**
 * Registrations of the user's living servers, by pid.
 * @throws SignalError EACCES, EMFILE and others when this process cannot look for them
 */
export function listRegistrations(uid: number): Registration[] {
  const found = new Map<number, Registration>();
  for (const directory of directories(uid)) {
    if (seenOrThrow(lookAtPrivate(directory, uid)) === undefined) continue;
    for (const { path } of seenOrThrow(lookForFiles(directory)) ?? []) {
      const registration = seenOrThrow(readRegistration(path));
      if (registration !== undefined) found.set(registration.pid, registration);
    }
  }
  return [...found.values()].sort((a, b) => a.pid - b.pid);
}

interface Found {
  readonly path: string;
  readonly pid: number;
}

/**
 * Those of this pid namespace; with `draftOf` their drafts. Gone: the directory was removed
 * meanwhile.
 */
function lookForFiles(directory: string, derived = (path: string) => path): Look<Found[]> {
  try {
    const namespace = pidNamespace();
    const found = readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
      const pid = Number(/-(\d+)\.json/.exec(entry.name)?.[1]);
      const path = join(directory, entry.name);
      const own = derived(join(directory, fileName(namespace, pid)));
      return path === own && entry.isFile() ? [{ path, pid }] : [];
    });
    return seen(found);
  } catch (error) {
    if (saysGone(error)) return GONE;
    return unknownBecause(error, `look for servers in ${directory}`);
  }
}

function saysLink(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ELOOP';
}

interface Read {
  readonly text: string;
  readonly inode: number;
  /** ctime, ms. */
  readonly changed: number;
}

/**
 * The text of a file of the size that servers write; '' of any other. We may be root, and its
 * owner not: a link could lead anywhere, a FIFO would let us wait.
 */
function readRegular(path: string): Read {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    const text = stat.isFile() && stat.size <= MAX_BYTES ? readFileSync(fd, 'utf8') : '';
    return { text, inode: stat.ino, changed: stat.ctimeMs };
  } finally {
    closeSync(fd);
  }
}

/** Gone: its server has removed it, or ended without. */
function readRegistration(path: string): Look<Registration> {
  let read: Read;
  try {
    read = readRegular(path);
  } catch (error) {
    if (saysGone(error) || saysLink(error)) return GONE;
    return unknownBecause(error, `read the registration ${path}`);
  }
  const entry = parse(read.text);
  if (entry === undefined || entry.namespace !== pidNamespace()) return GONE;
  const startTime = lookAtStartTime(entry.pid);
  if (startTime.is !== 'seen') return startTime;
  if (startTime.value !== entry.startTime || !hasThread(entry)) return GONE;
  const registration: Registration = {
    ...entry,
    look: () => lookAgain(path, registration),
    isUnchanged: () => isSame(path, read),
  };
  return seen(registration);
}

/** A Worker that listened may have ended; its process may be a zombie, whose threads have. */
function hasThread({ pid, thread }: Entry): boolean {
  const status = lookAtStatus(thread);
  if (status.is !== 'seen') return status.is === 'unknown';
  return status.value.threadGroup === pid && !'ZX'.includes(status.value.state);
}

function isSame(path: string, { inode, changed }: Read): boolean {
  try {
    const stat = lstatSync(path);
    return stat.ino === inode && stat.ctimeMs === changed;
  } catch {
    return false;
  }
}

function lookAgain(path: string, registration: Registration): Look<Registration> {
  try {
    lstatSync(path);
    return seen(registration);
  } catch (error) {
    if (saysGone(error)) return GONE;
    return unknownBecause(error, `look for the registration ${path}`);
  }
}

/** The registration of one process; gone: it is no running server's. */
export function findRegistration(pid: number, uid: number): Look<Registration> {
  let missed: Look<never> = GONE;
  for (const directory of directories(uid)) {
    const look = findIn(directory, pid, uid);
    if (look.is === 'seen') return look;
    if (look.is === 'unknown') missed = look;
  }
  return missed;
}

function findIn(directory: string, pid: number, uid: number): Look<Registration> {
  const usable = lookAtPrivate(directory, uid);
  if (usable.is !== 'seen') return usable;
  const look = readRegistration(join(directory, fileName(pidNamespace(), pid)));
  return look.is === 'seen' && look.value.pid !== pid ? GONE : look;
}

/**
 * What servers beside `path` left that could not clean up. Of another pid namespace's
 * nobody here can say that; what nobody could look at stays, too.
 */
export function staleFiles(path: string): string[] {
  const files = lookForFiles(dirname(path));
  const drafts = lookForFiles(dirname(path), draftOf);
  if (files.is !== 'seen' || drafts.is !== 'seen') return [];
  return [
    ...files.value.filter(({ path }) => readRegistration(path).is === 'gone'),
    // All that is known of a draft is its process.
    ...drafts.value.filter(({ pid }) => lookAtStartTime(pid).is === 'gone'),
  ].map(({ path }) => path);
}
