// The calls that send, for JavaScript: as the kernel's, and traced.
#ifndef MINITALK_CORE_SIGNALS_SENDING_H_
#define MINITALK_CORE_SIGNALS_SENDING_H_

#include <sys/types.h>

#include <cstdint>

namespace minitalk {

// All return 0 or a negative errno. Signal 0 only asks, and is not traced.

// kill(2)
int TracedKill(pid_t pid, int signo);

// tgkill(2)
int TracedKillThread(pid_t pid, pid_t thread, int signo);

// rt_tgsigqueueinfo(2), or rt_sigqueueinfo(2) where `thread` is 0.
int TracedQueue(pid_t pid, pid_t thread, int signo, uint64_t value);

// pidfd_send_signal(2) to the process behind `pidfd`, which is `pid`.
int TracedSendToPidfd(int pidfd, pid_t pid, int signo);

// The same with a value.
int TracedQueueToPidfd(int pidfd, pid_t pid, int signo, uint64_t value);

}  // namespace minitalk

#endif  // MINITALK_CORE_SIGNALS_SENDING_H_
