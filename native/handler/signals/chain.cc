#include "handler/signals/chain.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "handler/signals/calls.h"
#include "handler/signals/platform.h"
#include "handler/signals/state.h"

#if MINITALK_LINUX
#include <sys/syscall.h>
#endif

namespace minitalk {

namespace {

// Node's own SIGUSR1 handler opens its debug port to whoever asks. It is known
// by its bare flags; libuv's and ours restart system calls.
bool OpensInspector(int signo, const struct sigaction& action) {
  return signo == SIGUSR1 && (action.sa_flags & (SA_RESTART | SA_SIGINFO)) == 0;
}

// Written behind what the kernel fills of the siginfo that a predecessor gets,
// 48 of its 128 bytes; the kernel clears the rest. It tells that a signal comes
// back from a handler that we have called and that calls ours in turn. Another
// copy of this library has another address, and a place of its own.
uintptr_t ChainMark() { return reinterpret_cast<uintptr_t>(&state); }

// The same in all copies: a handler above has replaced the default action.
constexpr uintptr_t kReplaced = 0x6d696e6974616c6b;

constexpr size_t kKernelBytes = 48;
constexpr size_t kMarks =
    (sizeof(siginfo_t) - kKernelBytes) / sizeof(uintptr_t);

// The place of the mark, else the first free one, else null.
char* FindMark(siginfo_t* info, uintptr_t mark) {
  char* place = reinterpret_cast<char*>(info) + kKernelBytes;
  for (size_t i = 0; i < kMarks; ++i, place += sizeof(uintptr_t)) {
    uintptr_t found = 0;
    memcpy(&found, place, sizeof found);
    if (found == mark || found == 0) return place;
  }
  return nullptr;
}

void SetMark(siginfo_t* info, uintptr_t mark) {
  char* place = FindMark(info, mark);
  if (place != nullptr) memcpy(place, &mark, sizeof mark);
}

bool HasMark(siginfo_t* info, uintptr_t mark) {
  const char* place = FindMark(info, mark);
  return place != nullptr && memcmp(place, &mark, sizeof mark) == 0;
}

void SetDefault(int signo, struct sigaction* before) {
  struct sigaction reset = {};
  reset.sa_handler = SIG_DFL;
  sigaction(signo, &reset, before);
}

bool ResetsItself(const struct sigaction& action) {
  return (action.sa_flags & static_cast<int>(SA_RESETHAND)) != 0;
}

enum class Default { kAsBefore, kReplaced };

void Call(const struct sigaction& action, const siginfo_t& info, void* context,
          Default default_action) {
  const int signo = info.si_signo;
  if (ResetsItself(action)) {
    // The kernel would have reset it first. Node's own SIGTERM handler counts
    // on that: it raises the signal again, which would come back here for ever.
    SetDefault(signo, nullptr);
  }
  // With three arguments always: Node stores sa_sigaction without SA_SIGINFO.
  siginfo_t copy = info;
  SetMark(&copy, ChainMark());
  if (default_action == Default::kReplaced) SetMark(&copy, kReplaced);
  action.sa_sigaction(signo, &copy, context);
}

bool IsHandler(const struct sigaction& action) {
  return action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN;
}

struct Before {
  const struct sigaction* action;  // null: none
  bool original;  // what stood there before libuv's handler, which is idle
};

Before FindBefore(int signo) {
  const Disposition& disposition = state.dispositions[signo];
  const Predecessor* previous =
      disposition.previous.load(std::memory_order_acquire);
  if (previous == nullptr) return {nullptr, false};
  const Predecessor* original =
      disposition.original.load(std::memory_order_acquire);
  // Nobody listens in an event loop: to wake libuv would cost much, and do
  // nothing at all.
  const bool idle =
      original != nullptr &&
      disposition.unheard.load(std::memory_order_acquire) &&
      reinterpret_cast<uintptr_t>(previous->action.sa_sigaction) ==
          state.loop_handler.load(std::memory_order_relaxed);
  return {idle ? &original->action : &previous->action, idle};
}

bool IsHarmlessByDefault(int signo) {
  switch (signo) {
    case SIGCHLD:
    case SIGCONT:
    case SIGURG:
    case SIGWINCH:
      return true;
    default:
      return false;
  }
}

// Does the signal's default action to this process, from inside a handler or
// outside. Comes back where that is to ignore or continue, or, once continued,
// to stop.
void DoDefaultAction(int signo) {
  if (IsHarmlessByDefault(signo)) return;
  struct sigaction ours;
  SetDefault(signo, &ours);
#if MINITALK_LINUX
  // To this thread, which is sure to take it, and here: in a handler it is
  // masked until now. pthread_sigmask(3) would leave out libc's own signals.
  KillThread(getpid(), ThreadId(), signo);
  const uint64_t mask = SignalBit(signo);
  uint64_t before = 0;
  syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &mask, &before, sizeof mask);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, nullptr, sizeof mask);
#else
  sigset_t mask;
  sigset_t before;
  sigemptyset(&mask);
  sigaddset(&mask, signo);
  kill(getpid(), signo);
  sigprocmask(SIG_UNBLOCK, &mask, &before);
  sigprocmask(SIG_SETMASK, &before, nullptr);
#endif
  // It stopped, and goes on.
  sigaction(signo, &ours, nullptr);
}

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

}  // namespace

void Chain(const siginfo_t& info, void* context) {
  const int signo = info.si_signo;
  const Before before = FindBefore(signo);
  if (before.action == nullptr || !IsHandler(*before.action)) return;
  if (OpensInspector(signo, *before.action)) return;
  // Below an idle libuv, a handler that resets itself is Node's own, which
  // ends the process: its way of the default action.
  if (before.original && ResetsItself(*before.action)) return;
  Call(*before.action, info, context, Default::kReplaced);
}

void DoAsBefore(const siginfo_t& info, void* context) {
  siginfo_t copy = info;
  if (HasMark(&copy, kReplaced)) {
    // Called by another copy of this library that watches the signal.
    Chain(info, context);
    return;
  }
  const Before before = FindBefore(info.si_signo);
  if (before.action == nullptr || before.action->sa_handler == SIG_IGN) return;
  if (before.action->sa_handler == SIG_DFL) {
    DoDefaultAction(info.si_signo);
  } else {
    Call(*before.action, info, context, Default::kAsBefore);
  }
}

bool IsChained(siginfo_t* info) { return HasMark(info, ChainMark()); }

void ChainBack(const siginfo_t& info, void* context) {
  const Predecessor* older =
      state.dispositions[info.si_signo].older.load(std::memory_order_acquire);
  if (older != nullptr && IsHandler(older->action) &&
      !OpensInspector(info.si_signo, older->action)) {
    Call(older->action, info, context, Default::kReplaced);
  }
}

bool StartGrace(int signo, uint64_t grace) {
  Disposition* disposition = &state.dispositions[signo];
  // The first signal's time counts: a stream of them must not put it off.
  if (disposition->due.exchange(true, std::memory_order_acq_rel)) return true;
  return grace > 0 && SetTimer(signo, grace);
}

void DoDueAction(int signo) {
  if (signo < 1 || signo > kMaxSignal) return;
  if (!state.dispositions[signo].due.exchange(false,
                                              std::memory_order_acq_rel)) {
    return;
  }
  SetTimer(signo, 0);
  const Predecessor* original =
      state.dispositions[signo].original.load(std::memory_order_acquire);
  if (original != nullptr && ResetsItself(original->action)) {
    // Node's own, which first leaves the terminal as it was.
    siginfo_t info = {};
    info.si_signo = signo;
    Call(original->action, info, nullptr, Default::kAsBefore);
  }
  DoDefaultAction(signo);
}

bool IsGraceOver(const siginfo_t& info) {
  return info.si_code == kCodeTimer && SignalValue(info) == ChainMark();
}

}  // namespace minitalk
