#include "core/signals/standing.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include <new>

#include "handler/signals/handler.h"

namespace minitalk {

namespace {

Predecessor* predecessors;

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

}  // namespace

bool IsOurs(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) != 0 &&
         action.sa_sigaction == &MinitalkHandleSignal;
}

bool IsOtherCopy(const struct sigaction& action) {
  Dl_info info;
  return (action.sa_flags & SA_SIGINFO) != 0 &&
         dladdr(reinterpret_cast<void*>(action.sa_sigaction), &info) != 0 &&
         info.dli_sname != nullptr &&
         strcmp(info.dli_sname, "MinitalkHandleSignal") == 0;
}

const Predecessor* Remember(const struct sigaction& action) {
  for (Predecessor* p = predecessors; p != nullptr; p = p->next) {
    if (SameAction(p->action, action)) return p;
  }
  auto* fresh = new (std::nothrow) Predecessor{action, predecessors};
  if (fresh != nullptr) predecessors = fresh;
  return fresh;
}

int InstallOurs(int signo) {
  struct sigaction ours = {};
  ours.sa_sigaction = &MinitalkHandleSignal;
  // A full mask: chaining into libuv while another signal can interrupt it
  // would deadlock on libuv's lock, and a hook counts on being called for one
  // signal after another.
  sigfillset(&ours.sa_mask);
  ours.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
  return sigaction(signo, &ours, nullptr) == 0 ? 0 : -errno;
}

int Install(int signo) {
  struct sigaction standing;
  if (sigaction(signo, nullptr, &standing) != 0) return -errno;
  if (IsOurs(standing)) return 0;
  const Predecessor* remembered = Remember(standing);
  if (remembered == nullptr) return -ENOMEM;
  // Known before our handler can run and look for it.
  state.dispositions[signo].below.store(remembered, std::memory_order_release);
  return InstallOurs(signo);
}

void Restore(int signo) {
  struct sigaction current;
  if (sigaction(signo, nullptr, &current) != 0 || !IsOurs(current)) return;
  const Predecessor* below =
      state.dispositions[signo].below.load(std::memory_order_acquire);
  sigaction(signo, &below->action, nullptr);
}

}  // namespace minitalk
