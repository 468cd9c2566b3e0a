// The self-test that tells how much a data word can carry here.
#include "core/minitalk/payload.h"

#include <signal.h>

#include "check.h"
#include "handler/signals/calls.h"
#include "support.h"

namespace minitalk::test {

namespace {

// What this thread has blocked, and what is pending for it.
struct Masks {
  sigset_t blocked;
  sigset_t pending;

  Masks() {
    CHECK_EQ(sigprocmask(SIG_SETMASK, nullptr, &blocked), 0);
    CHECK_EQ(sigpending(&pending), 0);
  }
  bool operator==(const Masks& other) const {
    for (int signo = 1; signo <= kMaxSignal; ++signo) {
      if (sigismember(&blocked, signo) != sigismember(&other.blocked, signo) ||
          sigismember(&pending, signo) != sigismember(&other.pending, signo)) {
        return false;
      }
    }
    return true;
  }
};

void Block(int signo) {
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, signo);
  CHECK_EQ(sigprocmask(SIG_BLOCK, &mask, nullptr), 0);
}

}  // namespace

TEST("a data word carries 24 bytes here") {
  CHECK_EQ(LargestPayload(), 24);
  CHECK_EQ(LargestPayload(), 24);
}

TEST("the self-test leaves the signal mask and what is pending") {
  Block(SIGHUP);
  Block(SIGRTMIN);
  raise(SIGHUP);
  raise(SIGRTMIN);
  const Masks before;
  CHECK_EQ(LargestPayload(), 24);
  CHECK(Masks() == before);
}

TEST("the self-test works with its signal ignored, blocked or watched") {
  for (const bool is_blocked : {false, true}) {
    Child ignoring([&] {
      SetHandler(SIGUSR1, SIG_IGN);
      if (is_blocked) Block(SIGUSR1);
      CHECK_EQ(LargestPayload(), 24);
      CHECK(SetHandler(SIGUSR1, SIG_DFL).sa_handler == SIG_IGN);
    });
    ignoring.Join();
    Child watching([&] {
      Watch watch({SIGUSR1});
      if (is_blocked) Block(SIGUSR1);
      CHECK_EQ(LargestPayload(), 24);
      CHECK_EQ(watch.Take().size(), 0);
    });
    watching.Join();
  }
}

TEST("others' signals that the self-test finds pending reach their watcher") {
  Watch watch({SIGUSR1});
  Block(SIGUSR1);
  CHECK_EQ(QueueSignal(getpid(), ThreadId(), SIGUSR1, 7), 0);
  CHECK_EQ(QueueSignal(getpid(), 0, SIGUSR1, 8), 0);
  CHECK_EQ(LargestPayload(), 24);
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR1);
  CHECK_EQ(sigprocmask(SIG_UNBLOCK, &mask, nullptr), 0);
  const std::vector<Record> records = watch.Take();
  CHECK_EQ(records.size(), 2);
  CHECK_EQ(records[0].value, 7);
  CHECK_EQ(records[1].value, 8);
}

TEST("a pending signal without its sender is not taken for the self-test's") {
  Watch watch({SIGUSR1});
  Block(SIGUSR1);
  const rlim_t limit = LimitPending(getpid(), 0);
  CHECK_EQ(KillThread(getpid(), ThreadId(), SIGUSR1), 0);
  LimitPending(getpid(), limit);
  CHECK_EQ(LargestPayload(), 24);
  const std::vector<Record> records = watch.Take();
  CHECK_EQ(records.size(), 1);
  CHECK_EQ(records[0].pid, 0);
}

TEST("where nothing can be queued a data word is taken to carry 8 bytes") {
  Watch watch({SIGUSR1});
  LimitPending(getpid(), 0);
  CHECK_EQ(LargestPayload(), 8);
  CHECK_EQ(watch.Take().size(), 0);  // what came was its own
}

}  // namespace minitalk::test
