// What a thread's status in /proc says of its process's handlers.
#include "handler/signals/status.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "check.h"
#include "handler/signals/calls.h"
#include "handler/signals/platform.h"
#include "support.h"

namespace minitalk::test {

namespace {

constexpr uint64_t kBoth = SignalBit(SIGUSR1) | SignalBit(SIGUSR2);

void Ignore(int) {}

}  // namespace

TEST("a process catches a mask when handlers stand for all of it") {
  const int fd = OpenStatus(getpid(), ThreadId());
  CHECK(fd >= 0);
  signal(SIGUSR1, Ignore);
  signal(SIGUSR2, SIG_IGN);
  CHECK_EQ(CatchesAll(fd, SignalBit(SIGUSR1)), 1);
  CHECK_EQ(CatchesAll(fd, kBoth), 0);
  signal(SIGUSR2, Ignore);
  CHECK_EQ(CatchesAll(fd, kBoth), 1);
  // The same descriptor tells what is so now.
  signal(SIGUSR1, SIG_DFL);
  CHECK_EQ(CatchesAll(fd, kBoth), 0);
  signal(SIGUSR2, SIG_DFL);
  close(fd);
}

TEST("a name that looks like the field is not taken for it") {
  prctl(PR_SET_NAME, "SigCgt:\tffffff");
  const int fd = OpenStatus(getpid(), ThreadId());
  CHECK_EQ(CatchesAll(fd, SignalBit(SIGUSR1)), 0);
  prctl(PR_SET_NAME, "\nSigCgt:\tfffff");
  CHECK_EQ(CatchesAll(fd, SignalBit(SIGUSR1)), 0);
  close(fd);
}

TEST("looking again needs no descriptor") {
  const int fd = OpenStatus(getpid(), ThreadId());
  struct rlimit before;
  CHECK_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const struct rlimit none = {0, before.rlim_max};
  CHECK_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  CHECK_EQ(OpenStatus(getpid(), ThreadId()), -EMFILE);
  CHECK_EQ(CatchesAll(fd, SignalBit(SIGUSR1)), 0);
  CHECK_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  close(fd);
}

TEST("a thread that has ended is told from one that cannot be looked at") {
  Child child([] {});
  const int fd = OpenStatus(child.pid(), child.pid());
  child.Join();
  CHECK_EQ(CatchesAll(fd, kBoth), -ESRCH);
  close(fd);
  CHECK_EQ(CatchesAll(fd, kBoth), -EBADF);
  CHECK_EQ(OpenStatus(child.pid(), child.pid()), -ENOENT);
  // Each of them exists, but not as that process's thread.
  CHECK_EQ(OpenStatus(getpid(), getppid()), -ENOENT);
}

}  // namespace minitalk::test
