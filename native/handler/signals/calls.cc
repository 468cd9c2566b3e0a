#include "handler/signals/calls.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "handler/signals/platform.h"

#if MINITALK_LINUX
#include <sys/syscall.h>
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#endif

namespace minitalk {

namespace {

uint64_t TimeOf(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<uint64_t>(time.tv_nsec);
}

}  // namespace

uint64_t Now() { return TimeOf(CLOCK_MONOTONIC); }

uint64_t TimeSinceBoot() {
#if MINITALK_LINUX
  return TimeOf(CLOCK_BOOTTIME);
#else
  return Now();
#endif
}

uint64_t WallTime() { return TimeOf(CLOCK_REALTIME); }

siginfo_t QueuedInfo(pid_t own_pid, uid_t own_uid, int signo, uint64_t value) {
  siginfo_t info = {};
  info.si_signo = signo;
  info.si_code = SI_QUEUE;
  info.si_pid = own_pid;
  info.si_uid = own_uid;
  info.si_value.sival_ptr = reinterpret_cast<void*>(value);
  return info;
}

int QueueSignal(pid_t pid, pid_t thread, int signo, uint64_t value) {
  return QueueSignalAs(getpid(), getuid(), pid, thread, signo, value);
}

int QueueSignalAs(pid_t own_pid, uid_t own_uid, pid_t pid, pid_t thread,
                  int signo, uint64_t value) {
  return QueueInfo(pid, thread, QueuedInfo(own_pid, own_uid, signo, value));
}

int QueueInfo(pid_t pid, pid_t thread, const siginfo_t& info) {
#if MINITALK_LINUX
  const int signo = info.si_signo;
  const long result =
      thread == 0 ? syscall(SYS_rt_sigqueueinfo, pid, signo, &info)
                  : syscall(SYS_rt_tgsigqueueinfo, pid, thread, signo, &info);
  return result == 0 ? 0 : -errno;
#else
  (void)pid, (void)thread, (void)info;
  return -ENOSYS;
#endif
}

int KillThread(pid_t pid, pid_t thread, int signo) {
#if MINITALK_LINUX
  return syscall(SYS_tgkill, pid, thread, signo) == 0 ? 0 : -errno;
#else
  (void)pid, (void)thread, (void)signo;
  return -ENOSYS;
#endif
}

int SendToPidfd(int pidfd, int signo) {
#if MINITALK_LINUX
  return syscall(SYS_pidfd_send_signal, pidfd, signo, nullptr, 0) == 0 ? 0
                                                                       : -errno;
#else
  (void)pidfd, (void)signo;
  return -ENOSYS;
#endif
}

bool IsReadable(int fd) {
  if (fd < 0) return false;
  struct pollfd entry = {fd, POLLIN, 0};
  // A descriptor that is closed is "ready", too: nothing of it is known.
  return poll(&entry, 1, 0) == 1 && (entry.revents & POLLIN) != 0;
}

pid_t ThreadId() {
#if MINITALK_LINUX
  return static_cast<pid_t>(syscall(SYS_gettid));
#else
  return getpid();
#endif
}

}  // namespace minitalk
