// Before the first signal to another minitalk's server: may this process be signalled, and will
// it live on?
import { binding } from '../../binding/dialects.js';
import { MinitalkError } from '../../minitalk/errors.js';
import { type PinnedThread, pinThreadOf } from '../../minitalk/peer/pinned.js';
import { findRegistration } from '../../minitalk/peer/registration.js';
import { openCatching } from '../../minitalk/peer/target.js';
import { seenOrThrow } from '../../signals/internal/look.js';
import { pidNamespace } from '../../signals/internal/proc.js';
import { assertPid } from '../../signals/send.js';

/**
 * Checks a process and pins it, and its main thread.
 * @param answers its dialect has signals of the server
 * @throws SignalError ERR_INVALID_PID, ESRCH, EPERM, ERR_NOT_A_SERVER (it does not catch both
 * signals), ENOTSUP (it is a server of our own protocol), ENOSYS (no pidfd_open(2), no /proc);
 * EMFILE, ENFILE and others when this process cannot look
 */
export function openForeignServer(pid: number, answers: boolean): PinnedThread {
  pidNamespace(); // without /proc there is nothing to be looked at
  assertPid(pid);
  const { peer, status } = openCatching(pid, { force: false, answers });
  try {
    if (!binding.hasQueue || peer.value.pidfd < 0) {
      throw new MinitalkError('ENOSYS', 'dialects need pidfd_open(2): Linux 5.3 or later');
    }
    if (seenOrThrow(findRegistration(pid, status.realUid)) !== undefined) {
      throw new MinitalkError(
        'ENOTSUP',
        `process ${pid} is a server of minitalk's own protocol, and would take a dialect's signals for strays; nothing was sent`,
      );
    }
    return pinThreadOf(peer, pid);
  } catch (error) {
    peer.release();
    throw error;
  }
}
