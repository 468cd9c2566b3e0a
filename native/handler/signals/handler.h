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
// the hook sees it first; what is not done then is recorded, and what its
// channels want follows. Saves no errno; blocks nothing. True when the hook was
// done with it.
bool TakeSignal(const siginfo_t& info, void* context);

// The same without the hook, which has nothing to do with it.
void TakeStray(const siginfo_t& info, void* context);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_HANDLER_H_
