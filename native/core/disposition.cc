#include "disposition.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <mutex>
#include <new>

#include "handler/handler.h"

namespace minitalk {

namespace {

std::mutex dispositions_mutex;
int subscriptions[kMaxSignal + 1];
Predecessor* predecessors;

// The library must stay mapped while the kernel knows its handler, also after
// the Worker that loaded it has ended and the loader closed it.
void PinLibrary() {
  static const bool pinned = [] {
    Dl_info info;
    if (dladdr(reinterpret_cast<void*>(&MinitalkHandleSignal), &info) != 0) {
      dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
    }
    return true;
  }();
  (void)pinned;
}

bool IsOurs(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) != 0 &&
         action.sa_sigaction == &MinitalkHandleSignal;
}

bool SameAction(const struct sigaction& a, const struct sigaction& b) {
  if (a.sa_sigaction != b.sa_sigaction || a.sa_flags != b.sa_flags) {
    return false;
  }
  for (int signo = 1; signo <= kMaxSignal; ++signo) {
    if (sigismember(&a.sa_mask, signo) != sigismember(&b.sa_mask, signo)) {
      return false;
    }
  }
  return true;
}

// Handlers read predecessors at any time, so one is never changed or freed,
// only used again.
const Predecessor* Remember(const struct sigaction& action) {
  for (Predecessor* p = predecessors; p != nullptr; p = p->next) {
    if (SameAction(p->action, action)) return p;
  }
  auto* fresh = new (std::nothrow) Predecessor{action, predecessors};
  if (fresh != nullptr) predecessors = fresh;
  return fresh;
}

int Install(int signo) {
  struct sigaction previous;
  if (sigaction(signo, nullptr, &previous) != 0) return -errno;
  if (IsOurs(previous)) return 0;
  const Predecessor* remembered = Remember(previous);
  if (remembered == nullptr) return -ENOMEM;
  // Known before our handler can run and look for it.
  state.dispositions[signo].previous.store(remembered,
                                           std::memory_order_release);
  struct sigaction ours = {};
  ours.sa_sigaction = &MinitalkHandleSignal;
  // A full mask: chaining into libuv while another signal can interrupt it
  // would deadlock on libuv's lock, and data bits must be handled one after
  // another.
  sigfillset(&ours.sa_mask);
  ours.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
  return sigaction(signo, &ours, nullptr) == 0 ? 0 : -errno;
}

void Restore(int signo) {
  struct sigaction current;
  if (sigaction(signo, nullptr, &current) != 0 || !IsOurs(current)) return;
  const Predecessor* previous =
      state.dispositions[signo].previous.load(std::memory_order_acquire);
  sigaction(signo, &previous->action, nullptr);
}

}  // namespace

bool IsWatchable(int signo) {
  if (signo < 1 || signo > kMaxSignal) return false;
  switch (signo) {
    case SIGKILL:
    case SIGSTOP:
    case SIGCHLD:  // libuv's child_process
    case SIGPROF:  // V8's profiler
    case SIGSEGV:
    case SIGBUS:
    case SIGFPE:
    case SIGILL:
    case SIGTRAP:
    case SIGABRT:
    case SIGSYS:
      return false;
    default:
      break;
  }
#if MINITALK_LINUX
  // libc's own (32 and 33 with glibc, up to 34 with musl).
  if (signo >= 32 && signo < SIGRTMIN) return false;
#endif
  return true;
}

int Subscribe(Channel* channel, int signo, After after) {
  if (!IsWatchable(signo)) return -EINVAL;
  const std::lock_guard<std::mutex> lock(dispositions_mutex);
  PinLibrary();
  state.owner.store(getpid());
  state.owner_uid.store(getuid());
  if (after == After::kStop) state.dispositions[signo].stops.fetch_add(1);
  channel->signals.fetch_or(SignalBit(signo));
  const int error = Install(signo);
  if (error != 0) {
    channel->signals.fetch_and(~SignalBit(signo));
    if (after == After::kStop) state.dispositions[signo].stops.fetch_sub(1);
    return error;
  }
  ++subscriptions[signo];
  return 0;
}

void Unsubscribe(Channel* channel, int signo, After after) {
  const std::lock_guard<std::mutex> lock(dispositions_mutex);
  channel->signals.fetch_and(~SignalBit(signo));
  if (--subscriptions[signo] == 0) Restore(signo);
  if (after == After::kStop) state.dispositions[signo].stops.fetch_sub(1);
}

bool Reinstall(int signo) {
  if (!IsWatchable(signo)) return false;
  const std::lock_guard<std::mutex> lock(dispositions_mutex);
  if (subscriptions[signo] == 0 || InstalledFor(signo) == Installed::kOurs) {
    return false;
  }
  return Install(signo) == 0;
}

Installed InstalledFor(int signo) {
  struct sigaction action;
  if (sigaction(signo, nullptr, &action) != 0) return Installed::kDefault;
  if (IsOurs(action)) return Installed::kOurs;
  if (action.sa_handler == SIG_DFL) return Installed::kDefault;
  if (action.sa_handler == SIG_IGN) return Installed::kIgnored;
  return Installed::kOther;
}

void SaveDisposition(int signo, struct sigaction* saved) {
  sigaction(signo, nullptr, saved);
}

void RestoreDisposition(int signo, const struct sigaction& saved) {
  if (InstalledFor(signo) != Installed::kDefault) return;
  sigaction(signo, &saved, nullptr);
}

}  // namespace minitalk
