// A client's steps to a process that speaks a dialect.
#include "core/dialects/step_sender.h"

#include <errno.h>
#include <sys/wait.h>

#include <atomic>
#include <vector>

#include "check.h"
#include "core/dialects/gather.h"
#include "handler/signals/status.h"
#include "support.h"

namespace minitalk::test {

namespace {

constexpr uint8_t kUser1 = 1;
constexpr uint8_t kUser2 = 2;
constexpr uint8_t kAwaitsUser1 = 1 << 2;
constexpr uint8_t kAwaitsUser2 = 2 << 2;
constexpr uint64_t kSlice = 2'000'000;  // ns

struct Taken {
  std::atomic<bool> ready{false};
  std::atomic<uint32_t> count{0};
  std::atomic<uint8_t> signals[1024]{};
};

Taken* taken;
pid_t client;
int answer;
int second_answer;
int slowness_ms;
int apart_ms;

void Take(int signo) {
  taken->signals[taken->count.load()] = signo == SIGUSR1 ? kUser1 : kUser2;
  if (slowness_ms > 0) SleepMs(slowness_ms);
  ++taken->count;
  if (answer != 0) kill(client, answer);
  if (apart_ms > 0) SleepMs(apart_ms);
  if (second_answer != 0) kill(client, second_answer);
}

// How a server answers each signal, and for how long it is in its handler.
struct Manner {
  int answer = 0;
  int second_answer = 0;
  int slowness_ms = 0;
  bool is_deaf = false;  // for SIGUSR2
  int apart_ms = 0;      // its two answers
};

class Server {
 public:
  explicit Server(const Manner& manner)
      : child_([this, manner] {
          taken = taken_.get();
          client = getppid();
          answer = manner.answer;
          second_answer = manner.second_answer;
          slowness_ms = manner.slowness_ms;
          apart_ms = manner.apart_ms;
          struct sigaction action = {};
          action.sa_handler = Take;
          sigaddset(&action.sa_mask, SIGUSR1);
          sigaddset(&action.sa_mask, SIGUSR2);
          sigaction(SIGUSR1, &action, nullptr);
          if (!manner.is_deaf) sigaction(SIGUSR2, &action, nullptr);
          taken->ready = true;
          for (;;) pause();
        }) {
    Await([this] { return taken_->ready.load(); });
    pidfd_ = PidfdOrNone(pid());
    status_ = OpenStatus(pid(), pid());
    CHECK(pidfd_ >= 0 && status_ >= 0);
  }
  ~Server() {
    End();
    close(pidfd_);
    close(status_);
  }

  pid_t pid() const { return child_.pid(); }
  void End() const {
    kill(pid(), SIGKILL);
    Await([this] { return IsReadable(pidfd_, 1000); });
  }
  StepTarget Target(SignalsOfTwo busy = 0, int64_t gap = -1) const {
    return {pid(), pidfd_, status_, busy, gap};
  }
  // Until it has taken what was sent.
  void AwaitRest() const {
    Await([this] {
      Readiness ready;
      return ReadReadiness(status_, &ready) == 0 && ready.is_clear &&
             ready.state == 'S';
    });
  }
  uint32_t count() const { return taken_->count; }
  std::vector<uint8_t> signals() const {
    std::vector<uint8_t> all;
    for (uint32_t i = 0; i < count(); ++i) all.push_back(taken_->signals[i]);
    return all;
  }

 private:
  Shared<Taken> taken_;
  Child child_;
  int pidfd_ = -1;
  int status_ = -1;
};

int Begin(StepSender* sender, const std::vector<uint8_t>& steps,
          bool is_new_message = false) {
  return sender->Begin(steps.data(), steps.size(), is_new_message);
}

// Until something else than the end of a slice.
int RunOn(StepSender* sender) {
  int status = StepSender::kSliceOver;
  while (status == StepSender::kSliceOver) status = sender->Run(kSlice);
  return status;
}

// The same for servers that answer, however late this machine has them run.
int RunThroughStalls(StepSender* sender) {
  int status = StepSender::kStalled;
  while (status == StepSender::kStalled) status = RunOn(sender);
  return status;
}

std::vector<uint8_t> Signals(const std::vector<uint8_t>& steps) {
  std::vector<uint8_t> signals;
  for (const uint8_t step : steps) signals.push_back(step & 3);
  return signals;
}

}  // namespace

TEST("each step is sent when what the one before awaits has come") {
  Server server({.answer = SIGUSR1});
  Watch watch({SIGUSR1, SIGUSR2});
  StepSender sender;
  CHECK_EQ(sender.Open(server.Target()), 0);
  std::vector<uint8_t> steps;
  for (uint32_t i = 0; i < 500; ++i) {
    steps.push_back((i * i % 3 == 0 ? kUser1 : kUser2) | kAwaitsUser1);
  }
  CHECK_EQ(Begin(&sender, steps), 0);
  CHECK_EQ(RunThroughStalls(&sender), StepSender::kDone);
  CHECK_EQ(sender.done(), 500);
  CHECK(server.signals() == Signals(steps));
  CHECK_EQ(watch.Take().size(), 0);  // what answers is nobody else's
}

TEST("a last step can await both signals, in whatever order they come") {
  Server server({.answer = SIGUSR2, .second_answer = SIGUSR1});
  Watch watch({SIGUSR1, SIGUSR2});
  StepSender sender;
  CHECK_EQ(sender.Open(server.Target()), 0);
  CHECK_EQ(Begin(&sender, {kUser1 | kAwaitsUser1 | kAwaitsUser2}), 0);
  CHECK_EQ(RunThroughStalls(&sender), StepSender::kDone);
}

TEST("what is answered to the end of a message is no answer to the next one") {
  Server server({.answer = SIGUSR1,
                 .second_answer = SIGUSR1,
                 .slowness_ms = 5,
                 .apart_ms = 20});
  Watch watch({SIGUSR1, SIGUSR2});
  StepSender sender;
  CHECK_EQ(sender.Open(server.Target()), 0);
  std::vector<uint8_t> sent;
  for (const uint8_t signal : {kUser1, kUser2, kUser1}) {
    const uint8_t step = signal | kAwaitsUser1;
    CHECK_EQ(Begin(&sender, {step}, true), 0);
    CHECK_EQ(RunThroughStalls(&sender), StepSender::kDone);
    sent.push_back(signal);
    // Taken by the server, so not by its late answer to the one before.
    CHECK_EQ(server.count(), sent.size());
  }
  CHECK(server.signals() == sent);
}

TEST("a thread that may be taking an answer has not left them to us") {
  Readiness ready;
  ready.state = 'S';
  for (const Gathering gathering :
       {Gathering::kFromNowOn, Gathering::kAlsoTheLast}) {
    ready.blocks = false;
    CHECK(!IsGathered(ready, gathering));
    ready.blocks = true;
    CHECK(IsGathered(ready, gathering));
  }
  ready.state = 'R';
  CHECK(IsGathered(ready, Gathering::kFromNowOn));
  CHECK(!IsGathered(ready, Gathering::kAlsoTheLast));
}

TEST("of two that are awaited one is not enough, and no refusal") {
  Server server({.answer = SIGUSR2});
  Watch watch({SIGUSR1, SIGUSR2});
  StepSender sender;
  CHECK_EQ(sender.Open(server.Target(kUser2)), 0);
  CHECK_EQ(Begin(&sender, {kUser1 | kAwaitsUser1 | kAwaitsUser2}), 0);
  CHECK_EQ(RunOn(&sender), StepSender::kStalled);
  CHECK_EQ(RunOn(&sender), StepSender::kStalled);
}

TEST("steps that await nothing wait until the one before was taken") {
  Server server({.slowness_ms = 2});
  Watch watch({SIGUSR1, SIGUSR2});
  StepSender sender;
  CHECK_EQ(sender.Open(server.Target()), 0);
  const std::vector<uint8_t> steps = {
      kUser1, kUser1, kUser2, kUser1, kUser2, kUser2, kUser2, kUser1,
      kUser1, kUser2, kUser1, kUser2, kUser1, kUser1, kUser1, kUser2};
  CHECK_EQ(Begin(&sender, steps), 0);
  CHECK_EQ(RunThroughStalls(&sender), StepSender::kDone);
  CHECK(Within(2000, [&] { return server.count() >= steps.size(); }));
  CHECK(server.signals() == steps);
}

TEST("a pause that is told is kept instead") {
  Server server({});
  Watch watch({SIGUSR1, SIGUSR2});
  StepSender sender;
  CHECK_EQ(sender.Open(server.Target(0, 3000)), 0);
  CHECK_EQ(Begin(&sender, {kUser1, kUser2, kUser1, kUser2, kUser1}), 0);
  const uint64_t start = Monotonic();
  CHECK_EQ(RunThroughStalls(&sender), StepSender::kDone);
  CHECK(Monotonic() - start >= 4 * 3'000'000);
}

TEST("a step that is not answered is not sent again") {
  Server server({});
  Watch watch({SIGUSR1, SIGUSR2});
  StepSender sender;
  CHECK_EQ(sender.Open(server.Target()), 0);
  CHECK_EQ(Begin(&sender, {kUser1 | kAwaitsUser1, kUser1 | kAwaitsUser1}), 0);
  for (int i = 0; i < 5; ++i) CHECK_EQ(RunOn(&sender), StepSender::kStalled);
  CHECK_EQ(sender.done(), 0);
  server.AwaitRest();
  CHECK_EQ(server.count(), 1);
}

TEST("a server that says that it is busy is not waited for") {
  Server server({.answer = SIGUSR2});
  Watch watch({SIGUSR1, SIGUSR2});
  StepSender sender;
  CHECK_EQ(sender.Open(server.Target(kUser2)), 0);
  CHECK_EQ(Begin(&sender, {kUser1 | kAwaitsUser1}), 0);
  CHECK_EQ(RunThroughStalls(&sender), StepSender::kBusy);
  // Where the same signal is awaited it is no refusal.
  CHECK_EQ(Begin(&sender, {kUser1 | kAwaitsUser2}), 0);
  CHECK_EQ(RunThroughStalls(&sender), StepSender::kDone);
}

TEST("a process that does not catch both signals is sent nothing") {
  for (const int64_t gap : {-1, 10}) {
    Server server({.is_deaf = true});
    StepSender sender;
    CHECK_EQ(sender.Open(server.Target(0, gap)), 0);
    CHECK_EQ(Begin(&sender, {kUser1}), 0);
    CHECK_EQ(RunThroughStalls(&sender), StepSender::kDeaf);
    CHECK_EQ(server.count(), 0);
  }
}

TEST("a process that is stopped is sent nothing while nothing answers") {
  Server server({});
  StepSender sender;
  CHECK_EQ(sender.Open(server.Target()), 0);
  kill(server.pid(), SIGSTOP);
  Await([&] { return waitpid(server.pid(), nullptr, WUNTRACED) > 0; });
  CHECK_EQ(Begin(&sender, {kUser1}), 0);
  CHECK_EQ(RunOn(&sender), StepSender::kStalled);
  kill(server.pid(), SIGCONT);
  CHECK_EQ(RunThroughStalls(&sender), StepSender::kDone);
  CHECK(Within(2000, [&] { return server.count() == 1; }));
}

TEST("a process that has ended is sent nothing") {
  Server server({});
  StepSender sender;
  CHECK_EQ(sender.Open(server.Target()), 0);
  CHECK_EQ(Begin(&sender, {kUser1}), 0);
  server.End();
  CHECK_EQ(RunOn(&sender), -ESRCH);
}

TEST("what is no step is refused, and so are steps without a target") {
  Server server({});
  StepSender sender;
  CHECK_EQ(Begin(&sender, {kUser1}), -EBADF);
  CHECK_EQ(sender.Open(server.Target()), 0);
  CHECK_EQ(sender.Open(server.Target()), -EALREADY);
  for (const uint8_t step : {0, 3, 4, 16, 17}) {
    CHECK_EQ(Begin(&sender, {step}), -EINVAL);
  }
  std::vector<StepSender> more(kMaxReplies);
  int error = 0;
  for (StepSender& each : more) error = each.Open(server.Target());
  CHECK_EQ(error, -ENOSPC);
}

}  // namespace minitalk::test
