// Signalling processes and threads: what arrives, and which errno comes back.
#include "core/signals/process.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "check.h"
#include "handler/signals/calls.h"
#include "support.h"

namespace minitalk::test {

namespace {

// This thread's pending signal of that number.
siginfo_t TakePending(int signo) {
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, signo);
  const struct timespec limit = {10, 0};
  siginfo_t info = {};
  CHECK_EQ(sigtimedwait(&one, &info, &limit), signo);
  return info;
}

void Block(int signo) {
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, signo);
  CHECK_EQ(sigprocmask(SIG_BLOCK, &one, nullptr), 0);
}

// The pid of a process that has been.
pid_t Gone() {
  Child child([] {});
  child.Join();
  return child.pid();
}

}  // namespace

TEST("a call to who is gone, or not there at all, returns the errno") {
  const pid_t gone = Gone();
  CHECK_EQ(Kill(gone, SIGUSR1), -ESRCH);
  CHECK_EQ(Kill(getpid(), kMaxSignal + 1), -EINVAL);
  CHECK_EQ(KillThread(gone, gone, SIGUSR1), -ESRCH);
  CHECK_EQ(KillThread(getppid(), ThreadId(), 0), -ESRCH);  // not its thread
  CHECK_EQ(QueueSignal(gone, gone, SIGUSR1, 1), -ESRCH);
  CHECK_EQ(QueueSignal(gone, 0, SIGUSR1, 1), -ESRCH);
  const int pidfd = OpenPidfd(gone);
  CHECK(pidfd == -ESRCH || pidfd == -ENOSYS);
  CHECK(SendToPidfd(-1, SIGUSR1) == -EBADF || pidfd == -ENOSYS);
  CHECK(QueueToPidfd(-1, SIGUSR1, 1) == -EBADF || pidfd == -ENOSYS);
}

TEST("a pidfd's process is signalled, with a value too, until it has ended") {
  if (PidfdOrNone(getpid()) < 0) {
    CHECK(true);
    return;
  }
  Block(SIGUSR1);
  const int own = OpenPidfd(getpid());
  CHECK_EQ(SendToPidfd(own, 0), 0);
  CHECK_EQ(SendToPidfd(own, SIGUSR1), 0);
  CHECK_EQ(TakePending(SIGUSR1).si_code, SI_USER);
  constexpr uint64_t kValue = 0xfedc'ba98'7654'3210;
  CHECK_EQ(QueueToPidfd(own, SIGUSR1, kValue), 0);
  const siginfo_t info = TakePending(SIGUSR1);
  CHECK_EQ(info.si_code, SI_QUEUE);
  CHECK_EQ(info.si_pid, getpid());
  CHECK_EQ(info.si_uid, getuid());
  CHECK(SignalValue(info) == kValue);
  CHECK(!HasExited(own));
  close(own);

  Child child([] {});
  const int other = OpenPidfd(child.pid());
  Await([&] { return HasExited(other); });
  child.Join();
  CHECK_EQ(SendToPidfd(other, 0), -ESRCH);
  CHECK_EQ(QueueToPidfd(other, SIGUSR1, 1), -ESRCH);
  close(other);
}

// A standard signal is sent all the same, and loses what it carried.
TEST("where no realtime signal may be queued that is told as EAGAIN") {
  Block(kBurstSignal);
  const int own = PidfdOrNone(getpid());
  const rlim_t usual = LimitPending(getpid(), 0);
  const int queued = QueueSignal(getpid(), ThreadId(), kBurstSignal, 1);
  const int by_pidfd = own < 0 ? -EAGAIN : QueueToPidfd(own, kBurstSignal, 1);
  LimitPending(getpid(), usual);
  CHECK_EQ(queued, -EAGAIN);
  CHECK_EQ(by_pidfd, -EAGAIN);
}

TEST("nothing can be read from a descriptor that there is not") {
  int ends[2];
  CHECK_EQ(pipe(ends), 0);
  CHECK(!minitalk::IsReadable(ends[0]));
  CHECK_EQ(write(ends[1], "x", 1), 1);
  CHECK(minitalk::IsReadable(ends[0]));
  close(ends[0]);
  close(ends[1]);
  CHECK(!minitalk::IsReadable(ends[0]));
  CHECK(!minitalk::IsReadable(-1));
  CHECK(!HasExited(-1));
}

}  // namespace minitalk::test
