#include "handler/signals/handler.h"

#include <errno.h>
#include <unistd.h>

#include "handler/signals/chain.h"
#include "handler/signals/grace.h"
#include "handler/signals/hook.h"
#include "handler/signals/late.h"
#include "handler/signals/platform.h"
#include "handler/signals/state.h"
#include "handler/signals/trace.h"
#include "handler/signals/watchers.h"

namespace minitalk {

State state;

namespace {

// What a protocol has made of it, where this process speaks one.
Taken TakeByHook(const siginfo_t& info, void* context) {
  for (const auto& each : state.hooks) {
    const Hook* hook = each.load(std::memory_order_acquire);
    if (hook == nullptr) continue;
    const Taken taken = hook->take(info, context);
    if (taken != Taken::kNo) return taken;
  }
  return Taken::kNo;
}

// Tells the watchers, and says what is left to do.
Outcome TellAll(const siginfo_t& info, void* context, bool is_urgent) {
  const int signo = info.si_signo;
  Outcome outcome;
  bool is_due = false;
  {
    Watchers watchers(info);
    if (watchers.HandOver()) return Outcome::kStop;
    TraceCaptured(Traced::kSignal, info, static_cast<uint32_t>(info.si_errno));
    outcome = watchers.outcome();
    if (outcome == Outcome::kAsBefore) {
      // Before it is reported, because it ends nobody then.
      if (IsLate(info)) return Outcome::kChain;
      if (watchers.count() == 0 && IsAbandoned(info) && HandToRestorer(info)) {
        return Outcome::kStop;
      }
    }
    const bool is_default = outcome == Outcome::kDefault;
    // Before anybody is told, because the loop asks whether it is due.
    const bool waits =
        is_default && StartGrace(signo, watchers.grace(), watchers.deadline());
    const bool told = watchers.Tell(is_urgent);
    watchers.HoldBack(context);
    // Without a record no loop does what is due.
    is_due = is_default && (!waits || !told);
  }
  // It may take long: no channel is held meanwhile.
  if (is_due) DoDueAction(signo);
  return outcome;
}

bool IsValid(int signo) { return signo >= 1 && signo <= kMaxSignal; }

// A signal that nobody has done with.
void TakeUndone(const siginfo_t& info, void* context, bool is_urgent) {
  if (IsGraceOver(info)) {
    DoDueAction(info.si_signo);
    return;
  }
  switch (TellAll(info, context, is_urgent)) {
    case Outcome::kAsBefore:
      DoAsBefore(info, context);
      break;
    case Outcome::kChain:
      // What stands below may be torn down by now.
      if (!state.going.load(std::memory_order_relaxed)) Chain(info, context);
      break;
    case Outcome::kDefault:
    case Outcome::kStop:
      break;
  }
}

}  // namespace

bool TakeSignal(const siginfo_t& info, void* context) {
  if (!IsValid(info.si_signo)) return false;
  const Taken taken = TakeByHook(info, context);
  if (taken == Taken::kDone) return true;
  TakeUndone(info, context, taken == Taken::kUrgent);
  return false;
}

void TakeStray(const siginfo_t& info, void* context) {
  if (IsValid(info.si_signo)) TakeUndone(info, context, false);
}

extern "C" void MinitalkHandleSignal(int signo, siginfo_t* info,
                                     void* context) {
  const int saved_errno = errno;
  const bool valid = IsValid(signo);
  if (valid && IsChained(*info)) {
    ChainBack(*info, context);
  } else if (getpid() == state.owner.load(std::memory_order_relaxed)) {
    TakeSignal(*info, context);
  } else if (valid) {
    // A forked child: nothing of ours is there, so nobody watches.
    DoAsBefore(*info, context);
  }
  errno = saved_errno;
}

}  // namespace minitalk
