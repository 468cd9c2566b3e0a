// A watcher that ends without closing: what is sent to it still ends nobody,
// and what comes later does what it would have done without it.
#include "handler/signals/late.h"

#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "check.h"
#include "core/signals/disposition.h"
#include "core/signals/process.h"
#include "core/signals/restorer.h"
#include "handler/minitalk/protocol.h"
#include "handler/signals/calls.h"
#include "support.h"

namespace minitalk::test {

namespace {

std::atomic<int> calls;

void CountSignal(int) { calls.fetch_add(1); }
void Nothing(int) {}

struct sigaction behind;

// The usual way to be second: keep what stands, and call it.
void CountAndForward(int signo, siginfo_t* info, void* context) {
  calls.fetch_add(1);
  behind.sa_sigaction(signo, info, context);
}

// What a Worker does that watches, takes `taken` signals and ends without a
// word; its thread is gone when this returns.
void WatchAndEnd(int signo, int taken, After after = After::kChain) {
  std::thread([=] {
    int error = 0;
    Channel* channel = OpenChannel(64, &error);
    CHECK_EQ(error, 0);
    CHECK_EQ(Subscribe(channel, signo, after), 0);
    for (int i = 0; i < taken; ++i) CHECK_EQ(raise(signo), 0);
    Abandon(channel, signo, after);
    CloseChannel(channel);
  }).join();
}

void WaitOutFlood() { SleepMs(kFloodPause / 1'000'000 + 100); }

// What ends a process that does `body` and then waits.
template <typename Body>
int EndOf(Body body) {
  Child child([&] {
    body();
    SleepMs(3000);
  });
  const int status = child.Wait();
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

// The thread that is to send it again gets no CPU as long as this one computes.
void SendToBereaved() {
  StayOn(sched_getcpu());
  std::thread([] {
    const struct sched_param none = {};
    // Not the C library's: musl's always fails.
    CHECK_EQ(syscall(SYS_sched_setscheduler, 0, SCHED_IDLE, &none), 0);
    StartRestorer();
  }).join();
  WatchAndEnd(SIGTERM, 0);
  CHECK_EQ(kill(getpid(), SIGTERM), 0);
}

}  // namespace

TEST("a flood that goes on after its watcher has ended ends nobody") {
  WatchAndEnd(SIGTERM, 3);
  for (int i = 0; i < 20; ++i) {
    CHECK_EQ(raise(SIGTERM), 0);
    SleepMs(100);  // longer than a flood's pause, in all
  }
}

TEST("when it is over the signal does what it did before") {
  CHECK_EQ(EndOf([] {
             WatchAndEnd(SIGTERM, 3);
             WaitOutFlood();
             kill(getpid(), SIGTERM);
           }),
           SIGTERM);
}

TEST("without a flood it does so at once") {
  CHECK_EQ(EndOf([] {
             WatchAndEnd(SIGTERM, 0);
             kill(getpid(), SIGTERM);
           }),
           SIGTERM);
}

TEST("and an earlier handler is called, once for each") {
  SetHandler(SIGUSR2, CountSignal);
  WatchAndEnd(SIGUSR2, 0);
  for (int i = 1; i <= 3; ++i) {
    CHECK_EQ(kill(getpid(), SIGUSR2), 0);
    Await([i] { return calls.load() == i; });
  }
  CHECK(InstalledFor(SIGUSR2) == Installed::kOther);
}

TEST("a handler over ours that passes signals on gets each one once") {
  SetHandler(SIGUSR2, Nothing);
  WatchAndEnd(SIGUSR2, 0);
  behind = SetHandler(SIGUSR2, CountAndForward);
  CHECK_EQ(raise(SIGUSR2), 0);
  SleepMs(50);
  CHECK_EQ(calls.load(), 1);
}

TEST("in a flood the earlier handler hears it as before") {
  SetHandler(SIGUSR2, CountSignal);
  WatchAndEnd(SIGUSR2, 2);
  CHECK_EQ(raise(SIGUSR2), 0);
  CHECK_EQ(calls.load(), 3);
}

TEST("a flood is of all that was watched, also of a signal that comes later") {
  std::thread([] {
    int error = 0;
    Channel* channel = OpenChannel(64, &error);
    CHECK_EQ(error, 0);
    for (const int signo : {SIGHUP, SIGTERM}) {
      CHECK_EQ(Subscribe(channel, signo, After::kChain), 0);
    }
    CHECK_EQ(raise(SIGHUP), 0);
    for (const int signo : {SIGHUP, SIGTERM}) {
      Abandon(channel, signo, After::kChain);
    }
    CloseChannel(channel);
  }).join();
  CHECK_EQ(raise(SIGTERM), 0);
  SleepMs(50);  // nor by what would come back from a thread
}

TEST("what a peer can have sent ends nobody, however late it comes") {
  const pid_t pid = getpid();
  const pid_t thread = ThreadId();
  InstallHook();
  WatchAndEnd(SIGUSR2, 0);
  Child peer([=] {
    CHECK_EQ(KillThread(pid, thread, SIGUSR2), 0);  // a bit
    const uint64_t grant = uint64_t{9} << 60 | uint64_t{5} << 40;
    CHECK_EQ(QueueSignal(pid, thread, SIGUSR2, grant), 0);
  });
  peer.Join();
  SleepMs(50);  // nor by what would come back from a thread
}

TEST("a stranger's kill is no peer's") {
  CHECK_EQ(EndOf([] {
             InstallHook();
             WatchAndEnd(SIGUSR2, 0);
             kill(getpid(), SIGUSR2);
           }),
           SIGUSR2);
}

TEST("a process whose main thread ends is ended by nothing else") {
  WatchAndEnd(SIGTERM, 0);
  NoteEnvironmentEnd();
  CHECK_EQ(raise(SIGTERM), 0);
  SleepMs(50);  // nor by what would come back from a thread
}

TEST("and nobody below is called, who may be torn down by then") {
  SetHandler(SIGUSR2, CountSignal);
  WatchAndEnd(SIGUSR2, 0);
  NoteEnvironmentEnd();
  CHECK_EQ(raise(SIGUSR2), 0);
  SleepMs(50);
  CHECK_EQ(calls.load(), 0);
}

TEST("a signal that came before the end of the main thread ends the process") {
  CHECK_EQ(EndOf([] {
             SendToBereaved();
             NoteEnvironmentEnd();
             _exit(0);
           }),
           SIGTERM);
}

TEST("a signal that came before exit(3) ends the process") {
  CHECK_EQ(EndOf([] {
             SendToBereaved();
             exit(0);
           }),
           SIGTERM);
}

TEST("the end of another thread's environment ends no process") {
  CHECK_EQ(EndOf([] {
             WatchAndEnd(SIGTERM, 0);
             std::thread(NoteEnvironmentEnd).join();
             kill(getpid(), SIGTERM);
           }),
           SIGTERM);
}

TEST("who only reported or put off the default action leaves nothing behind") {
  for (const After after : {After::kReport, After::kDefault}) {
    WatchAndEnd(SIGTERM, 0, after);
    CHECK(InstalledFor(SIGTERM) == Installed::kDefault);
  }
}

TEST("a new watch takes a signal over, and its end restores what stood first") {
  SetHandler(SIGUSR2, CountSignal);
  WatchAndEnd(SIGUSR2, 0);
  {
    Watch watch({SIGUSR2});
    CHECK_EQ(raise(SIGUSR2), 0);
    CHECK_EQ(watch.Take(1).size(), 1);
    CHECK_EQ(calls.load(), 1);
    WaitOutFlood();
  }
  CHECK(InstalledFor(SIGUSR2) == Installed::kOther);
}

TEST("a watch that closes in another's flood restores nothing yet") {
  {
    Watch watch({SIGTERM});
    WatchAndEnd(SIGTERM, 2);
  }
  CHECK(InstalledFor(SIGTERM) == Installed::kOurs);
  CHECK_EQ(raise(SIGTERM), 0);
}

TEST("what has become quiet is restored when any signal is watched") {
  WatchAndEnd(SIGTERM, 2);
  CHECK(InstalledFor(SIGTERM) == Installed::kOurs);
  WaitOutFlood();
  Watch watch({SIGHUP});
  CHECK(InstalledFor(SIGTERM) == Installed::kDefault);
}

TEST("no handler finds a signal in between, while watchers end in a flood") {
  SetHandler(SIGTERM, CountSignal);
  std::atomic<bool> is_over{false};
  std::thread flood([&] {
    Watch watch({SIGHUP});  // a thread that takes its own
    while (!is_over.load()) kill(getpid(), SIGTERM);
  });
  for (int i = 0; i < 50; ++i) WatchAndEnd(SIGTERM, 1);
  is_over.store(true);
  flood.join();
}

}  // namespace minitalk::test
