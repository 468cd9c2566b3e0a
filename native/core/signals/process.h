// Sending signals, and processes pinned by a pidfd.
#ifndef MINITALK_CORE_SIGNALS_PROCESS_H_
#define MINITALK_CORE_SIGNALS_PROCESS_H_

#include <sys/types.h>

#include <cstdint>

namespace minitalk {

// kill(2). Returns 0 or a negative errno.
int Kill(pid_t pid, int signo);

// pidfd_open(2): a descriptor, or a negative errno (ENOSYS before Linux 5.3).
int OpenPidfd(pid_t pid);

// pidfd_send_signal(2) with a value, si_code SI_QUEUE. 0 or a negative errno,
// -EAGAIN when the queue is full.
int QueueToPidfd(int pidfd, int signo, uint64_t value);

}  // namespace minitalk

#endif  // MINITALK_CORE_SIGNALS_PROCESS_H_
