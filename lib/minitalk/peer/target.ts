// Before the first signal: may this process be signalled, and will it understand?
// docs/protocol.md, section 4; a SIGUSR1 kills a process that does not catch it.
import { SignalError } from '../../signals/errors.js';
import { GONE, type Look, seen, seenOrThrow } from '../../signals/internal/look.js';
import {
  catchesUserSignals,
  lookAtStatus,
  type ProcessStatus,
  pidNamespace,
} from '../../signals/internal/proc.js';
import { signalMask } from '../../signals/internal/thread-status.js';
import type { ProcessHandle } from '../../signals/process-handle.js';
import { assertPid } from '../../signals/send.js';
import { MinitalkError, notAServer } from '../errors.js';
import type { Word } from '../wire/word.js';
import {
  lookAtThread,
  type PinnedThread,
  pinPeer,
  pinThreadOf,
  send,
  type ThreadLook,
  type Told,
  tell,
} from './pinned.js';
import type { Lease } from './pool.js';
import { findRegistration, type Registration } from './registration.js';

/** So long a server may be without its registration before its silence is its end, ms. */
export const UNREGISTERED_MS = 3000;

/** A server as its client may signal it. */
export interface Target extends PinnedThread {
  /** Longest message that the server takes, bytes; undefined where it does not tell. */
  readonly maxMessage: number | undefined;
  /** How many signals may be queued to its user's processes, when it was opened. */
  readonly pendingLimit: number;
  /** Whether it may be signalled: it catches both signals, and `burstSignal` unless that is 0. Needs no descriptor. */
  look(burstSignal?: number): ThreadLook;
  /** Sends the word if it catches both signals now. */
  tell(word: Word): Told;
  /** Whether it catches this signal now. Needs no descriptor. */
  catches(signo: number): Look<boolean>;
  /** Needs no descriptor while the file stands that was read at first. */
  lookAtRegistration(): Look<unknown>;
  /**
   * The threads of the server's lanes, in order, as its registration says now; undefined where
   * that can't be read or tells of fewer than so many.
   */
  lanes(count: number): readonly number[] | undefined;
  /** Safe to repeat. */
  close(): void;
}

/**
 * Checks a process and pins it.
 * @param force skip the last two checks: catches the signals, is a registered server
 * @throws SignalError ERR_INVALID_PID, ESRCH, EPERM, ERR_NOT_A_SERVER; EMFILE, ENFILE and
 * others when this process cannot look
 */
export function openTarget(pid: number, force: boolean): Target {
  pidNamespace(); // without /proc there is nothing to be looked at
  if (!isRegisteredInit(pid)) assertPid(pid);
  const { peer, status } = openCatching(pid, { force, answers: true });
  try {
    const registration = seenOrThrow(findRegistration(pid, status.realUid));
    if (!force && registration === undefined) {
      throw notAServer(`process ${pid} is not registered as a minitalk server; nothing was sent`);
    }
    const pinned = pinThreadOf(peer, registration?.thread ?? pid);
    return {
      ...pinned,
      maxMessage: registration?.maxMessage,
      pendingLimit: status.pendingLimit,
      look: (burstSignal) => (force ? lookAtForced(pinned) : lookAtThread(pinned, burstSignal)),
      tell: (word) => (force ? send(pinned, word) : tell(pinned, word)),
      catches: (signo) => pinned.status.catches(signalMask([signo])),
      lookAtRegistration: force
        ? () => seen(true)
        : registrationLook(pid, status.realUid, registration),
      lanes: lanesLook(pid, status.realUid),
      close: pinned.unpin,
    };
  } catch (error) {
    peer.release();
    throw error;
  }
}

/** A pinned process, and what it was like then. */
export interface Catching {
  /** To be given back. */
  readonly peer: Lease<ProcessHandle>;
  readonly status: ProcessStatus;
}

/**
 * Pins a process that may be signalled, and catches both signals.
 * @param how.force also one that does not catch them
 * @param how.answers it is to signal this one, too
 * @throws SignalError as openTarget
 */
export function openCatching(
  pid: number,
  how: { readonly force: boolean; readonly answers: boolean },
): Catching {
  if (pid === process.pid) {
    throw new MinitalkError('ERR_INVALID_PID', `invalid pid ${pid}: that is this process itself`);
  }
  // Pinned first, checked afterwards: the checks are then about what is pinned.
  const peer = openPinned(pid);
  const { value: handle } = peer;
  try {
    const status = seenOrThrow(lookAtStatus(pid));
    if (status === undefined || handle.hasExited()) throw noSuchProcess(pid);
    handle.assertMaySignal();
    if (how.answers) checkAnswerPermitted(status);
    if (!how.force && !catchesUserSignals(status)) {
      throw notAServer(
        `process ${pid} is no minitalk server: it does not catch SIGUSR1 and SIGUSR2, which would end it; nothing was sent`,
      );
    }
    return { peer, status };
  } catch (error) {
    peer.release();
    throw error;
  }
}

/** Pid 1 is init, unless a server is all that runs in this pid namespace. */
function isRegisteredInit(pid: number): boolean {
  const status = pid === 1 ? lookAtStatus(pid) : GONE;
  return status.is === 'seen' && findRegistration(pid, status.value.realUid).is === 'seen';
}

/** Whoever asked for it may be ended by our signals. */
function lookAtForced({ process }: PinnedThread): ThreadLook {
  return { is: process.hasExited() ? 'gone' : 'catching' };
}

/** Looks whether it is still registered: at the file that was read, and further only without it. */
function registrationLook(
  pid: number,
  uid: number,
  registration: Registration | undefined,
): () => Look<Registration> {
  return () => {
    const found = registration?.look();
    return found?.is === 'seen' ? found : findRegistration(pid, uid);
  };
}

/** Reads the registration again only where its file is another by now. */
function lanesLook(pid: number, uid: number): Target['lanes'] {
  let known: Registration | undefined;
  return (count) => {
    if (known === undefined || !known.isUnchanged()) {
      const found = findRegistration(pid, uid);
      known = found.is === 'seen' ? found.value : undefined;
    }
    const threads = known?.lanes ?? [];
    return threads.length < count ? undefined : threads.slice(0, count);
  };
}

function noSuchProcess(pid: number): SignalError {
  return new SignalError('ESRCH', `no process ${pid}: is the server still running?`, {
    syscall: 'pidfd_open',
  });
}

function openPinned(pid: number): Lease<ProcessHandle> {
  try {
    return pinPeer(pid);
  } catch (error) {
    const code = error instanceof SignalError ? error.code : undefined;
    if (code === 'ESRCH') throw noSuchProcess(pid);
    if (code !== 'EINVAL' && code !== 'ENOENT') throw error;
    // The number of a thread that is not its process's first.
    const status = lookAtStatus(pid);
    const leader = status.is === 'seen' ? ` of process ${status.value.threadGroup}` : '';
    throw new MinitalkError('ERR_INVALID_PID', `invalid pid ${pid}: that is a thread${leader}`);
  }
}

function checkAnswerPermitted(status: ProcessStatus): void {
  // The server must be able to answer: kill(2) wants its real or effective uid to
  // be our real or saved one, or root's privilege.
  const own = seenOrThrow(lookAtStatus(process.pid));
  if (own === undefined) return;
  const may = [status.realUid, status.effectiveUid].some(
    (uid) => uid === own.realUid || uid === own.savedUid,
  );
  if (may || status.effectiveUid === 0) return;
  throw new SignalError(
    'EPERM',
    `server ${status.pid} runs as uid ${status.effectiveUid} and may not answer this process of uid ${own.realUid}: send as that user`,
    { syscall: 'kill' },
  );
}
