import { constants as osConstants } from 'node:os';
import { binding } from '../binding.js';
import { check, systemError } from './errors.js';

const constants = osConstants.errno;

/** A process pinned by a pidfd, see pidfd_open(2): never confused with a later one of the same pid. */
export interface ProcessHandle {
  readonly pid: number;
  /** -1 where the platform has no pidfd. */
  readonly pidfd: number;
  /** Whether it has ended; a zombie has. */
  hasExited(): boolean;
  /** Throws EPERM when this process may not signal it, ESRCH when it has ended. Sends nothing. */
  assertMaySignal(): void;
  close(): void;
}

/**
 * @throws SignalError ESRCH when there is no such process, EMFILE when this one
 * has no descriptor left.
 */
export function openProcess(pid: number): ProcessHandle {
  const opened = binding.pidfdOpen(pid);
  const unsupported = opened === -constants.ENOSYS || opened === -constants.EPERM;
  if (opened < 0 && !unsupported) throw systemError(opened, 'pidfd_open', `open process ${pid}`);
  let pidfd = opened < 0 ? -1 : opened;
  return {
    pid,
    get pidfd() {
      return pidfd;
    },
    // Without a pidfd the pid itself is asked.
    hasExited: () =>
      pidfd >= 0 ? binding.pidfdExited(pidfd) : binding.kill(pid, 0) === -constants.ESRCH,
    assertMaySignal() {
      const result = pidfd >= 0 ? binding.pidfdSendSignal(pidfd, 0) : binding.kill(pid, 0);
      check(result, pidfd >= 0 ? 'pidfd_send_signal' : 'kill', () => `signal process ${pid}`);
    },
    close() {
      if (pidfd >= 0) binding.pidfdClose(pidfd);
      pidfd = -1;
    },
  };
}
