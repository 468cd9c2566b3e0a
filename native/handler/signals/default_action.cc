#include "handler/signals/default_action.h"

#include <unistd.h>

#include "handler/signals/calls.h"
#include "handler/signals/platform.h"
#include "handler/signals/signal_table.h"

#if MINITALK_LINUX
#include <sys/syscall.h>
#endif

namespace minitalk {

void SetDefault(int signo, struct sigaction* before) {
  struct sigaction reset = {};
  reset.sa_handler = SIG_DFL;
  sigaction(signo, &reset, before);
}

void DoDefaultAction(int signo) {
  const DefaultAction action = DefaultActionOf(signo);
  if (action == DefaultAction::kIgnore || action == DefaultAction::kContinue) {
    return;
  }
  struct sigaction ours;
  SetDefault(signo, &ours);
#if MINITALK_LINUX
  // To this thread, which is sure to take it, and here: in a handler it is
  // masked until now. pthread_sigmask(3) would leave out libc's own signals.
  KillThread(getpid(), ThreadId(), signo);
  const uint64_t mask = SignalBit(signo);
  uint64_t before = 0;
  syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &mask, &before, sizeof mask);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, nullptr, sizeof mask);
#else
  sigset_t mask;
  sigset_t before;
  sigemptyset(&mask);
  sigaddset(&mask, signo);
  kill(getpid(), signo);
  sigprocmask(SIG_UNBLOCK, &mask, &before);
  sigprocmask(SIG_SETMASK, &before, nullptr);
#endif
  // It stopped, and goes on.
  sigaction(signo, &ours, nullptr);
}

}  // namespace minitalk
