// What the kernel does with a signal that nobody catches, done from inside a
// handler.
#ifndef MINITALK_HANDLER_SIGNALS_DEFAULT_ACTION_H_
#define MINITALK_HANDLER_SIGNALS_DEFAULT_ACTION_H_

#include <signal.h>

namespace minitalk {

// `before`, where given, gets what stood there.
void SetDefault(int signo, struct sigaction* before);

// Does the signal's default action to this process, from inside a handler or
// outside. Comes back where that is to ignore or continue, or, once continued,
// to stop.
void DoDefaultAction(int signo);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_DEFAULT_ACTION_H_
