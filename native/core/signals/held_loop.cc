#include "core/signals/held_loop.h"

#include <errno.h>
#include <signal.h>

#include <initializer_list>

#include "core/signals/standing.h"
#include "handler/signals/signal_table.h"

namespace minitalk {

namespace {

LoopHold* holds[kMaxSignal + 1];  // started for the signal; null: none

// Learns libuv's handler by a signal that nobody handles now, and whose default
// action does no harm.
void LearnLoopHandler(LoopHold* hold) {
  static bool tried = false;
  if (tried) return;
  tried = true;
  for (const int signo : {SIGURG, SIGCONT, SIGWINCH}) {
    struct sigaction action;
    sigaction(signo, nullptr, &action);
    if (action.sa_handler != SIG_DFL || hold->Start(signo) != 0) continue;
    sigaction(signo, nullptr, &action);
    hold->Stop(signo);
    if (action.sa_handler == SIG_DFL) continue;
    state.loop_handler.store(reinterpret_cast<uintptr_t>(action.sa_sigaction));
    return;
  }
}

// What stands below ours, libuv's handler apart. Null: nothing is known.
const Predecessor* BelowLoop(int signo) {
  const Disposition& disposition = state.dispositions[signo];
  const Predecessor* below = disposition.below.load();
  const bool loops = below == nullptr || state.loop_handler.load() == 0 ||
                     IsLoopHandler(below->action);
  return loops ? disposition.below_loop.load() : below;
}

}  // namespace

bool IsLoopHandler(const struct sigaction& action) {
  return reinterpret_cast<uintptr_t>(action.sa_sigaction) ==
         state.loop_handler.load();
}

int StartHold(int signo, LoopHold* hold) {
  // Node has listeners for standard signals alone.
  if (hold == nullptr || signo > kLastStandardSignal) return 0;
  if (holds[signo] != nullptr) return 0;
  LearnLoopHandler(hold);
  struct sigaction standing;
  if (sigaction(signo, nullptr, &standing) != 0) return -errno;
  if (!IsOurs(standing)) {
    const Predecessor* remembered = Remember(standing);
    if (remembered == nullptr) return -ENOMEM;
    state.dispositions[signo].below_loop.store(remembered);
  }
  const int error = hold->Start(signo);
  if (error == 0) holds[signo] = hold;
  return error;
}

void StopHold(int signo) {
  LoopHold* hold = holds[signo];
  if (hold == nullptr) return;
  holds[signo] = nullptr;
  struct sigaction stood;
  struct sigaction left;
  sigaction(signo, nullptr, &stood);
  hold->Stop(signo);
  // With its last user libuv installs the default action, whatever stands.
  sigaction(signo, nullptr, &left);
  if (left.sa_handler != SIG_DFL) return;
  const Predecessor* below = BelowLoop(signo);
  if (!IsOurs(stood) && !IsLoopHandler(stood)) {
    sigaction(signo, &stood, nullptr);
  } else if (below != nullptr) {
    sigaction(signo, &below->action, nullptr);
  }
}

bool IsHeldLoopShutDown(int signo) {
  const LoopHold* hold = holds[signo];
  return hold != nullptr && hold->IsShutDown();
}

}  // namespace minitalk
