// Whom this process may signal, as Landlock's signal scope restricts it.
#ifndef MINITALK_CORE_SIGNALS_SIGNAL_SCOPE_H_
#define MINITALK_CORE_SIGNALS_SIGNAL_SCOPE_H_

namespace minitalk {

// From now on the calling thread, and all that it starts, may signal only each
// other, see landlock(7); its process gains no privileges by execve(2) any
// more. Returns 1 where this holds for all threads of the process, 0 where for
// the calling one only (before Linux 7.0), or a negative errno: -ENOSYS (a
// kernel before Linux 6.12, or built without Landlock), -EOPNOTSUPP (Landlock
// is disabled), -EPERM (a seccomp filter forbids it), -E2BIG (restricted 16
// times already), -EMFILE, -ENFILE, -ENOMEM.
int RestrictSignals();

}  // namespace minitalk

#endif  // MINITALK_CORE_SIGNALS_SIGNAL_SCOPE_H_
