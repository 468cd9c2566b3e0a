// A server's own registration: written, put back when somebody cleans it away, taken back.
import {
  type FSWatcher,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { seenOrThrow } from '../../signals/internal/look.js';
import { lookAtStartTime, pidNamespace } from '../../signals/internal/proc.js';
import { MinitalkError } from '../errors.js';
import { VERSION } from '../wire/word.js';
import {
  directories,
  draftOf,
  type Entry,
  fileName,
  listRegistrations,
  lookAtPrivate,
  staleFiles,
} from './registration.js';

/** Where inotify is not to be had (max_user_instances) it is looked after so often. */
const LOOK_MS = 10_000;

export interface Announced {
  readonly name: string | undefined;
  /** Longest message taken, bytes. */
  readonly maxMessage: number;
  /**
   * Called with the paths of the files that are about to be written, so that who is ended at
   * any moment leaves none; and with none when all has been taken back.
   */
  readonly onFiles: (paths: readonly string[]) => void;
}

export interface Announcement {
  /** Tells the threads of the lanes; false where that could not be written. */
  tellLanes(threads: readonly number[]): boolean;
  takeBack(): void;
}

/**
 * Announces this process.
 * @throws MinitalkError EEXIST when a running server of this user has the name;
 * ERR_NO_RUNTIME_DIR; SignalError ENOSYS without a /proc of this pid namespace
 */
export function register(thread: number, { name, maxMessage, onFiles }: Announced): Announcement {
  const namespace = pidNamespace();
  assertUnused(name);
  let entry: Entry = {
    pid: process.pid,
    startTime: seenOrThrow(lookAtStartTime(process.pid)) ?? '',
    thread,
    version: VERSION,
    maxMessage,
    namespace,
    ...(name === undefined ? {} : { name }),
  };
  const put = () => {
    const path = join(writableDirectory(), fileName(entry.namespace, entry.pid));
    onFiles([path, draftOf(path)]);
    write(path, entry);
    return path;
  };
  const path = put();
  for (const stale of staleFiles(path)) rmSync(stale, { force: true });
  const kept = keep(path, put);
  process.on('exit', kept.letGo); // a process that is ended need not wait for its server
  return {
    tellLanes(lanes) {
      entry = { ...entry, lanes };
      const isTold = kept.rewrite();
      if (!isTold) entry = { ...entry, lanes: [] }; // what is put back later must not tell of them
      return isTold;
    },
    takeBack() {
      process.off('exit', kept.letGo);
      kept.letGo();
      onFiles([]);
    },
  };
}

function assertUnused(name: string | undefined): void {
  if (name === undefined) return;
  const other = listRegistrations(process.getuid?.() ?? 0).find((entry) => entry.name === name);
  if (other === undefined) return;
  throw new MinitalkError(
    'EEXIST',
    `a server named "${name}" is already running with pid ${other.pid}`,
  );
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
    if (lookAtPrivate(directory, uid).is === 'seen') return directory;
  }
  throw new MinitalkError(
    'ERR_NO_RUNTIME_DIR',
    `no private directory for the server's registration: tried ${tried.join(', ')}; set XDG_RUNTIME_DIR to a directory of yours with mode 0700`,
  );
}

function write(path: string, entry: Entry): void {
  const draft = draftOf(path);
  try {
    writeFileSync(draft, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
    renameSync(draft, path); // a reader sees all of it or nothing
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

interface Kept {
  /** Writes it now; false where that failed. */
  rewrite(): boolean;
  /** Ends the keeping, and removes it. */
  letGo(): void;
}

/**
 * Calls `writeAgain` whenever the file has gone.
 * The kernel tells of a change, so that an idle server need not look; nothing here keeps
 * the process alive.
 */
function keep(first: string, writeAgain: () => string): Kept {
  let path = first;
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  let again: NodeJS.Immediate | undefined;
  const look = () => {
    timer?.refresh();
    if (!isThere(path)) rewrite();
  };
  const rewrite = () => {
    try {
      path = writeAgain();
    } catch {
      lookLater(); // no room, or no directory now
      return false;
    }
    follow();
    return true;
  };
  const lookLater = () => {
    timer ??= setInterval(look, LOOK_MS).unref();
  };
  /** The file itself, as what others do in the directory is no reason to wake. */
  const follow = () => {
    watcher?.close();
    try {
      watcher = watch(path, { persistent: false }, look).on('error', lookLater);
    } catch {
      watcher = undefined;
      lookLater();
    }
    // Removed again before the watch stood: nobody would tell.
    if (!isThere(path)) again = setImmediate(look);
  };
  follow();
  return {
    rewrite,
    letGo() {
      watcher?.close();
      clearInterval(timer);
      clearImmediate(again);
      rmSync(path, { force: true });
    },
  };
}

function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    // Nobody could look: it may well be there.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
