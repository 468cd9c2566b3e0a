// What follows a signal: policies, the default action, and what was before.
#include <sys/wait.h>

#include <atomic>

#include "check.h"
#include "core/signals/process.h"
#include "core/signals/taking.h"
#include "handler/signals/calls.h"
#include "handler/signals/grace.h"
#include "handler/signals/policy.h"
#include "support.h"

namespace minitalk::test {

namespace {

std::atomic<int> calls;

void CountSignal(int) { calls.fetch_add(1); }

siginfo_t From(int code, pid_t pid, uid_t uid) {
  siginfo_t info = {};
  info.si_signo = SIGTERM;
  info.si_code = code;
  info.si_pid = pid;
  info.si_uid = uid;
  return info;
}

bool Allows(const Policy& policy, const siginfo_t& info,
            uint32_t unmapped_uid = kNoUid) {
  SenderRelations sender(info);
  return policy.Allows(info, unmapped_uid, sender);
}

Policy ForUid(uint32_t uid) {
  Policy policy;
  policy.set = true;
  policy.only.uid_count = 1;
  policy.only.uids[0] = uid;
  return policy;
}

// A channel that ends by default, and is drained only when told.
class Ending {
 public:
  Ending(int signo, uint64_t grace, size_t capacity = 64,
         uint64_t deadline = kNever)
      : signo_(signo) {
    int error = 0;
    channel_ = OpenChannel(capacity, &error);
    channel_->grace = grace;
    channel_->deadline = deadline;
    CHECK_EQ(Subscribe(channel_, signo, After::kDefault), 0);
  }
  ~Ending() {
    Unsubscribe(channel_, signo_, After::kDefault);
    CloseChannel(channel_);
  }
  Ending(const Ending&) = delete;
  Ending& operator=(const Ending&) = delete;

  // As a loop that is free.
  size_t Take() const {
    Record records[64];
    return TakeRecords(channel_, records, 64);
  }

 private:
  int signo_;
  Channel* channel_;
};

// How a forked process ends that runs `body`, and stays if that lets it.
template <typename Body>
int StatusOf(Body body) {
  Child child([&] {
    body();
    _exit(42);
  });
  return child.Wait();
}

void CheckKilled(int status, int signo) {
  CHECK(WIFSIGNALED(status));
  CHECK_EQ(WTERMSIG(status), signo);
}

constexpr uint64_t kMs = 1'000'000;

}  // namespace

TEST("the origin tells who vouches for pid and uid") {
  CHECK(OriginOf(From(SI_USER, 5, 1)) == Origin::kProcess);
  CHECK(OriginOf(From(SI_TKILL, 5, 1)) == Origin::kProcess);
  CHECK(OriginOf(From(SI_USER, 0, 0)) == Origin::kUnknown);
  CHECK(OriginOf(From(SI_QUEUE, 5, 1)) == Origin::kClaimed);
  CHECK(OriginOf(From(SI_QUEUE, 0, 0)) == Origin::kUnknown);
  CHECK(OriginOf(From(SI_KERNEL, 0, 0)) == Origin::kKernel);
  CHECK(OriginOf(From(SI_TIMER, 3, 0)) == Origin::kTimer);
}

TEST("where nobody tells a uid it is never root's") {
  for (const int code :
       std::initializer_list<int>{SI_USER, SI_KERNEL, SI_TIMER, SI_SIGIO, 1}) {
    CHECK_EQ(SenderUid(From(code, 0, 0)), kNoUid);
    CHECK_EQ(SenderPid(From(code, 0, 0)), 0);
  }
  CHECK_EQ(SenderUid(From(SI_USER, 5, 0)), 0u);
  CHECK_EQ(SenderPid(From(SI_TIMER, 7, 0)), 0);  // the timer's id
}

TEST("a policy takes its uids and pids, attested, and the kernel's signals") {
  Policy policy = ForUid(1000);
  CHECK(Allows(policy, From(SI_USER, 5, 1000)));
  CHECK(!Allows(policy, From(SI_USER, 5, 1001)));
  CHECK(!Allows(policy, From(SI_QUEUE, 5, 1000)));
  CHECK(!Allows(policy, From(SI_USER, 0, 1000)));
  CHECK(Allows(policy, From(SI_KERNEL, 0, 0)));
  CHECK(!Allows(policy, From(SI_TIMER, 0, 1000)));
  policy.only.pid_count = 1;
  policy.only.pids[0] = 7;
  CHECK(Allows(policy, From(SI_USER, 7, 1)));
  policy.allows_claimed = true;
  CHECK(Allows(policy, From(SI_QUEUE, 5, 1000)));
  CHECK(!Allows(policy, From(SI_TIMER, 7, 1000)));
}

TEST("the uid that stands for all unmapped users fits no policy") {
  CHECK(Allows(ForUid(65534), From(SI_USER, 5, 65534)));
  CHECK(!Allows(ForUid(65534), From(SI_USER, 5, 65534), 65534));
}

TEST("the default action waits for the loop, then for the grace time at most") {
  const int status = StatusOf([] {
    const Ending ending(SIGTERM, 50 * kMs);
    const uint64_t start = Monotonic();
    raise(SIGTERM);
    while (Monotonic() < start + 20 * kMs) {
    }
    CHECK(InstalledFor(SIGTERM) == Installed::kOurs);  // not yet
    SleepMs(5000);
  });
  CheckKilled(status, SIGTERM);
}

TEST("the grace time is over when the loop has taken the signal") {
  const auto take_twice = [](bool and_no_more) {
    const Ending ending(SIGTERM, 250 * kMs);
    for (int i = 0; i < 2; ++i) {
      raise(SIGTERM);
      CHECK_EQ(ending.Take(), 1);
      SleepMs(300);
    }
    if (and_no_more) return;
    raise(SIGTERM);
    SleepMs(5000);
  };
  CHECK_EQ(WEXITSTATUS(StatusOf([&] { take_twice(true); })), 42);
  CheckKilled(StatusOf([&] { take_twice(false); }), SIGTERM);
}

TEST("after a deadline the default action follows, whatever has been taken") {
  for (const bool takes : {false, true}) {
    const int status = StatusOf([takes] {
      const Ending ending(SIGTERM, 60'000 * kMs, 64, 150 * kMs);
      for (int i = 0; i < 4; ++i) {
        raise(SIGTERM);
        if (takes) ending.Take();
        SleepMs(10);
      }
      SleepMs(5000);
    });
    CheckKilled(status, SIGTERM);
  }
}

TEST("a deadline counts from the first signal") {
  const int status = StatusOf([] {
    const Ending ending(SIGTERM, 60'000 * kMs, 4096, 100 * kMs);
    const uint64_t start = Monotonic();
    while (Monotonic() < start + 5000 * kMs) {
      raise(SIGTERM);
      ending.Take();
      SleepMs(10);
    }
  });
  CheckKilled(status, SIGTERM);
}

TEST("a deadline that has passed when the loop takes the signal is not lost") {
  const int status = StatusOf([] {
    const Ending ending(SIGTERM, 60'000 * kMs, 64, 10 * kMs);
    sigset_t term;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    raise(SIGTERM);
    sigprocmask(SIG_BLOCK, &term, nullptr);
    SleepMs(30);
    ending.Take();
    sigprocmask(SIG_UNBLOCK, &term, nullptr);
    SleepMs(5000);
  });
  CheckKilled(status, SIGTERM);
}

TEST("of several watchers the longest grace and the latest deadline count") {
  const auto end = [](uint64_t grace, uint64_t deadline, bool takes) {
    return StatusOf([=] {
      const Ending one(SIGTERM, grace, 64, deadline);
      const Ending other(SIGTERM, 250 * kMs, 64, 250 * kMs);
      raise(SIGTERM);
      if (takes) other.Take();
      SleepMs(300);
    });
  };
  CHECK_EQ(WEXITSTATUS(end(60'000 * kMs, kNever, false)), 42);
  CHECK_EQ(WEXITSTATUS(end(250 * kMs, 60'000 * kMs, true)), 42);
  CheckKilled(end(250 * kMs, kNever, false), SIGTERM);
  CheckKilled(end(60'000 * kMs, 250 * kMs, true), SIGTERM);
}

TEST("a default action that the loop does comes at once and only once") {
  CheckKilled(StatusOf([] {
                const Ending ending(SIGUSR2, 60'000 * kMs);
                raise(SIGUSR2);
                DoDueAction(SIGUSR2);
              }),
              SIGUSR2);
  const int status = StatusOf([] {
    const Ending ending(SIGUSR2, 60'000 * kMs);
    DoDueAction(SIGUSR2);  // nothing is due
  });
  CHECK_EQ(WEXITSTATUS(status), 42);
}

TEST("without grace, or room for a record, the handler does it itself") {
  CheckKilled(StatusOf([] {
                const Ending ending(SIGHUP, 0);
                raise(SIGHUP);
              }),
              SIGHUP);
  CheckKilled(StatusOf([] {
                const Ending ending(SIGRTMIN, 60'000 * kMs, 64);
                for (int i = 0; i < 65; ++i) raise(SIGRTMIN);
              }),
              SIGRTMIN);
}

TEST("a watch that ends takes what was due with it") {
  const int status = StatusOf([] {
    SetHandler(SIGHUP, SIG_IGN);
    {
      const Ending ending(SIGHUP, 20 * kMs);
      raise(SIGHUP);
    }
    SleepMs(60);
  });
  CHECK_EQ(WEXITSTATUS(status), 42);
}

TEST("kStop of one channel is stronger than kDefault of another") {
  const int status = StatusOf([] {
    const Ending ending(SIGTERM, 10 * kMs);
    Watch stopping({SIGTERM}, After::kStop);
    raise(SIGTERM);
    SleepMs(50);
    CHECK_EQ(stopping.Take().size(), 1);
  });
  CHECK_EQ(WEXITSTATUS(status), 42);
}

TEST("signals that a policy passes on do what they did before") {
  const auto pass = [](Channel* channel) {
    channel->policy = ForUid(getuid() + 1);
  };
  CheckKilled(StatusOf([&] {
                Watch watch({SIGTERM}, After::kStop);
                pass(watch.channel());
                raise(SIGTERM);
              }),
              SIGTERM);
  SetHandler(SIGTERM, CountSignal);
  Watch watch({SIGTERM}, After::kStop);
  pass(watch.channel());
  CHECK_EQ(raise(SIGTERM), 0);
  CHECK_EQ(calls.load(), 1);
  CHECK_EQ(watch.Take().size(), 0);
}

TEST("a refused signal ends there, and its record says so") {
  SetHandler(SIGTERM, CountSignal);
  Watch watch({SIGTERM}, After::kChain);
  Policy policy = ForUid(getuid() + 1);
  policy.refuses_others = true;
  watch.channel()->policy = policy;
  CHECK_EQ(Kill(getpid(), SIGTERM), 0);
  const Record record = watch.Take(1)[0];
  CHECK((record.extra & kRefused) != 0);
  CHECK_EQ(record.pid, getpid());
  CHECK_EQ(calls.load(), 0);
}

}  // namespace minitalk::test
