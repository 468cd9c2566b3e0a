// The system calls of handlers, thin and async-signal-safe.
#ifndef MINITALK_HANDLER_SIGNALS_CALLS_H_
#define MINITALK_HANDLER_SIGNALS_CALLS_H_

#include <signal.h>
#include <sys/types.h>

#include <cstdint>

namespace minitalk {

// CLOCK_MONOTONIC in ns.
uint64_t Now();

// CLOCK_BOOTTIME in ns: the clock of start times in /proc.
uint64_t TimeSinceBoot();

// Those are in clock ticks, of 10 ms wherever Node runs; in ns.
inline constexpr uint64_t kClockTick = 10'000'000;

// CLOCK_REALTIME in ns since 1970.
uint64_t WallTime();

// rt_tgsigqueueinfo(2) with si_code SI_QUEUE, or rt_sigqueueinfo(2) where
// `thread` is 0. Returns 0 or a negative errno.
int QueueSignal(pid_t pid, pid_t thread, int signo, uint64_t value);

// The same for a sender that knows its own pid and uid: a queued signal says of
// itself who sent it, and asking the kernel costs two system calls a time.
int QueueSignalAs(pid_t own_pid, uid_t own_uid, pid_t pid, pid_t thread,
                  int signo, uint64_t value);

// The same with all that `info` says.
int QueueInfo(pid_t pid, pid_t thread, const siginfo_t& info);

// What a queued signal says of itself, si_code SI_QUEUE.
siginfo_t QueuedInfo(pid_t own_pid, uid_t own_uid, int signo, uint64_t value);

// tgkill(2). Returns 0 or a negative errno.
int KillThread(pid_t pid, pid_t thread, int signo);

// pidfd_send_signal(2), as kill(2) says it. Signal 0 only checks the
// permission. 0 or a negative errno.
int SendToPidfd(int pidfd, int signo);

// Whether there is something to read now. False for -1.
bool IsReadable(int fd);

// Whether the process behind `pidfd` has ended. False for -1: not known.
inline bool HasExited(int pidfd) { return IsReadable(pidfd); }

// The calling thread's id (gettid(2)); the pid where there is none.
pid_t ThreadId();

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_CALLS_H_
