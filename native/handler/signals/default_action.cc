#include "handler/signals/default_action.h"

#include <unistd.h>

#include "handler/signals/calls.h"
#include "handler/signals/platform.h"
#include "handler/signals/signal_table.h"

#if MINITALK_LINUX
#include <sys/syscall.h>
#endif

namespace minitalk {

namespace {

// To this thread, which is sure to take it. A realtime signal needs room in the
// queue for that; sent to the process it needs none.
void Raise(int signo) {
#if MINITALK_LINUX
  if (KillThread(getpid(), ThreadId(), signo) == 0) return;
#endif
  kill(getpid(), signo);
}

// In a handler it is masked until now.
void LetCome(int signo) {
#if MINITALK_LINUX
  // pthread_sigmask(3) would leave out libc's own signals.
  const uint64_t mask = SignalBit(signo);
  uint64_t before = 0;
  syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &mask, &before, sizeof mask);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, nullptr, sizeof mask);
#else
  sigset_t mask;
  sigset_t before;
  sigemptyset(&mask);
  sigaddset(&mask, signo);
  sigprocmask(SIG_UNBLOCK, &mask, &before);
  sigprocmask(SIG_SETMASK, &before, nullptr);
#endif
}

}  // namespace

StandingDefault::StandingDefault(int signo) : signo_(signo), before_() {
  struct sigaction reset = {};
  reset.sa_handler = SIG_DFL;
  sigaction(signo, &reset, &before_);
}

StandingDefault::~StandingDefault() {
  LetCome(signo_);
  struct sigaction standing;
  if (sigaction(signo_, nullptr, &standing) != 0 ||
      standing.sa_handler != SIG_DFL) {
    return;  // somebody else's by now
  }
  sigaction(signo_, &before_, nullptr);
}

void DoDefaultAction(int signo) {
  const DefaultAction action = DefaultActionOf(signo);
  if (action == DefaultAction::kIgnore || action == DefaultAction::kContinue) {
    return;
  }
  const StandingDefault standing(signo);
  Raise(signo);
}

}  // namespace minitalk
