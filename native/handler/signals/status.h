// Which signals a process catches, as /proc tells it: proc_pid_status(5).
#ifndef MINITALK_HANDLER_SIGNALS_STATUS_H_
#define MINITALK_HANDLER_SIGNALS_STATUS_H_

#include <sys/types.h>

#include <cstdint>

namespace minitalk {

// Opens /proc/PID/task/THREAD/status: a descriptor that stays with that thread
// and never is a later one's of the same number, or a negative errno (ENOENT:
// the process has no such thread, or /proc does not show it). Reading it again
// needs no descriptor more, so a process that has none left can still look.
int OpenStatus(pid_t pid, pid_t thread);

// 1 where handlers stand for all signals of `mask`, else 0; -ESRCH when the
// thread has ended, another negative errno when it could not be read.
// Async-signal-safe.
int CatchesAll(int status_fd, uint64_t mask);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_STATUS_H_
