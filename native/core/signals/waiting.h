// Taking signals that this thread has blocked, by sigtimedwait(2).
#ifndef MINITALK_CORE_SIGNALS_WAITING_H_
#define MINITALK_CORE_SIGNALS_WAITING_H_

#include <signal.h>

#include <cstdint>

namespace minitalk {

// Blocks every signal of this thread, as sa_mask does for the handler, so that
// what sigtimedwait takes is dispatched under the same conditions.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

inline constexpr uint64_t kForever = UINT64_MAX;  // ns

// Takes one of the signals in `mask` (of SignalBit), blocked in this thread, if
// one comes within `ns`. False for an interruption, too.
bool DequeueBlocked(uint64_t mask, uint64_t ns, siginfo_t* info);

// TakeSignal for what DequeueBlocked took. True for a signal of a transmission.
bool Dispatch(const siginfo_t& info);

// TakeStray for it.
void DispatchStray(const siginfo_t& info);

}  // namespace minitalk

#endif  // MINITALK_CORE_SIGNALS_WAITING_H_
