// Keeping an event loop's library off the dispositions that we have. All but
// the class is for disposition.cc, with its mutex held.
#ifndef MINITALK_CORE_SIGNALS_HELD_LOOP_H_
#define MINITALK_CORE_SIGNALS_HELD_LOOP_H_

#include <signal.h>

namespace minitalk {

// An event loop's library, libuv, that installs a handler of its own for the
// first of its users and the default action after the last. Being one of them
// keeps its hands off the disposition.
class LoopHold {
 public:
  // Once a signal; 0 or a negative errno.
  virtual int Start(int signo) = 0;
  virtual void Stop(int signo) = 0;
  // Whether the library has been shut down, as a process does that exits: no
  // thread may call it any more.
  virtual bool IsShutDown() const = 0;

 protected:
  ~LoopHold() = default;
};

// Has libuv believe that it handles the signal, so that it leaves the
// disposition alone from now on, whoever comes and goes in its loops. 0 or a
// negative errno.
int StartHold(int signo, LoopHold* hold);

// Ends that, and puts right what libuv leaves behind.
void StopHold(int signo);

// Whether the signal is held with a library that no thread may call any more.
bool IsHeldLoopShutDown(int signo);

bool IsLoopHandler(const struct sigaction& action);

}  // namespace minitalk

#endif  // MINITALK_CORE_SIGNALS_HELD_LOOP_H_
