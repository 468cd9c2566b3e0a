#include "core/signals/disposition.h"

#include <dlfcn.h>
#include <errno.h>
#include <unistd.h>

#include <cstdlib>
#include <mutex>

#include "core/signals/held_loop.h"
#include "core/signals/mask.h"
#include "core/signals/patience.h"
#include "core/signals/restorer.h"
#include "core/signals/standing.h"
#include "handler/signals/calls.h"
#include "handler/signals/handler.h"
#include "handler/signals/late.h"
#include "handler/signals/signal_table.h"

#if MINITALK_LINUX
#include <sys/syscall.h>
#endif

namespace minitalk {

namespace {

// Guards what follows, and the reading and changing of a disposition. The
// public functions lock it; the helpers are called with it held.
std::mutex dispositions_mutex;
int subscriptions[kMaxSignal + 1];
int timer_users[kMaxSignal + 1];
pid_t abandoners[kMaxSignal + 1];  // the thread that last left one behind

// After it nothing is put back. Who is at it is awaited, but not for ever: in a
// child that was forked meanwhile nobody is, and the mutex stays locked.
void NoteExit() {
  AwaitRestorer();
  const bool locked =
      HoldsWithin(100, [] { return dispositions_mutex.try_lock(); });
  state.going.store(true);
  if (locked) dispositions_mutex.unlock();
}

// The library must stay mapped while the kernel knows its handler, also after
// the Worker that loaded it has ended and the loader closed it.
void PinLibrary() {
  static const bool pinned = [] {
    // exit(3) runs it before what was made earlier is destroyed.
    std::atexit(NoteExit);
    Dl_info info;
    if (dladdr(reinterpret_cast<void*>(&MinitalkHandleSignal), &info) != 0) {
      dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
    }
    return true;
  }();
  (void)pinned;
}

// Nobody watches the signal any more: what stood before comes back.
void PutBack(int signo) {
  state.dispositions[signo].covered.store(nullptr);
  // libuv first: what it leaves behind is put right at once.
  StopHold(signo);
  Restore(signo);
}

// Whether it may still be sent to somebody who has ended without closing.
bool IsStillSent(int signo) {
  const Disposition& disposition = state.dispositions[signo];
  if (!disposition.abandoned.load()) return false;
  return state.going.load() || IsFlooded(disposition) ||
         KillThread(state.owner.load(), abandoners[signo], 0) == 0;
}

// Whether one of the channel's signals came less than a pause ago; those too
// that it has left behind by now.
bool IsInFlood(const Channel* channel) {
  const uint64_t signals = channel->signals.load();
  for (int signo = 1; signo <= kMaxSignal; ++signo) {
    const Disposition& disposition = state.dispositions[signo];
    const bool is_its =
        (signals & SignalBit(signo)) != 0 || disposition.abandoned.load();
    if (is_its && IsFlooded(disposition)) return true;
  }
  return false;
}

// What was left behind and has become quiet needs nobody's care any more.
void PutBackQuiet() {
  for (int signo = 1; signo <= kMaxSignal; ++signo) {
    std::atomic<bool>& abandoned = state.dispositions[signo].abandoned;
    if (!abandoned.load() || IsStillSent(signo)) continue;
    abandoned.store(false);
    if (subscriptions[signo] == 0) PutBack(signo);
  }
}

// A timer that sends the signal to this process, for After::kDefault.
int TakeTimer(int signo) {
  if (timer_users[signo]++ > 0) return 0;
#if MINITALK_LINUX
  struct sigevent event = {};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = signo;
  event.sigev_value.sival_ptr = &state;  // see IsGraceOver
  int timer = -1;
  if (syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer) != 0) {
    --timer_users[signo];
    return -errno;
  }
  state.dispositions[signo].timer.store(timer);
#endif
  return 0;
}

void DropTimer(int signo) {
  if (--timer_users[signo] > 0) return;
#if MINITALK_LINUX
  const int timer = state.dispositions[signo].timer.exchange(-1);
  if (timer >= 0) syscall(SYS_timer_delete, timer);
#endif
  state.dispositions[signo].due.store(false);
  state.dispositions[signo].awaited.store(false);
}

void Mark(Channel* channel, int signo, After after) {
  channel->after[static_cast<size_t>(after)].fetch_or(SignalBit(signo));
  channel->signals.fetch_or(SignalBit(signo));
}

void Unmark(Channel* channel, int signo) {
  channel->signals.fetch_and(~SignalBit(signo));
  for (auto& mask : channel->after) mask.fetch_and(~SignalBit(signo));
}

// Ours over what displaced it. 0 or a negative errno.
int PutOver(int signo, const struct sigaction& standing) {
  Disposition* disposition = &state.dispositions[signo];
  if ((standing.sa_flags & static_cast<int>(SA_RESETHAND)) != 0) {
    // Node's own end of the process, which vm's breakOnSigint leaves behind. It
    // belongs below libuv, not above.
    const Predecessor* own = Remember(standing);
    if (own != nullptr) disposition->below_loop.store(own);
    return InstallOurs(signo);
  }
  const Predecessor* none = nullptr;
  disposition->covered.compare_exchange_strong(none, disposition->below.load());
  return Install(signo);
}

void NoteProcess() {
  state.going.store(false);  // JavaScript runs
  state.owner.store(getpid());
  state.owner_uid.store(getuid());
#if MINITALK_LINUX
  state.realtime_min.store(SIGRTMIN);
#endif
}

}  // namespace

bool IsWatchable(int signo) {
  const SignalFacts* facts = FactsOf(signo);
  if (facts != nullptr) return facts->is_watchable;
#if MINITALK_LINUX
  // Below are libc's own (32 and 33 with glibc, up to 34 with musl).
  return signo >= SIGRTMIN && signo <= kMaxSignal;
#else
  return false;
#endif
}

int Subscribe(Channel* channel, int signo, After after, LoopHold* hold) {
  if (!IsWatchable(signo)) return -EINVAL;
  const std::lock_guard<std::mutex> lock(dispositions_mutex);
  PinLibrary();
  NoteProcess();
  PutBackQuiet();
  if (after == After::kDefault) {
    const int error = TakeTimer(signo);
    if (error != 0) return error;
  }
  int error = StartHold(signo, hold);
  if (error == 0) {
    Mark(channel, signo, after);
    error = Install(signo);
    if (error != 0) {
      Unmark(channel, signo);
      if (subscriptions[signo] == 0) StopHold(signo);
    }
  }
  if (error == 0) {
    ++subscriptions[signo];
    // Held for another thread's watcher, by this thread or by who made it.
    Unblock(state.ever_held.load() & SignalBit(signo));
  } else if (after == After::kDefault) {
    DropTimer(signo);
  }
  return error;
}

bool Unsubscribe(Channel* channel, int signo, After after) {
  const std::lock_guard<std::mutex> lock(dispositions_mutex);
  if (after == After::kDefault) DropTimer(signo);
  struct sigaction standing;
  const bool is_covered = sigaction(signo, nullptr, &standing) == 0 &&
                          !IsOurs(standing) && !IsLoopHandler(standing) &&
                          standing.sa_handler != SIG_DFL &&
                          standing.sa_handler != SIG_IGN;
  // Put back while the channel has the signal still: what comes until then is
  // recorded.
  const bool last = --subscriptions[signo] == 0;
  if (last && !IsStillSent(signo)) PutBack(signo);
  Unmark(channel, signo);
  PutBackQuiet();
  return is_covered;
}

void Abandon(Channel* channel, int signo, After after) {
  const std::lock_guard<std::mutex> lock(dispositions_mutex);
  if (after == After::kDefault) DropTimer(signo);
  // Of these two the signal is not kept from what it did before.
  if (after != After::kDefault && after != After::kReport) {
    StartRestorer();
    abandoners[signo] = ThreadId();
    // A flood is of all that it watched, also of what has not come yet.
    if (IsInFlood(channel)) state.dispositions[signo].last_taken.store(Now());
    // Before the channel lets go of it: no handler may find neither.
    state.dispositions[signo].abandoned.store(true);
  }
  if (--subscriptions[signo] == 0 && !IsStillSent(signo)) PutBack(signo);
  Unmark(channel, signo);
}

void NoteEnvironmentEnd() {
  if (ThreadId() != getpid()) return;
  AwaitRestorer();
  state.going.store(true);
}

bool RestoreAbandoned(int signo) {
  const std::lock_guard<std::mutex> lock(dispositions_mutex);
  // process.exit() shuts libuv down long before exit(3) tells us.
  if (IsHeldLoopShutDown(signo)) state.going.store(true);
  if (state.going.load()) return false;
  if (state.dispositions[signo].abandoned.exchange(false) &&
      subscriptions[signo] == 0) {
    PutBack(signo);
  }
  return true;
}

void SetUnheard(int signo, bool unheard) {
  if (!IsWatchable(signo)) return;
  state.dispositions[signo].unheard.store(unheard);
}

bool Reinstall(int signo) {
  if (!IsWatchable(signo)) return false;
  const std::lock_guard<std::mutex> lock(dispositions_mutex);
  struct sigaction standing;
  if (subscriptions[signo] == 0 || sigaction(signo, nullptr, &standing) != 0 ||
      IsOurs(standing) || IsOtherCopy(standing)) {
    return false;
  }
  if (PutOver(signo, standing) != 0) return false;
  for (Channel& channel : state.channels) {
    if ((channel.signals.load() & SignalBit(signo)) == 0) continue;
    channel.displaced.fetch_or(SignalBit(signo));
  }
  return true;
}

bool TakeDisplaced(Channel* channel, int signo) {
  const uint64_t bit = SignalBit(signo);
  return (channel->displaced.fetch_and(~bit) & bit) != 0;
}

Installed InstalledFor(int signo) {
  struct sigaction action;
  if (sigaction(signo, nullptr, &action) != 0) return Installed::kDefault;
  if (IsOurs(action)) return Installed::kOurs;
  if (action.sa_handler == SIG_DFL) return Installed::kDefault;
  if (action.sa_handler == SIG_IGN) return Installed::kIgnored;
  return Installed::kOther;
}

}  // namespace minitalk
