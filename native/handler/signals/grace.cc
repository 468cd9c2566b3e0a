#include "handler/signals/grace.h"

#include <time.h>
#include <unistd.h>

#include "handler/signals/below.h"
#include "handler/signals/calls.h"
#include "handler/signals/chain.h"
#include "handler/signals/default_action.h"
#include "handler/signals/marks.h"
#include "handler/signals/platform.h"
#include "handler/signals/state.h"

#if MINITALK_LINUX
#include <sys/syscall.h>
#endif

namespace minitalk {

namespace {

// 0 ns: never. False where the signal has no timer.
bool SetTimer(int signo, uint64_t ns) {
#if MINITALK_LINUX
  const int timer =
      state.dispositions[signo].timer.load(std::memory_order_acquire);
  if (timer < 0) return false;
  struct itimerspec limit = {};
  limit.it_value.tv_sec = static_cast<time_t>(ns / 1'000'000'000);
  limit.it_value.tv_nsec = static_cast<long>(ns % 1'000'000'000);
  return syscall(SYS_timer_settime, timer, 0, &limit, nullptr) == 0;
#else
  (void)signo, (void)ns;
  return false;
#endif
}

// `ns`, or less if the deadline comes first; never 0.
uint64_t UntilDeadline(const Disposition& disposition, uint64_t ns) {
  const uint64_t deadline =
      disposition.deadline.load(std::memory_order_relaxed);
  if (deadline == kNever) return ns;
  const uint64_t now = Now();
  const uint64_t left = deadline > now ? deadline - now : 1;
  return left < ns ? left : ns;
}

}  // namespace

bool StartGrace(int signo, uint64_t grace, uint64_t deadline) {
  Disposition* disposition = &state.dispositions[signo];
  // The first signal's time counts: a stream of them must not put it off.
  if (!disposition->due.exchange(true, std::memory_order_acq_rel)) {
    disposition->deadline.store(deadline == kNever ? kNever : Now() + deadline,
                                std::memory_order_relaxed);
  }
  if (disposition->awaited.exchange(true)) return true;
  disposition->grace.store(grace, std::memory_order_relaxed);
  return grace > 0 && SetTimer(signo, UntilDeadline(*disposition, grace));
}

bool StopAwaiting(int signo) {
  return state.dispositions[signo].awaited.exchange(false);
}

void EndGrace(int signo) {
  const Disposition& disposition = state.dispositions[signo];
  const uint64_t left = UntilDeadline(disposition, kNever);
  SetTimer(signo, left == kNever ? 0 : left);
  // A handler on another thread may have set it for the next one meanwhile.
  if (disposition.awaited.load()) {
    SetTimer(signo, UntilDeadline(disposition, disposition.grace.load(
                                                   std::memory_order_relaxed)));
  }
}

void DoDueAction(int signo) {
  if (signo < 1 || signo > kMaxSignal) return;
  if (!state.dispositions[signo].due.exchange(false,
                                              std::memory_order_acq_rel)) {
    return;
  }
  state.dispositions[signo].awaited.store(false);
  SetTimer(signo, 0);
  const Predecessor* below_loop =
      state.dispositions[signo].below_loop.load(std::memory_order_acquire);
  if (below_loop != nullptr && ResetsItself(below_loop->action)) {
    // Node's own, which first leaves the terminal as it was.
    siginfo_t info = {};
    info.si_signo = signo;
    Call(below_loop->action, info, nullptr, Default::kAsBefore);
  }
  DoDefaultAction(signo);
}

bool IsGraceOver(const siginfo_t& info) {
  return info.si_code == kCodeTimer && SignalValue(info) == ChainMark();
}

}  // namespace minitalk
