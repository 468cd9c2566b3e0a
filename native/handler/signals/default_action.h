// What the kernel does with a signal that nobody catches, done from inside a
// handler.
#ifndef MINITALK_HANDLER_SIGNALS_DEFAULT_ACTION_H_
#define MINITALK_HANDLER_SIGNALS_DEFAULT_ACTION_H_

#include <signal.h>

namespace minitalk {

// The default action stands for a signal as long as this lives: what had been
// there comes back if the process is still alive, as the first one of a pid
// namespace is, see pid_namespaces(7).
class StandingDefault {
 public:
  explicit StandingDefault(int signo);
  ~StandingDefault();
  StandingDefault(const StandingDefault&) = delete;
  StandingDefault& operator=(const StandingDefault&) = delete;

 private:
  int signo_;
  struct sigaction before_;
};

// Does the signal's default action to this process, from inside a handler or
// outside. Comes back where that is to ignore or continue, or, once continued,
// to stop.
void DoDefaultAction(int signo);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_DEFAULT_ACTION_H_
