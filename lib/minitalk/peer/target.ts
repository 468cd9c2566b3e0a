// Before the first signal: may this process be signalled, and will it understand?
// docs/protocol.md, section 4; a SIGUSR1 kills a process that does not catch it.
import { constants } from 'node:os';
import { SignalError } from '../../signals/errors.js';
import { type Look, seenOrThrow } from '../../signals/internal/look.js';
import {
  catchesUserSignals,
  lookAtStatus,
  type ProcessStatus,
} from '../../signals/internal/proc.js';
import {
  openThreadStatus,
  signalMask,
  type ThreadStatus,
} from '../../signals/internal/thread-status.js';
import { openProcess, type ProcessHandle } from '../../signals/process-handle.js';
import { assertPid } from '../../signals/send.js';
import { MinitalkError, notAServer } from '../errors.js';
import { findRegistration, type Registration } from './registration.js';

/** What a look at a server finds. */
export type TargetLook =
  /** It passes all checks: it may be signalled. */
  | { readonly is: 'server' }
  /** It catches both signals and is not registered, as a server that has closed without our knowledge. */
  | { readonly is: 'unregistered' }
  /** It lives and does not catch both signals: one would end it. */
  | { readonly is: 'deaf' }
  | { readonly is: 'gone' }
  /** Nobody could look; it may be any of these. */
  | { readonly is: 'unknown'; readonly error: SignalError };

export interface Target {
  readonly process: ProcessHandle;
  readonly thread: number;
  /** Longest message that the server takes, bytes; undefined where it does not tell. */
  readonly maxMessage: number | undefined;
  /** How many signals may be queued to its user's processes, when it was opened. */
  readonly pendingLimit: number;
  /** Whether it may still be signalled. Needs no descriptor while its registration stands. */
  look(): TargetLook;
  /** Whether it catches this signal now. Needs no descriptor. */
  catches(signo: number): Look<boolean>;
  /** Safe to repeat. */
  close(): void;
}

const USER_SIGNALS = signalMask([constants.signals.SIGUSR1, constants.signals.SIGUSR2]);

/**
 * Checks a process and pins it.
 * @param force skip the last two checks: catches the signals, is a registered server
 * @throws SignalError ERR_INVALID_PID, ESRCH, EPERM, ERR_NOT_A_SERVER; EMFILE, ENFILE and
 * others when this process cannot look
 */
export function openTarget(pid: number, force: boolean): Target {
  assertPid(pid);
  if (pid === process.pid) {
    throw new MinitalkError('ERR_INVALID_PID', `invalid pid ${pid}: that is this process itself`);
  }
  // Pinned first, checked afterwards: the checks are then about what is pinned.
  const handle = openPinned(pid);
  let threadStatus: ThreadStatus | undefined;
  try {
    const status = seenOrThrow(lookAtStatus(pid));
    if (status === undefined || handle.hasExited()) throw noSuchProcess(pid);
    handle.assertMaySignal();
    checkAnswerPermitted(status);
    if (!force && !catchesUserSignals(status)) {
      throw notAServer(
        `process ${pid} is no minitalk server: it does not catch SIGUSR1 and SIGUSR2, which would end it; nothing was sent`,
      );
    }
    const registration = seenOrThrow(findRegistration(pid, status.realUid));
    if (!force && registration === undefined) {
      throw notAServer(`process ${pid} is not registered as a minitalk server; nothing was sent`);
    }
    const thread = registration?.thread ?? pid;
    threadStatus = openServerThread(pid, thread);
    const isRegistered = registrationLook(pid, status.realUid, registration);
    const { catches } = threadStatus;
    return {
      process: handle,
      thread,
      maxMessage: registration?.maxMessage,
      pendingLimit: status.pendingLimit,
      look(): TargetLook {
        if (handle.hasExited()) return { is: 'gone' };
        if (force) return { is: 'server' };
        const caught = catches(USER_SIGNALS);
        if (caught.is !== 'seen') return caught;
        if (!caught.value) return { is: 'deaf' };
        const registered = isRegistered();
        if (registered.is === 'unknown') return registered;
        return { is: registered.is === 'seen' ? 'server' : 'unregistered' };
      },
      catches: (signo) => catches(signalMask([signo])),
      close() {
        threadStatus?.close();
        handle.close();
      },
    };
  } catch (error) {
    threadStatus?.close();
    handle.close();
    throw error;
  }
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

function openServerThread(pid: number, thread: number): ThreadStatus {
  try {
    return openThreadStatus(pid, thread);
  } catch (error) {
    if (error instanceof SignalError && error.code === 'ENOENT') throw noSuchProcess(pid);
    throw error;
  }
}

function noSuchProcess(pid: number): SignalError {
  return new SignalError('ESRCH', `no process ${pid}: is the server still running?`, {
    syscall: 'pidfd_open',
  });
}

function openPinned(pid: number): ProcessHandle {
  try {
    return openProcess(pid);
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
