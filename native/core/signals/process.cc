#include "core/signals/process.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "handler/signals/calls.h"
#include "handler/signals/platform.h"

#if MINITALK_LINUX
#include <sys/syscall.h>
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#endif

namespace minitalk {

int Kill(pid_t pid, int signo) { return kill(pid, signo) == 0 ? 0 : -errno; }

int OpenPidfd(pid_t pid) {
#if MINITALK_LINUX
  const long fd = syscall(SYS_pidfd_open, pid, 0);
  return fd >= 0 ? static_cast<int>(fd) : -errno;
#else
  (void)pid;
  return -ENOSYS;
#endif
}

int QueueToPidfd(int pidfd, int signo, uint64_t value) {
#if MINITALK_LINUX
  siginfo_t info = QueuedInfo(getpid(), getuid(), signo, value);
  return syscall(SYS_pidfd_send_signal, pidfd, signo, &info, 0) == 0 ? 0
                                                                     : -errno;
#else
  (void)pidfd, (void)signo, (void)value;
  return -ENOSYS;
#endif
}

}  // namespace minitalk
