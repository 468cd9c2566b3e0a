// What the handler does for the one that stood before it, and for the code that
// it interrupts.
#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include <atomic>

#include "check.h"
#include "core/signals/process.h"
#include "handler/signals/calls.h"
#include "handler/signals/handler.h"
#include "support.h"

namespace minitalk::test {

namespace {

std::atomic<int> calls;
std::atomic<int> code;
std::atomic<bool> has_context;
std::atomic<bool> was_reset;
std::atomic<const char*> stack_place;

void CountSignal(int) { calls.fetch_add(1); }

void CountInfo(int, siginfo_t* info, void* context) {
  calls.fetch_add(1);
  code.store(info->si_code);
  has_context.store(context != nullptr);
  const char here = 0;
  stack_place.store(&here);
}

void CountReset(int signo) {
  calls.fetch_add(1);
  was_reset.store(InstalledFor(signo) == Installed::kDefault);
}

// As Node's own handlers for SIGTERM and SIGINT.
void RaiseAgain(int signo) { raise(signo); }

void SpoilErrno(int) { errno = EXDEV; }

struct sigaction behind;

// The usual way to be second: keep what stands, and call it.
void ForwardBehind(int signo, siginfo_t* info, void* context) {
  calls.fetch_add(1);
  if (calls.load() < 1000) behind.sa_sigaction(signo, info, context);
}

}  // namespace

TEST("a watched signal does not do its default action any more") {
  Watch watch({SIGTERM});
  CHECK_EQ(raise(SIGTERM), 0);
  CHECK_EQ(watch.Take().size(), 1);
}

TEST("a signal that was ignored is recorded and goes on being ignored") {
  SetHandler(SIGHUP, SIG_IGN);
  Watch watch({SIGHUP});
  CHECK_EQ(raise(SIGHUP), 0);
  CHECK_EQ(watch.Take().size(), 1);
}

TEST("an earlier handler with one argument sees each signal") {
  SetHandler(SIGUSR2, CountSignal);
  Watch watch({SIGUSR2});
  for (int i = 0; i < 3; ++i) CHECK_EQ(raise(SIGUSR2), 0);
  CHECK_EQ(calls.load(), 3);
  CHECK_EQ(watch.Take().size(), 3);
}

TEST("an earlier handler with three arguments gets siginfo and context") {
  SetHandler(SIGUSR2, CountInfo);
  Watch watch({SIGUSR2});
  CHECK_EQ(QueueSignal(getpid(), ThreadId(), SIGUSR2, 5), 0);
  CHECK_EQ(watch.Take(1).size(), 1);
  CHECK_EQ(calls.load(), 1);
  CHECK_EQ(code.load(), SI_QUEUE);
  CHECK(has_context.load());
}

TEST(
    "three arguments are passed even where SA_SIGINFO is missing, as in Node") {
  struct sigaction action = {};
  action.sa_sigaction = CountInfo;
  CHECK_EQ(sigaction(SIGUSR2, &action, nullptr), 0);
  Watch watch({SIGUSR2});
  CHECK_EQ(KillThread(getpid(), ThreadId(), SIGUSR2), 0);
  CHECK_EQ(watch.Take(1).size(), 1);
  CHECK_EQ(code.load(), SI_TKILL);
}

TEST("a one-shot handler runs once, with the default action set before") {
  SetHandler(SIGUSR2, CountReset, static_cast<int>(SA_RESETHAND));
  {
    Watch watch({SIGUSR2});
    CHECK_EQ(raise(SIGUSR2), 0);
    CHECK_EQ(calls.load(), 1);
    CHECK(was_reset.load());
    CHECK(InstalledFor(SIGUSR2) == Installed::kOurs);
    CHECK_EQ(raise(SIGUSR2), 0);
    CHECK_EQ(calls.load(), 1);
    CHECK_EQ(watch.Take().size(), 2);
  }
  CHECK(InstalledFor(SIGUSR2) == Installed::kDefault);
}

TEST("what a one-shot handler installs itself stays") {
  const auto install = [](int) { SetHandler(SIGUSR2, CountSignal); };
  SetHandler(SIGUSR2, +install, static_cast<int>(SA_RESETHAND));
  Watch watch({SIGUSR2});
  CHECK_EQ(raise(SIGUSR2), 0);
  CHECK(InstalledFor(SIGUSR2) == Installed::kOther);
}

TEST("a one-shot handler that raises again ends the process by that signal") {
  Child child([] {
    SetHandler(SIGTERM, RaiseAgain, static_cast<int>(SA_RESETHAND));
    Watch watch({SIGTERM});
    raise(SIGTERM);
    SleepMs(5000);
  });
  const int status = child.Wait();
  CHECK(WIFSIGNALED(status));
  CHECK_EQ(WTERMSIG(status), SIGTERM);
}

TEST("Node's own SIGUSR1 handler, known by its bare flags, stays uncalled") {
  SetHandler(SIGUSR1, CountSignal);
  {
    Watch watch({SIGUSR1});
    CHECK_EQ(raise(SIGUSR1), 0);
    CHECK_EQ(calls.load(), 0);
    CHECK_EQ(watch.Take().size(), 1);
  }
  SetHandler(SIGUSR1, CountSignal, SA_RESTART);  // as libuv's
  Watch watch({SIGUSR1});
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(calls.load(), 1);
}

TEST("a watch that stops a signal keeps it from the earlier handler") {
  SetHandler(SIGUSR2, CountSignal);
  Watch chains({SIGUSR2}, After::kChain);
  {
    Watch stops({SIGUSR2}, After::kStop);
    CHECK_EQ(raise(SIGUSR2), 0);
    CHECK_EQ(calls.load(), 0);
  }
  CHECK_EQ(raise(SIGUSR2), 0);
  CHECK_EQ(calls.load(), 1);
  CHECK_EQ(chains.Take().size(), 2);
}

TEST(
    "after its last watch our handler passes through where it is still "
    "called") {
  SetHandler(SIGUSR2, CountInfo);
  {
    Watch watch({SIGUSR2});
    behind = SetHandler(SIGUSR2, SIG_IGN);
  }
  siginfo_t info = {};
  info.si_signo = SIGUSR2;
  behind.sa_sigaction(SIGUSR2, &info, &info);
  CHECK_EQ(calls.load(), 1);
}

TEST("a handler over ours that calls ours is not called by ours in turn") {
  Watch watch({SIGUSR2});
  behind = SetHandler(SIGUSR2, ForwardBehind);
  CHECK(Reinstall(SIGUSR2));
  CHECK_EQ(raise(SIGUSR2), 0);
  CHECK_EQ(calls.load(), 1);
  CHECK_EQ(watch.Take().size(), 1);
}

TEST("the handler below is still reached when ours was put over a third one") {
  SetHandler(SIGUSR2, CountInfo);
  Watch watch({SIGUSR2});
  behind = SetHandler(SIGUSR2, ForwardBehind);
  CHECK(Reinstall(SIGUSR2));
  CHECK_EQ(KillThread(getpid(), ThreadId(), SIGUSR2), 0);
  CHECK_EQ(calls.load(), 2);
  CHECK_EQ(watch.Take().size(), 1);
}

TEST("a mark of another copy of the library is left alone") {
  SetHandler(SIGUSR2, CountInfo);
  Watch watch({SIGUSR2});
  siginfo_t info = {};
  info.si_signo = SIGUSR2;
  memset(reinterpret_cast<char*>(&info) + 48, 0x5a, 8);  // as theirs
  MinitalkHandleSignal(SIGUSR2, &info, &info);
  CHECK_EQ(calls.load(), 1);
  CHECK_EQ(watch.Take().size(), 1);
}

TEST("the interrupted code finds its errno as it was") {
  SetHandler(SIGUSR2, SpoilErrno);
  Watch watch({SIGUSR2});
  close(WakeFd(watch.channel()));  // so that our own write fails as well
  errno = ENOTTY;
  const int raised = raise(SIGUSR2);
  const int after = errno;
  CHECK_EQ(raised, 0);
  CHECK_EQ(after, ENOTTY);
  CHECK_EQ(watch.Take().size(), 1);
}

TEST("the handler runs on the alternate stack where there is one") {
  static char alternate[1 << 16];
  stack_t stack = {};
  stack.ss_sp = alternate;
  stack.ss_size = sizeof alternate;
  CHECK_EQ(sigaltstack(&stack, nullptr), 0);
  SetHandler(SIGUSR2, CountInfo);
  Watch watch({SIGUSR2});
  CHECK_EQ(raise(SIGUSR2), 0);
  const char* place = stack_place.load();
  CHECK(place >= alternate && place < alternate + sizeof alternate);
  stack.ss_flags = SS_DISABLE;
  sigaltstack(&stack, nullptr);
}

TEST("an interrupted read goes on by itself") {
  int ends[2];
  CHECK_EQ(pipe(ends), 0);
  Shared<std::atomic<bool>> ready;
  Child writer([&] {
    Await([&] { return ready->load(); });
    for (int i = 0; i < 5; ++i) {
      SleepMs(10);
      CHECK_EQ(Kill(getppid(), SIGUSR2), 0);
    }
    SleepMs(10);
    CHECK_EQ(write(ends[1], "x", 1), 1);
  });
  Watch watch({SIGUSR2});
  ready->store(true);
  char byte = 0;
  CHECK_EQ(read(ends[0], &byte, 1), 1);
  writer.Join();
  CHECK(watch.Take().size() > 0);
}

}  // namespace minitalk::test
