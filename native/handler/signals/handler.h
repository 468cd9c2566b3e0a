// Everything in this folder may run inside a signal handler: no locks, no
// allocation, no stdio, no thread-local storage but errno.
// scripts/check-handler.sh holds the object file's symbols against an
// allow-list.
#ifndef MINITALK_HANDLER_SIGNALS_HANDLER_H_
#define MINITALK_HANDLER_SIGNALS_HANDLER_H_

#include <signal.h>

namespace minitalk {

// The sigaction(2) handler, SA_SIGINFO. Its name is visible, so that another
// copy of this library knows it.
extern "C" __attribute__((visibility("default"))) void MinitalkHandleSignal(
    int signo, siginfo_t* info, void* context);

// What the handler does with a signal, also for one taken by sigtimedwait(2):
// counts and acknowledges granted data, answers a QUERY, stores an ACK or
// ANSWER; records everything else and lets follow what its channels want. Saves
// no errno; blocks nothing. True for a signal of a transmission.
bool TakeSignal(const siginfo_t& info, void* context);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_HANDLER_H_
