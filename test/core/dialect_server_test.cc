// Whom a server of a dialect acknowledges from the handler, and by what.
#include "core/dialects/dialect_server.h"

#include <errno.h>
#include <ucontext.h>

#include <atomic>
#include <initializer_list>
#include <thread>

#include "check.h"
#include "handler/signals/calls.h"
#include "handler/signals/handler.h"
#include "handler/signals/status.h"
#include "support.h"

namespace minitalk::test {

namespace {

struct Told {
  std::atomic<bool> ready{false};
  std::atomic<bool> deaf{false};
  std::atomic<uint32_t> got[2]{};
};

Told* told;

void Count(int signo) { ++told->got[signo == SIGUSR1 ? 0 : 1]; }

// A process that counts what it is sent, until it is told to put its handlers
// away.
class Client {
 public:
  Client()
      : child_([this] {
          told = told_.get();
          SetHandler(SIGUSR1, Count);
          SetHandler(SIGUSR2, Count);
          told->ready = true;
          while (!told->deaf) Pause();
          signal(SIGUSR1, SIG_DFL);
          told->ready = false;
          for (;;) pause();
        }) {
    Await([this] { return told_->ready.load(); });
    pidfd_ = PidfdOrNone(pid());
    status_ = OpenStatus(pid(), pid());
    CHECK(pidfd_ >= 0 && status_ >= 0);
  }
  ~Client() {
    kill(pid(), SIGKILL);
    close(pidfd_);
    close(status_);
  }

  pid_t pid() const { return child_.pid(); }
  int Admit(DialectServer* server, uint32_t plain) const {
    return server->Admit(pid(), pidfd_, status_, plain);
  }
  void PutHandlersAway() const {
    told_->deaf = true;
    Await([this] { return !told_->ready.load(); });
  }
  // What it has got, once that is so many or some time has passed.
  uint32_t Got(int signo, uint32_t count) const {
    const auto& got = told_->got[signo == SIGUSR1 ? 0 : 1];
    Within(count == 0 ? 20 : 2000, [&] { return count > 0 && got >= count; });
    return got;
  }

 private:
  Shared<Told> told_;
  Child child_;
  int pidfd_ = -1;
  int status_ = -1;
};

// A server of a dialect, and a process that may become its client.
struct Scene {
  explicit Scene(AckBy by,
                 std::initializer_list<int> signals = {SIGUSR1, SIGUSR2})
      : watch(signals) {
    CHECK_EQ(server.Claim(watch.channel(), by), 0);
  }
  Client client;
  Watch watch;
  DialectServer server;
};

siginfo_t Signal(int signo, pid_t pid, int code = SI_USER) {
  siginfo_t info = {};
  info.si_signo = signo;
  info.si_code = code;
  info.si_pid = pid;
  return info;
}

}  // namespace

TEST(
    "so many signals of an admitted client are acknowledged, and all "
    "recorded") {
  Scene scene(AckBy::kUser2);
  auto& [client, watch, server] = scene;
  CHECK_EQ(client.Admit(&server, 2), 0);
  for (uint32_t i = 1; i <= 2; ++i) {
    CHECK(TakeSignal(Signal(SIGUSR1, client.pid()), nullptr));
    CHECK_EQ(client.Got(SIGUSR2, i), i);
  }
  CHECK(TakeSignal(Signal(SIGUSR2, client.pid()), nullptr));
  const std::vector<Record> records = watch.Take();
  CHECK_EQ(records.size(), 3);
  CHECK_EQ(records[1].tag, kAcknowledged);
  CHECK_EQ(records[2].tag, kWithheld);
  CHECK_EQ(client.Got(SIGUSR1, 0), 0);
  CHECK_EQ(client.Got(SIGUSR2, 0), 2);
  CHECK_EQ(server.SetPlain(client.pid(), Correspondent::kAll), 0);
  for (uint32_t i = 3; i <= 9; ++i) {
    CHECK(TakeSignal(Signal(SIGUSR1, client.pid()), nullptr));
    CHECK_EQ(client.Got(SIGUSR2, i), i);
  }
}

TEST("an echo acknowledges by the signal that came") {
  Scene scene(AckBy::kEcho);
  auto& [client, watch, server] = scene;
  CHECK_EQ(client.Admit(&server, Correspondent::kAll), 0);
  CHECK(TakeSignal(Signal(SIGUSR2, client.pid()), nullptr));
  CHECK_EQ(client.Got(SIGUSR2, 1), 1);
  CHECK(TakeSignal(Signal(SIGUSR1, client.pid()), nullptr));
  CHECK_EQ(client.Got(SIGUSR1, 1), 1);
}

TEST("who was not admitted, or is no more, is recorded and gets nothing") {
  Client client;
  Watch watch({SIGUSR1, SIGUSR2});
  DialectServer server;
  CHECK_EQ(server.Claim(watch.channel(), AckBy::kUser1), 0);
  const auto is_left_alone = [&] {
    const bool taken = TakeSignal(Signal(SIGUSR1, client.pid()), nullptr);
    const std::vector<Record> records = watch.Take();
    return !taken && records.size() == 1 && records[0].tag == 0;
  };
  CHECK(is_left_alone());
  CHECK_EQ(client.Admit(&server, Correspondent::kAll), 0);
  CHECK_EQ(client.Admit(&server, 1), -EEXIST);
  CHECK_EQ(server.Dismiss(client.pid()), 0);
  CHECK(is_left_alone());
  CHECK_EQ(client.Admit(&server, Correspondent::kAll), 0);
  server.Release();
  CHECK(is_left_alone());
  CHECK_EQ(client.Got(SIGUSR1, 0), 0);
}

TEST("what an admitted client did not say by kill is no bit of it") {
  Scene scene(AckBy::kUser1, {SIGUSR1, SIGUSR2, SIGHUP});
  auto& [client, watch, server] = scene;
  CHECK_EQ(client.Admit(&server, Correspondent::kAll), 0);
  CHECK(!TakeSignal(Signal(SIGUSR1, client.pid(), SI_TKILL), nullptr));
  CHECK(!TakeSignal(Signal(SIGUSR1, client.pid(), SI_QUEUE), nullptr));
  CHECK(!TakeSignal(Signal(SIGHUP, client.pid()), nullptr));
  CHECK_EQ(client.Got(SIGUSR1, 0), 0);
}

TEST("after a pause a client that put its handlers away is not acknowledged") {
  Scene scene(AckBy::kUser1);
  auto& [client, watch, server] = scene;
  CHECK_EQ(client.Admit(&server, Correspondent::kAll), 0);
  client.PutHandlersAway();
  SleepMs(110);
  CHECK(TakeSignal(Signal(SIGUSR1, client.pid()), nullptr));
  CHECK_EQ(watch.Take()[0].tag, kWithheld);
  SleepMs(20);
  CHECK_EQ(kill(client.pid(), 0), 0);
}

TEST("what finds no room in the ring is not acknowledged") {
  Client client;
  Watch watch({SIGUSR1, SIGUSR2}, After::kChain, 64);
  DialectServer server;
  CHECK_EQ(server.Claim(watch.channel(), AckBy::kUser1), 0);
  CHECK_EQ(client.Admit(&server, 0), 0);
  for (int i = 0; i < 64; ++i) {
    CHECK(TakeSignal(Signal(SIGUSR1, client.pid()), nullptr));
  }
  CHECK_EQ(server.SetPlain(client.pid(), Correspondent::kAll), 0);
  CHECK(TakeSignal(Signal(SIGUSR1, client.pid()), nullptr));
  CHECK_EQ(client.Got(SIGUSR1, 0), 0);
  CHECK_EQ(watch.Lost(SIGUSR1), 1);
}

TEST("another thread leaves what follows to the main thread, which keeps it") {
  const auto blocks = [] {
    ucontext_t context = {};
    TakeSignal(Signal(SIGUSR1, 0x7ffffff0), &context);
    return sigismember(&context.uc_sigmask, SIGUSR1) == 1 &&
           sigismember(&context.uc_sigmask, SIGUSR2) == 1;
  };
  const auto other_blocks = [&] {
    bool result = false;
    std::thread([&] { result = blocks(); }).join();
    return result;
  };
  // A Worker's server: the main thread has no consumer of its own.
  std::atomic<int> stage{0};
  std::thread worker([&] {
    Watch watch({SIGUSR1, SIGUSR2});
    CHECK(!other_blocks());
    DialectServer server;
    CHECK_EQ(server.Claim(watch.channel(), AckBy::kNothing), 0);
    CHECK(!blocks());
    CHECK(other_blocks());
    stage = 1;
    Await([&] { return stage == 2; });
  });
  Await([&] { return stage == 1; });
  CHECK(!blocks());
  stage = 2;
  worker.join();
}

TEST(
    "threads that are gathered block both signals, those with consumers do "
    "not") {
  Watch watch({SIGUSR1, SIGUSR2});
  DialectServer server;
  CHECK_EQ(server.Gather(), -EBADF);
  CHECK_EQ(server.Claim(watch.channel(), AckBy::kNothing), 0);
  std::atomic<int> started{0};
  std::atomic<bool> done{false};
  const auto blocks = [] {
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    return sigismember(&mask, SIGUSR1) == 1 && sigismember(&mask, SIGUSR2) == 1;
  };
  bool plain = false;
  bool consuming = true;
  std::thread other([&] {
    ++started;
    Await([&] { return done.load(); });
    plain = blocks();
  });
  std::thread consumer([&] {
    Watch own({SIGHUP});
    ++started;
    Await([&] { return done.load(); });
    consuming = blocks();
  });
  Await([&] { return started == 2; });
  CHECK_EQ(server.Gather(), 0);
  done = true;
  other.join();
  consumer.join();
  CHECK(plain && !consuming && !blocks());
  CHECK_EQ(watch.Take().size(), 0);
}

TEST("a process has one server of a dialect") {
  Watch watch({SIGUSR1, SIGUSR2});
  DialectServer server;
  CHECK_EQ(server.Admit(2, 0, 0, 1), -EBADF);
  CHECK_EQ(server.Claim(watch.channel(), AckBy::kUser1), 0);
  CHECK_EQ(server.Claim(watch.channel(), AckBy::kUser1), -EALREADY);
  DialectServer other;
  CHECK_EQ(other.Claim(watch.channel(), AckBy::kUser1), -EADDRINUSE);
  server.Release();
  CHECK_EQ(other.Claim(watch.channel(), AckBy::kUser1), 0);
}

}  // namespace minitalk::test
