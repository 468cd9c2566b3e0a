// Installing and restoring: whose handler stands when.
#include "core/signals/disposition.h"

#include <errno.h>

#include "check.h"
#include "support.h"

namespace minitalk::test {

namespace {

struct sigaction Present(int signo) {
  struct sigaction action;
  CHECK_EQ(sigaction(signo, nullptr, &action), 0);
  return action;
}

void CheckSame(const struct sigaction& a, const struct sigaction& b) {
  CHECK(a.sa_sigaction == b.sa_sigaction);
  // glibc sets SA_RESTORER by itself in each call.
  constexpr int kRestorer = 0x04000000;
  CHECK_EQ(a.sa_flags & ~kRestorer, b.sa_flags & ~kRestorer);
  // Without a handler a mask means nothing, and sanitizers change it.
  if (a.sa_handler == SIG_DFL || a.sa_handler == SIG_IGN) return;
  for (int signo = 1; signo <= kMaxSignal; ++signo) {
    CHECK_EQ(sigismember(&a.sa_mask, signo), sigismember(&b.sa_mask, signo));
  }
}

void Nothing(int) {}
void NothingWithInfo(int, siginfo_t*, void*) {}

void InstallMasked(int signo, std::initializer_list<int> mask) {
  struct sigaction action = {};
  action.sa_sigaction = NothingWithInfo;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  for (const int masked : mask) sigaddset(&action.sa_mask, masked);
  CHECK_EQ(sigaction(signo, &action, nullptr), 0);
}

}  // namespace

TEST("signals that cannot be watched safely are refused with EINVAL") {
  int error = 0;
  Channel* channel = OpenChannel(64, &error);
  for (const int signo :
       {SIGKILL, SIGSTOP, SIGCHLD, SIGPROF, SIGSEGV, SIGBUS, SIGFPE, SIGILL,
        SIGTRAP, SIGABRT, SIGSYS, 32, 33, SIGRTMIN - 1, 0, -1, 65, 1000}) {
    CHECK(!IsWatchable(signo));
    CHECK_EQ(Subscribe(channel, signo, After::kChain), -EINVAL);
    CHECK_EQ(Subscribe(channel, signo, After::kStop), -EINVAL);
  }
  CHECK(InstalledFor(SIGCHLD) == Installed::kDefault);
  CHECK_EQ(channel->signals.load(), 0);
  CloseChannel(channel);
}

TEST("all other signals can be watched and let go again") {
  for (int signo = 1; signo <= kMaxSignal; ++signo) {
    if (!IsWatchable(signo)) continue;
    const struct sigaction before = Present(signo);
    struct sigaction probe = {};
    probe.sa_handler = Nothing;
    // valgrind keeps the last one for itself.
    if (sigaction(signo, &probe, nullptr) != 0) continue;
    CHECK_EQ(sigaction(signo, &before, nullptr), 0);
    {
      Watch watch({signo});
      CHECK(InstalledFor(signo) == Installed::kOurs);
      CHECK_EQ(raise(signo), 0);
      CHECK_EQ(watch.Take(1)[0].signo, signo);
    }
    CheckSame(Present(signo), before);
  }
}

TEST("our handler stands with a full mask and the flags a handler needs") {
  Watch watch({SIGUSR1});
  const struct sigaction ours = Present(SIGUSR1);
  const int wanted = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
  CHECK_EQ(ours.sa_flags & (wanted | SA_NODEFER | SA_RESETHAND), wanted);
  for (int signo = 1; signo < 32; ++signo) {
    if (signo == SIGKILL || signo == SIGSTOP) continue;
    CHECK_EQ(sigismember(&ours.sa_mask, signo), 1);
  }
}

TEST("the end of a watch brings the exact earlier disposition back") {
  for (auto* handler : {SIG_DFL, SIG_IGN, &Nothing}) {
    SetHandler(SIGUSR1, handler, SA_NODEFER | SA_RESTART);
    const struct sigaction before = Present(SIGUSR1);
    {
      Watch watch({SIGUSR1});
    }
    CheckSame(Present(SIGUSR1), before);
  }
}

TEST("two earlier dispositions that differ in their mask alone stay apart") {
  for (const int masked : {SIGHUP, SIGTERM}) {
    InstallMasked(SIGUSR1, {masked});
    const struct sigaction before = Present(SIGUSR1);
    {
      Watch watch({SIGUSR1});
    }
    CheckSame(Present(SIGUSR1), before);
  }
}

TEST("only the last of several watches brings the earlier handler back") {
  SetHandler(SIGUSR1, Nothing);
  {
    Watch first({SIGUSR1});
    {
      Watch second({SIGUSR1}, After::kStop);
    }
    CHECK(InstalledFor(SIGUSR1) == Installed::kOurs);
    CHECK_EQ(raise(SIGUSR1), 0);
    CHECK_EQ(first.Take().size(), 1);
  }
  CHECK(Present(SIGUSR1).sa_handler == &Nothing);
}

TEST("a handler that was installed over ours is left standing") {
  {
    Watch watch({SIGUSR1});
    SetHandler(SIGUSR1, Nothing);
    CHECK(InstalledFor(SIGUSR1) == Installed::kOther);
  }
  CHECK(Present(SIGUSR1).sa_handler == &Nothing);
  {
    Watch watch({SIGUSR1});
    SetHandler(SIGUSR1, SIG_IGN);
    CHECK(InstalledFor(SIGUSR1) == Installed::kIgnored);
  }
  CHECK(Present(SIGUSR1).sa_handler == SIG_IGN);
}

TEST("a displaced handler is installed again, once, and gets its signals") {
  Watch watch({SIGUSR1});
  CHECK(!Reinstall(SIGUSR1));
  SetHandler(SIGUSR1, SIG_DFL);
  CHECK(InstalledFor(SIGUSR1) == Installed::kDefault);
  CHECK(!TakeDisplaced(watch.channel(), SIGUSR1));
  CHECK(Reinstall(SIGUSR1));
  CHECK(!Reinstall(SIGUSR1));
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(watch.Take().size(), 1);
}

TEST("each channel learns once that ours was displaced, if it has the signal") {
  Watch one({SIGUSR1});
  Watch two({SIGUSR1, SIGUSR2});
  Watch other({SIGUSR2});
  SetHandler(SIGUSR1, SIG_DFL);
  CHECK(Reinstall(SIGUSR1));
  for (const Watch* watch : {&one, &two}) {
    CHECK(!TakeDisplaced(watch->channel(), SIGUSR2));
    CHECK(TakeDisplaced(watch->channel(), SIGUSR1));
    CHECK(!TakeDisplaced(watch->channel(), SIGUSR1));
  }
  CHECK(!TakeDisplaced(other.channel(), SIGUSR1));
}

TEST("a signal that nobody watches is not taken by Reinstall") {
  for (const int signo : {SIGUSR1, SIGSEGV, SIGCHLD, SIGKILL, 0, -1, 65}) {
    CHECK(!Reinstall(signo));
    CHECK(InstalledFor(signo) != Installed::kOurs);
  }
}

namespace {

// A loop's library as libuv: its handler for the first user, the default action
// after the last.
class Loop : public LoopHold {
 public:
  int Start(int signo) override {
    if (users_[signo]++ == 0) SetHandler(signo, Nothing, SA_RESTART);
    return 0;
  }
  void Stop(int signo) override {
    if (--users_[signo] == 0) SetHandler(signo, SIG_DFL);
  }
  bool IsShutDown() const override { return is_shut_down_.load(); }
  void ShutDown() { is_shut_down_.store(true); }

 private:
  std::atomic<bool> is_shut_down_{false};
  int users_[kMaxSignal + 1] = {};
};

// A subscription that holds the loop's hand off, until the end of the scope.
class Held {
 public:
  Held(Loop* loop, int signo) : loop_(loop), signo_(signo) {
    int error = 0;
    channel_ = OpenChannel(64, &error);
    CHECK_EQ(Subscribe(channel_, signo_, After::kChain, loop_), 0);
  }
  ~Held() {
    Unsubscribe(channel_, signo_, After::kChain);
    CloseChannel(channel_);
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

 private:
  Loop* loop_;
  int signo_;
  Channel* channel_;
};

}  // namespace

TEST("a loop that is shut down while its process ends is not called again") {
  Loop loop;
  int error = 0;
  Channel* channel = OpenChannel(64, &error);
  CHECK_EQ(Subscribe(channel, SIGTERM, After::kChain, &loop), 0);
  Abandon(channel, SIGTERM, After::kChain);
  CloseChannel(channel);
  loop.ShutDown();
  // It is nobody's: a thread would put the default action back and repeat it.
  CHECK_EQ(raise(SIGTERM), 0);
  SleepMs(50);
  CHECK_EQ(InstalledFor(SIGTERM), Installed::kOurs);
}

TEST("a loop's users come and go without touching a held disposition") {
  Loop loop;
  const Held held(&loop, SIGUSR1);
  for (int i = 0; i < 3; ++i) {
    CHECK_EQ(loop.Start(SIGUSR1), 0);
    CHECK(InstalledFor(SIGUSR1) == Installed::kOurs);
    loop.Stop(SIGUSR1);
    CHECK(InstalledFor(SIGUSR1) == Installed::kOurs);
  }
}

TEST("what stood before the loop's handler comes back after the last hold") {
  for (auto* handler : {SIG_DFL, SIG_IGN, &Nothing}) {
    SetHandler(SIGUSR1, handler, SA_NODEFER);
    const struct sigaction before = Present(SIGUSR1);
    Loop loop;
    {
      const Held first(&loop, SIGUSR1);
      const Held second(&loop, SIGUSR1);
    }
    CheckSame(Present(SIGUSR1), before);
  }
}

TEST("a loop with users of its own keeps its handler after the last hold") {
  Loop loop;
  CHECK_EQ(loop.Start(SIGUSR1), 0);
  {
    const Held held(&loop, SIGUSR1);
  }
  CHECK(Present(SIGUSR1).sa_handler == &Nothing);
  loop.Stop(SIGUSR1);
}

TEST("a handler put over ours survives the end of a hold") {
  Loop loop;
  {
    const Held held(&loop, SIGUSR1);
    InstallMasked(SIGUSR1, {SIGHUP});
  }
  CHECK(Present(SIGUSR1).sa_sigaction == &NothingWithInfo);
}

}  // namespace minitalk::test
