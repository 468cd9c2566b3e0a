// Who stands below our handler: whom a signal reaches that passes it.
#ifndef MINITALK_HANDLER_SIGNALS_BELOW_H_
#define MINITALK_HANDLER_SIGNALS_BELOW_H_

#include <signal.h>

namespace minitalk {

struct Below {
  const struct sigaction* action;  // null: none
  // It stands below libuv's handler, which is left out: nobody listens in an
  // event loop, and to wake one would cost much and do nothing at all.
  bool skips_loop;
};

Below FindBelow(int signo);

// Whether there is something to call.
bool IsHandler(const struct sigaction& action);

// Whether it leaves the default action behind, see SA_RESETHAND in
// sigaction(2). Node's own SIGINT and SIGTERM handler does: it puts the
// terminal right, then raises the signal again.
bool ResetsItself(const struct sigaction& action);

// Node's own SIGUSR1 handler opens its debug port to whoever asks. It is known
// by its bare flags; libuv's and ours restart system calls.
bool OpensInspector(int signo, const struct sigaction& action);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_BELOW_H_
