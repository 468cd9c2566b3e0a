#include "handler/signals/chain.h"

#include <initializer_list>

#include "handler/signals/below.h"
#include "handler/signals/default_action.h"
#include "handler/signals/marks.h"
#include "handler/signals/state.h"

namespace minitalk {

namespace {

const Predecessor kByDefault = {{}, nullptr};

// A handler that resets itself is called once. What stands below from then on
// is the default action.
void Forget(int signo, const struct sigaction& action) {
  Disposition& disposition = state.dispositions[signo];
  for (auto* place :
       {&disposition.below, &disposition.below_loop, &disposition.covered}) {
    const Predecessor* there = place->load(std::memory_order_acquire);
    if (there != nullptr && &there->action == &action) {
      place->store(&kByDefault, std::memory_order_release);
    }
  }
}

void CallAction(const struct sigaction& action, const siginfo_t& info,
                void* context, Default default_action) {
  // With three arguments always: Node stores sa_sigaction without SA_SIGINFO.
  siginfo_t copy = info;
  SetMark(&copy, ChainMark());
  if (default_action == Default::kReplaced) SetMark(&copy, kReplacedMark);
  action.sa_sigaction(info.si_signo, &copy, context);
}

}  // namespace

void Call(const struct sigaction& action, const siginfo_t& info, void* context,
          Default default_action) {
  if (!ResetsItself(action)) {
    CallAction(action, info, context, default_action);
    return;
  }
  // The kernel would have reset it first. Node's own SIGTERM handler counts on
  // that: it raises the signal again, which would come back here for ever.
  Forget(info.si_signo, action);
  const StandingDefault standing(info.si_signo);
  CallAction(action, info, context, default_action);
}

void Chain(const siginfo_t& info, void* context) {
  const int signo = info.si_signo;
  const Below below = FindBelow(signo);
  if (below.action == nullptr || !IsHandler(*below.action)) return;
  if (OpensInspector(signo, *below.action)) return;
  // Below an idle libuv, a handler that resets itself is Node's own, which
  // ends the process: its way of the default action.
  if (below.skips_loop && ResetsItself(*below.action)) return;
  Call(*below.action, info, context, Default::kReplaced);
}

void DoAsBefore(const siginfo_t& info, void* context) {
  if (HasMark(info, kReplacedMark)) {
    // Called by another copy of this library that watches the signal.
    Chain(info, context);
    return;
  }
  const Below below = FindBelow(info.si_signo);
  if (below.action == nullptr || below.action->sa_handler == SIG_IGN) return;
  if (below.action->sa_handler == SIG_DFL) {
    DoDefaultAction(info.si_signo);
  } else {
    Call(*below.action, info, context, Default::kAsBefore);
  }
}

bool IsChained(const siginfo_t& info) { return HasMark(info, ChainMark()); }

void ChainBack(const siginfo_t& info, void* context) {
  const Predecessor* covered =
      state.dispositions[info.si_signo].covered.load(std::memory_order_acquire);
  if (covered != nullptr && IsHandler(covered->action) &&
      !OpensInspector(info.si_signo, covered->action)) {
    Call(covered->action, info, context, Default::kReplaced);
  }
}

}  // namespace minitalk
