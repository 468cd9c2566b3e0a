// Everything in this folder may run inside a signal handler: no locks, no
// allocation, no stdio, no thread-local storage but errno.
// scripts/check-handler.sh holds the object file's symbols against an
// allow-list.
#ifndef MINITALK_CORE_HANDLER_HANDLER_H_
#define MINITALK_CORE_HANDLER_HANDLER_H_

#include <signal.h>
#include <sys/types.h>

#include <cstdint>

namespace minitalk {

// The sigaction(2) handler, SA_SIGINFO.
extern "C" void MinitalkHandleSignal(int signo, siginfo_t* info, void* context);

// What the handler does with a signal, also for one taken by sigtimedwait(2):
// counts and acknowledges a granted bit, answers a QUERY, stores an ACK or
// ANSWER, records everything else, then calls the predecessor where that is
// wanted. Saves no errno; blocks nothing.
void TakeSignal(const siginfo_t& info, void* context);

// CLOCK_MONOTONIC in ns.
uint64_t Now();

// rt_tgsigqueueinfo(2) with si_code SI_QUEUE, or rt_sigqueueinfo(2) where
// `thread` is 0. Returns 0 or a negative errno.
int QueueSignal(pid_t pid, pid_t thread, int signo, uint64_t value);

// tgkill(2). Returns 0 or a negative errno.
int KillThread(pid_t pid, pid_t thread, int signo);

// Whether the process behind `pidfd` has ended. False for -1: not known.
bool HasExited(int pidfd);

}  // namespace minitalk

#endif  // MINITALK_CORE_HANDLER_HANDLER_H_
