// Whom this process may signal: Landlock's signal scope.
import { constants } from 'node:os';
import { binding } from '../binding/signals.js';
import { systemError } from './errors.js';

const advice = {
  E2BIG: 'it has been restricted 16 times already, and the kernel allows no more',
  ENOSYS:
    'this kernel has no signal scopes: they take Linux 6.12 or later, built with Landlock (CONFIG_SECURITY_LANDLOCK), and no sandbox in front that hides it',
  ENOTSUP: 'Landlock is disabled: name it among the security modules at boot (lsm=landlock,…)',
  EPERM: "a seccomp filter, perhaps a container's, forbids Landlock's system calls",
};

/**
 * From now on this thread, and every process and thread that it starts, and so on, may signal
 * only each other, by whatever call: anybody else is EPERM. Signals from others arrive as
 * before. Nothing takes it back; a further call restricts further, 16 times at most.
 *
 * It needs no privilege, and costs some: set-user-ID programs such as sudo(8) give none any
 * more (PR_SET_NO_NEW_PRIVS), and processes outside cannot be traced, see ptrace(2), nor the
 * files in /proc be read that this guards, as /proc/PID/environ. See landlock(7).
 *
 * @returns `'all'`: it holds for all threads of this process, as from Linux 7.0 on. `'this'`:
 * for the calling one and those that it starts. Threads that were there before, such as other
 * Workers, and what these start, are free then: call it before there are any, from the main
 * thread. Threads of one process may signal each other in any case.
 * @throws SignalError ENOSYS (Linux before 6.12, or not Linux), ENOTSUP (Landlock is
 * disabled), EPERM (a seccomp filter), E2BIG, EMFILE, ENFILE, ENOMEM: nothing is restricted
 * then, though PR_SET_NO_NEW_PRIVS may be set.
 */
export function restrictSignals(): 'all' | 'this' {
  const result = binding.restrictSignals();
  if (result >= 0) return result === 1 ? 'all' : 'this';
  const syscall =
    result === -constants.errno.E2BIG ? 'landlock_restrict_self' : 'landlock_create_ruleset';
  throw systemError(result, syscall, 'restrict signals', undefined, advice);
}
