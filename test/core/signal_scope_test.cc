// Whom a thread may signal that has been restricted, where the kernel can.
#include "core/signals/signal_scope.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <thread>

#include "check.h"
#include "core/signals/process.h"
#include "handler/signals/calls.h"
#include "support.h"

namespace minitalk::test {

TEST("a restricted thread, and what it starts, signals only its own") {
  Child outsider([] { pause(); });
  Child restricted([&] {
    const int threads = RestrictSignals();
    if (threads < 0) {
      CHECK(threads == -ENOSYS || threads == -EOPNOTSUPP || threads == -EPERM);
      return;
    }
    CHECK_EQ(Kill(outsider.pid(), 0), -EPERM);
    CHECK_EQ(KillThread(outsider.pid(), outsider.pid(), 0), -EPERM);
    CHECK_EQ(QueueSignal(outsider.pid(), 0, SIGURG, 1), -EPERM);
    Child own([&] {
      CHECK_EQ(Kill(outsider.pid(), 0), -EPERM);
      pause();
    });
    CHECK_EQ(Kill(own.pid(), SIGKILL), 0);
    CHECK_EQ(own.Wait(), SIGKILL);
    CHECK_EQ(Kill(getpid(), 0), 0);
    std::thread([&] { CHECK_EQ(Kill(outsider.pid(), 0), -EPERM); }).join();
  });
  restricted.Join();
  CHECK_EQ(Kill(outsider.pid(), SIGKILL), 0);
}

TEST("no descriptor is left of it") {
  Child restricted([] {
    const int before = dup(STDERR_FILENO);
    CHECK_EQ(close(before), 0);
    RestrictSignals();
    const int after = dup(STDERR_FILENO);
    CHECK_EQ(after, before);
  });
  restricted.Join();
}

}  // namespace minitalk::test
