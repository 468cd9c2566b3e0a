#include "handler/signals/late.h"

#include <unistd.h>

#include "handler/signals/calls.h"
#include "handler/signals/handler.h"
#include "handler/signals/state.h"

namespace minitalk {

namespace {

// Each signal of a flood makes it last on.
bool IsOfFlood(Disposition* disposition) {
  if (!IsFlooded(*disposition)) return false;
  disposition->last_taken.store(Now(), std::memory_order_relaxed);
  return true;
}

// Whether the kernel calls ours, and not a handler that stands over it: that
// one would get a signal twice that is sent again.
bool IsStanding(int signo) {
  struct sigaction standing;
  return sigaction(signo, nullptr, &standing) == 0 &&
         (standing.sa_flags & SA_SIGINFO) != 0 &&
         standing.sa_sigaction == &MinitalkHandleSignal;
}

}  // namespace

bool IsAbandoned(const siginfo_t& info) {
  return state.dispositions[info.si_signo].abandoned.load(
      std::memory_order_acquire);
}

bool IsLate(const siginfo_t& info) {
  if (!IsAbandoned(info)) return false;
  if (state.going.load(std::memory_order_relaxed)) return true;
  for (const auto& each : state.hooks) {
    const Hook* hook = each.load(std::memory_order_acquire);
    if (hook != nullptr && hook->resembles(info)) return true;
  }
  return IsOfFlood(&state.dispositions[info.si_signo]);
}

bool IsFlooded(const Disposition& disposition) {
  const uint64_t last = disposition.last_taken.load(std::memory_order_relaxed);
  // Loaded first: a handler on another thread may store what is later than a
  // clock read before.
  return last != 0 && Now() - last < kFloodPause;
}

bool HandToRestorer(const siginfo_t& info) {
  const int fd = state.restorer_fd.load(std::memory_order_acquire);
  if (fd < 0 || !IsStanding(info.si_signo)) return false;
  state.restoring.fetch_add(1);
  if (write(fd, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    return true;
  }
  state.restoring.fetch_sub(1);
  return false;
}

}  // namespace minitalk
