// The calling thread's signal mask, pthread_sigmask(3).
#ifndef MINITALK_CORE_SIGNALS_MASK_H_
#define MINITALK_CORE_SIGNALS_MASK_H_

#include <signal.h>

#include <cstdint>

#include "handler/signals/platform.h"

namespace minitalk {

// Unblocks signals, a SignalBit mask; those that are pending come before it
// returns.
inline void Unblock(uint64_t signals) {
  sigset_t set;
  sigemptyset(&set);
  for (int signo = 1; signo <= kMaxSignal; ++signo) {
    if ((signals & SignalBit(signo)) != 0) sigaddset(&set, signo);
  }
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace minitalk

#endif  // MINITALK_CORE_SIGNALS_MASK_H_
