// The default action, done from a handler: what it does to the process, and
// when it has to wait.
#include "handler/signals/default_action.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "core/signals/process.h"
#include "handler/signals/grace.h"
#include "handler/signals/handler.h"
#include "handler/signals/signal_table.h"
#include "support.h"

namespace minitalk::test {

namespace {

constexpr uint64_t kMs = 1'000'000;
constexpr uint64_t kNever = 60'000 * kMs;

// A channel whose signal does its default action, after so long.
class Ending {
 public:
  Ending(int signo, uint64_t grace) : signo_(signo) {
    int error = 0;
    channel_ = OpenChannel(1024, &error);
    channel_->grace = grace;
    CHECK_EQ(Subscribe(channel_, signo, After::kDefault), 0);
  }
  ~Ending() {
    Unsubscribe(channel_, signo_, After::kDefault);
    CloseChannel(channel_);
  }
  Ending(const Ending&) = delete;
  Ending& operator=(const Ending&) = delete;
  Channel* channel() const { return channel_; }

 private:
  int signo_;
  Channel* channel_;
};

bool IsDue(int signo) { return state.dispositions[signo].due.load(); }

// What ends a process that does `body`; 0: it stays until that is done.
template <typename Body>
int EndOf(Body body) {
  Child child([&] {
    body();
    _exit(0);
  });
  const int status = child.Wait();
  return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

TEST("a signal's default action is what signal(7) says") {
  const auto action = [](int signo) { return DefaultActionOf(signo); };
  for (const int signo : {SIGURG, SIGWINCH, SIGCHLD}) {
    CHECK(action(signo) == DefaultAction::kIgnore);
  }
  for (const int signo : {SIGTSTP, SIGTTIN, SIGTTOU, SIGSTOP}) {
    CHECK(action(signo) == DefaultAction::kStop);
  }
  CHECK(action(SIGCONT) == DefaultAction::kContinue);
  for (const int signo : {SIGHUP, SIGUSR1, SIGTERM, SIGIO, SIGPWR, SIGRTMIN}) {
    CHECK(action(signo) == DefaultAction::kEnd);
  }
  for (int signo = 1; signo <= kLastStandardSignal; ++signo) {
    CHECK_EQ(FactsOf(signo)->number, signo);
  }
  CHECK(FactsOf(0) == nullptr);
  CHECK(FactsOf(SIGRTMIN) == nullptr);
  CHECK(NameOfCode(SI_TIMER) != nullptr);
  CHECK(NameOfCode(12'345) == nullptr);
}

TEST("to stop is a default action after which our handler stands again") {
  Child child([] {
    const Ending ending(SIGTSTP, 0);
    for (int i = 0; i < 2; ++i) {
      raise(SIGTSTP);
      CHECK(InstalledFor(SIGTSTP) == Installed::kOurs);
      sigset_t mask;
      CHECK_EQ(sigprocmask(SIG_SETMASK, nullptr, &mask), 0);
      CHECK_EQ(sigismember(&mask, SIGTSTP), 0);
    }
    // As in a handler: masked before, and again when it goes on.
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    CHECK_EQ(sigprocmask(SIG_BLOCK, &stop, nullptr), 0);
    DoDefaultAction(SIGTSTP);
    CHECK_EQ(sigprocmask(SIG_BLOCK, nullptr, &stop), 0);
    CHECK_EQ(sigismember(&stop, SIGTSTP), 1);
  });
  for (int i = 0; i < 3; ++i) {
    int status = 0;
    Await([&] { return waitpid(child.pid(), &status, WUNTRACED | WNOHANG); });
    CHECK(WIFSTOPPED(status));
    CHECK_EQ(WSTOPSIG(status), SIGTSTP);
    CHECK_EQ(Kill(child.pid(), SIGCONT), 0);
  }
  child.Join();
}

TEST("a default action comes without room in the signal queue") {
  for (const int signo : {SIGTERM, SIGRTMIN, SIGRTMAX}) {
    CHECK_EQ(EndOf([&] {
               const struct rlimit none = {};
               CHECK_EQ(setrlimit(RLIMIT_SIGPENDING, &none), 0);
               DoDefaultAction(signo);
             }),
             signo);
  }
}

TEST("to ignore and to continue leave our handler where it is") {
  for (const int signo : {SIGWINCH, SIGCONT}) {
    const Ending ending(signo, 0);
    CHECK_EQ(raise(signo), 0);
    CHECK(InstalledFor(signo) == Installed::kOurs);
    CHECK(!IsDue(signo));
  }
}

TEST("a default action comes in a handler, where its signal is masked") {
  CHECK_EQ(EndOf([] {
             sigset_t all;
             sigfillset(&all);
             sigprocmask(SIG_SETMASK, &all, nullptr);
             DoDefaultAction(SIGUSR2);
           }),
           SIGUSR2);
}

TEST("of two channels the one that waits longest decides") {
  for (const bool is_first : {true, false}) {
    CHECK_EQ(EndOf([&] {
               const Ending one(SIGUSR2, is_first ? kNever : 1);
               const Ending other(SIGUSR2, is_first ? 1 : kNever);
               raise(SIGUSR2);
               SleepMs(50);
               CHECK(IsDue(SIGUSR2));
             }),
             0);
  }
}

TEST("of two channels the stronger decides, whichever is the first") {
  CHECK_EQ(EndOf([] {
             const Watch stopping({SIGUSR2}, After::kStop);
             const Ending ending(SIGUSR2, 0);
             raise(SIGUSR2);
           }),
           0);
  CHECK_EQ(EndOf([] {
             const Ending ending(SIGUSR2, 0);
             const Watch stopping({SIGUSR2}, After::kStop);
             raise(SIGUSR2);
           }),
           0);
}

TEST("what a policy passes on is no flood of what the channel has taken") {
  CHECK_EQ(EndOf([] {
             Watch watch({SIGUSR2}, After::kStop);
             raise(SIGUSR2);
             CHECK_EQ(watch.Take(1).size(), 1);
             Policy policy;
             policy.set = true;
             policy.only.uid_count = 1;
             policy.only.uids[0] = getuid() + 1;
             watch.channel()->policy = policy;
             raise(SIGUSR2);
           }),
           SIGUSR2);
}

TEST("a stream of signals does not put the default action off") {
  CHECK_EQ(EndOf([] {
             const Ending ending(SIGUSR2, 100 * kMs);
             // For far longer than it waits.
             for (int i = 0; i < 500; ++i) {
               raise(SIGUSR2);
               SleepMs(10);
             }
           }),
           SIGUSR2);
}

TEST("an application's own timer is no grace time that is over") {
  const Ending ending(SIGUSR2, kNever);
  CHECK_EQ(raise(SIGUSR2), 0);
  CHECK(IsDue(SIGUSR2));
  siginfo_t info = {};
  info.si_signo = SIGUSR2;
  info.si_code = SI_TIMER;
  info.si_value.sival_ptr = &info;
  CHECK(!IsGraceOver(info));
  info.si_value.sival_ptr = &state;
  CHECK(IsGraceOver(info));
  info.si_code = SI_QUEUE;  // which anybody could send
  CHECK(!IsGraceOver(info));
  TakeSignal(info, nullptr);
  CHECK(IsDue(SIGUSR2));
}

TEST("what is done ends what was due: it does not come again") {
  SetHandler(SIGWINCH, SIG_IGN);
  const Ending ending(SIGWINCH, kNever);
  CHECK_EQ(raise(SIGWINCH), 0);
  CHECK(IsDue(SIGWINCH));
  const int timer = state.dispositions[SIGWINCH].timer.load();
  struct itimerspec left = {};
  CHECK_EQ(syscall(SYS_timer_gettime, timer, &left), 0);
  CHECK(left.it_value.tv_sec > 0);
  DoDueAction(SIGWINCH);
  CHECK(!IsDue(SIGWINCH));
  CHECK_EQ(syscall(SYS_timer_gettime, timer, &left), 0);
  CHECK_EQ(left.it_value.tv_sec + left.it_value.tv_nsec, 0);
  for (const int signo : {0, -1, kMaxSignal + 1}) DoDueAction(signo);
}

TEST("a timer is one signal's for as long as somebody waits, and then gone") {
  int timer = -1;
  {
    const Ending one(SIGUSR2, kNever);
    timer = state.dispositions[SIGUSR2].timer.load();
    {
      const Ending other(SIGUSR2, kNever);
      CHECK_EQ(state.dispositions[SIGUSR2].timer.load(), timer);
    }
    struct itimerspec left;
    CHECK_EQ(syscall(SYS_timer_gettime, timer, &left), 0);
    CHECK_EQ(raise(SIGUSR2), 0);
  }
  struct itimerspec left;
  CHECK_EQ(syscall(SYS_timer_gettime, timer, &left), -1);
  CHECK_EQ(errno, EINVAL);
  CHECK_EQ(state.dispositions[SIGUSR2].timer.load(), -1);
  CHECK(!IsDue(SIGUSR2));
}

TEST("without a timer a default action is not watched, and nothing is left") {
  int error = 0;
  Channel* channel = OpenChannel(64, &error);
  const rlim_t usual = LimitPending(getpid(), 0);  // a timer needs such room
  CHECK_EQ(Subscribe(channel, SIGUSR2, After::kDefault), -EAGAIN);
  CHECK(InstalledFor(SIGUSR2) == Installed::kDefault);
  CHECK_EQ(channel->signals.load(), 0);
  LimitPending(getpid(), usual);
  CHECK_EQ(Subscribe(channel, SIGUSR2, After::kDefault), 0);
  CHECK(state.dispositions[SIGUSR2].timer.load() >= 0);
  Unsubscribe(channel, SIGUSR2, After::kDefault);
  CloseChannel(channel);
}

}  // namespace minitalk::test
