#include "core/signals/waiting.h"

#include <time.h>

#include "handler/signals/handler.h"
#include "handler/signals/platform.h"

#if MINITALK_LINUX
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#endif

namespace minitalk {

#if MINITALK_LINUX

bool DequeueBlocked(uint64_t mask, uint64_t ns, siginfo_t* info) {
  const struct timespec limit = {static_cast<time_t>(ns / 1'000'000'000),
                                 static_cast<long>(ns % 1'000'000'000)};
  // The system call itself: glibc's sigtimedwait turns SI_TKILL into SI_USER,
  // and a bit of our own client would be a stray.
  return syscall(SYS_rt_sigtimedwait, &mask, info,
                 ns == kForever ? nullptr : &limit, sizeof mask) > 0;
}

namespace {

// A chained handler may look at its context; there is none, so it sees zeros.
ucontext_t no_context;

}  // namespace

bool Dispatch(const siginfo_t& info) { return TakeSignal(info, &no_context); }
void DispatchStray(const siginfo_t& info) { TakeStray(info, &no_context); }

#else

bool DequeueBlocked(uint64_t, uint64_t, siginfo_t*) { return false; }
bool Dispatch(const siginfo_t& info) { return TakeSignal(info, nullptr); }
void DispatchStray(const siginfo_t& info) { TakeStray(info, nullptr); }

#endif

}  // namespace minitalk
