#include "handler/signals/below.h"

#include <cstdint>

#include "handler/signals/state.h"

namespace minitalk {

Below FindBelow(int signo) {
  const Disposition& disposition = state.dispositions[signo];
  const Predecessor* below = disposition.below.load(std::memory_order_acquire);
  if (below == nullptr) return {nullptr, false};
  const Predecessor* below_loop =
      disposition.below_loop.load(std::memory_order_acquire);
  const bool skips_loop =
      below_loop != nullptr &&
      disposition.unheard.load(std::memory_order_acquire) &&
      reinterpret_cast<uintptr_t>(below->action.sa_sigaction) ==
          state.loop_handler.load(std::memory_order_relaxed);
  return {skips_loop ? &below_loop->action : &below->action, skips_loop};
}

bool IsHandler(const struct sigaction& action) {
  return action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN;
}

bool ResetsItself(const struct sigaction& action) {
  return (action.sa_flags & static_cast<int>(SA_RESETHAND)) != 0;
}

bool OpensInspector(int signo, const struct sigaction& action) {
  return signo == SIGUSR1 && (action.sa_flags & (SA_RESTART | SA_SIGINFO)) == 0;
}

}  // namespace minitalk
