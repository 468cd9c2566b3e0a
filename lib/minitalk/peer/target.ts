// Before the first signal: may this process be signalled, and will it understand?
// docs/protocol.md, section 4; a SIGUSR1 kills a process that does not catch it.
import { SignalError } from '../../signals/errors.js';
import { catchesUserSignals, type ProcessStatus, readStatus } from '../../signals/internal/proc.js';
import { openProcess, type ProcessHandle } from '../../signals/process-handle.js';
import { assertPid } from '../../signals/send.js';
import { MinitalkError, notAServer } from '../errors.js';
import { findRegistration } from './registration.js';

export interface Target {
  readonly process: ProcessHandle;
  readonly thread: number;
  /** Longest message that the server takes, bytes; undefined where it does not tell. */
  readonly maxMessage: number | undefined;
  /** Whether it may still be signalled: it lives, and still passes the checks. */
  isStillServer(): boolean;
  /** Whether it lives and catches both signals, as a server does that closed without our knowledge. */
  stillCatches(): boolean;
}

/**
 * Checks a process and pins it.
 * @param force skip the last two checks: catches the signals, is a registered server
 * @throws SignalError ERR_INVALID_PID, ESRCH, EPERM, ERR_NOT_A_SERVER
 */
export function openTarget(pid: number, force: boolean): Target {
  assertPid(pid);
  if (pid === process.pid) {
    throw new MinitalkError('ERR_INVALID_PID', `invalid pid ${pid}: that is this process itself`);
  }
  // Pinned first, checked afterwards: the checks are then about what is pinned.
  const handle = openPinned(pid);
  try {
    const status = readStatus(pid);
    if (status === undefined || status.state === 'Z' || handle.hasExited()) {
      throw noSuchProcess(pid);
    }
    handle.assertMaySignal();
    checkAnswerPermitted(status);
    if (!force && !catchesUserSignals(status)) {
      throw notAServer(
        `process ${pid} is no minitalk server: it does not catch SIGUSR1 and SIGUSR2, which would end it; nothing was sent`,
      );
    }
    const registration = findRegistration(pid, status.realUid);
    if (!force && registration === undefined) {
      throw notAServer(`process ${pid} is not registered as a minitalk server; nothing was sent`);
    }
    return {
      process: handle,
      thread: registration?.thread ?? pid,
      maxMessage: registration?.maxMessage,
      isStillServer: () => !handle.hasExited() && (force || isServer(pid)),
      stillCatches: () => !handle.hasExited() && isCatching(readStatus(pid)),
    };
  } catch (error) {
    handle.close();
    throw error;
  }
}

function isServer(pid: number): boolean {
  const status = readStatus(pid);
  return isCatching(status) && findRegistration(pid, status.realUid) !== undefined;
}

function isCatching(status: ProcessStatus | undefined): status is ProcessStatus {
  return status !== undefined && catchesUserSignals(status);
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
    const leader = readStatus(pid)?.threadGroup;
    throw new MinitalkError(
      'ERR_INVALID_PID',
      `invalid pid ${pid}: that is a thread${leader === undefined ? '' : ` of process ${leader}`}`,
    );
  }
}

function checkAnswerPermitted(status: ProcessStatus): void {
  // The server must be able to answer: kill(2) wants its real or effective uid to
  // be our real or saved one, or root's privilege.
  const own = readStatus(process.pid);
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
