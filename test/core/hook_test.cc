// What the layer of signals does with a hook's word for it, and what the
// protocol's hook says.
#include "handler/signals/hook.h"

#include <fcntl.h>
#include <unistd.h>

#include "check.h"
#include "core/minitalk/server.h"
#include "core/minitalk/transmit.h"
#include "handler/minitalk/data_word.h"
#include "handler/minitalk/word.h"
#include "handler/signals/calls.h"
#include "handler/signals/handler.h"
#include "support.h"

namespace minitalk::test {

namespace {

constexpr uint32_t kSession = 0xabcde;
constexpr pid_t kPeer = 0x7ffffff0;  // there is no such process

Taken said = Taken::kNo;

Taken Say(const siginfo_t&, void*) { return said; }
bool Deny(const siginfo_t&) { return false; }
constexpr Hook kSaying = {Say, Deny};

// A hook that says so of each signal, for the rest of the test.
void SayOfEach(Taken taken) {
  said = taken;
  state.hooks[1].store(&kSaying);
}

siginfo_t Signal(int signo, int code, pid_t pid = kPeer) {
  siginfo_t info = {};
  info.si_signo = signo;
  info.si_code = code;
  info.si_pid = pid;
  return info;
}

siginfo_t Queued(int signo, const Word& word, int number = 0) {
  siginfo_t info = QueuedInfo(kPeer, 0, signo, word.Value());
  info.si_errno = number;
  return info;
}

constexpr Word kQuestion = {Word::kQuery, kSession, 7, 5, 0};
constexpr Word kAck = {Word::kAck, kSession, 0, 5, 9};
constexpr Word kOpen = {1, kSession, 0, 0, 0};

bool IsLikeAPeers(const siginfo_t& info) {
  const Hook* hook = state.hooks[1].load();
  CHECK(hook != nullptr);
  return hook->resembles(info);
}

// Of a server that has come and gone.
void HaveHadAServer() {
  Watch watch({SIGUSR1, SIGUSR2, kBurstSignal});
  Server server;
  CHECK_EQ(server.Claim(watch.channel(), kBurstSignal), 0);
}

}  // namespace

TEST("what a hook is done with reaches no watcher") {
  Watch watch({SIGUSR2});
  SayOfEach(Taken::kDone);
  CHECK(TakeSignal(Signal(SIGUSR2, SI_USER), nullptr));
  CHECK_EQ(watch.Take().size(), 0);
  SayOfEach(Taken::kNo);
  CHECK(!TakeSignal(Signal(SIGUSR2, SI_USER), nullptr));
  CHECK_EQ(watch.Take().size(), 1);
}

TEST("what a hook calls urgent is recorded and wakes a consumer that polls") {
  Watch watch({SIGUSR2});
  const int fd = WakeFd(watch.channel());
  TakeWake(watch.channel());
  SayOfEach(Taken::kNo);
  CHECK(!TakeSignal(Signal(SIGUSR2, SI_USER), nullptr));
  CHECK(!IsReadable(fd, 0));
  SayOfEach(Taken::kUrgent);
  CHECK(!TakeSignal(Signal(SIGUSR2, SI_USER), nullptr));
  CHECK(IsReadable(fd, 0));
  const std::vector<Record> records = watch.Take();
  CHECK_EQ(records.size(), 2);
  CHECK_EQ(records[1].tag, 0);
}

TEST("what is urgent is reported only where no consumer watches for it") {
  int ends[2];
  CHECK_EQ(pipe2(ends, O_NONBLOCK), 0);
  state.reporter.target.fd.store(ends[1]);
  SetHandler(SIGUSR2, SIG_IGN);
  Watch reports({SIGUSR2}, After::kReport);
  const auto is_reported = [&](Taken taken) {
    SayOfEach(taken);
    TakeSignal(Signal(SIGUSR2, SI_USER), nullptr);
    char line[Reporter::kLineSize];
    return read(ends[0], line, sizeof line) > 0;
  };
  CHECK(is_reported(Taken::kNo));
  CHECK(is_reported(Taken::kUrgent));
  Watch watch({SIGUSR2});
  CHECK(is_reported(Taken::kNo));
  CHECK(!is_reported(Taken::kUrgent));
  state.reporter.target.fd.store(-1);
}

TEST(
    "a process that speaks no protocol has no hook, a client and a server do") {
  {
    Watch watch({SIGUSR1, SIGUSR2});
    CHECK(state.hooks[1].load() == nullptr);
  }
  Child([] {
    Transmitter transmitter;
    CHECK_EQ(transmitter.Open(kPeer, kPeer, -1), 0);
    CHECK(state.hooks[1].load() != nullptr);
  }).Join();
  HaveHadAServer();
  CHECK(state.hooks[1].load() != nullptr);
}

TEST("a control word wakes a consumer that only polls, a plain kill does not") {
  Watch watch({SIGUSR1, SIGUSR2});
  Server server;
  CHECK_EQ(server.Claim(watch.channel()), 0);
  const int fd = WakeFd(watch.channel());
  TakeWake(watch.channel());
  TakeSignal(Signal(SIGUSR2, SI_USER), nullptr);
  TakeSignal(Signal(SIGUSR2, SI_TKILL), nullptr);
  CHECK(!IsReadable(fd, 0));
  TakeSignal(Queued(SIGUSR2, kOpen), nullptr);
  CHECK(IsReadable(fd, 0));
}

TEST("what a peer may send is known when no server is there any more") {
  HaveHadAServer();
  const int data = DataHeader{3, true, 5, 1}.Value();
  CHECK(IsLikeAPeers(Signal(SIGUSR1, SI_TKILL)));
  CHECK(IsLikeAPeers(Signal(SIGUSR2, SI_TKILL)));
  CHECK(IsLikeAPeers(Queued(SIGUSR1, kAck)));
  CHECK(IsLikeAPeers(Queued(SIGUSR1, kAck, data)));
  CHECK(IsLikeAPeers(Queued(kBurstSignal, kAck, data)));
  CHECK(IsLikeAPeers(Queued(kBurstSignal, kQuestion)));
  CHECK(IsLikeAPeers(Queued(SIGUSR2, kQuestion)));
  CHECK(IsLikeAPeers(Queued(SIGUSR2, kOpen)));
  // Over RLIMIT_SIGPENDING.
  CHECK(IsLikeAPeers(Signal(SIGUSR1, SI_USER, 0)));
  CHECK(IsLikeAPeers(Signal(SIGUSR2, SI_USER, 0)));
}

TEST("what no peer sends is not taken for its") {
  HaveHadAServer();
  const int data = DataHeader{3, true, 5, 1}.Value();
  CHECK(!IsLikeAPeers(Signal(SIGUSR1, SI_USER)));
  CHECK(!IsLikeAPeers(Signal(SIGUSR2, SI_USER)));
  CHECK(!IsLikeAPeers(Signal(SIGUSR2, SI_TKILL, getpid())));
  CHECK(!IsLikeAPeers(Signal(SIGUSR2, SI_TIMER)));
  CHECK(!IsLikeAPeers(Signal(SIGTERM, SI_TKILL)));
  CHECK(!IsLikeAPeers(Queued(SIGTERM, kOpen)));
  CHECK(!IsLikeAPeers(Signal(kBurstSignal, SI_TKILL)));
  CHECK(!IsLikeAPeers(Signal(kBurstSignal, SI_USER, 0)));
  CHECK(!IsLikeAPeers(Queued(kBurstSignal + 1, kAck, data)));
  CHECK(!IsLikeAPeers(Queued(kBurstSignal, kAck)));
  CHECK(!IsLikeAPeers(Queued(SIGUSR1, kQuestion)));
  CHECK(!IsLikeAPeers(Queued(SIGUSR1, kAck, 1)));  // no header of a data word
  CHECK(
      !IsLikeAPeers(Queued(SIGUSR1, kAck, DataHeader{3, true, 5, 0}.Value())));
  siginfo_t timer = Queued(SIGUSR2, kOpen);
  timer.si_code = SI_TIMER;
  CHECK(!IsLikeAPeers(timer));
  CHECK(!IsLikeAPeers(Queued(SIGUSR2, kOpen, data)));
  CHECK(!IsLikeAPeers(Queued(SIGUSR2, Word{1, 0, 0, 0, 0})));
  CHECK(!IsLikeAPeers(Queued(SIGUSR2, Word{0, kSession, 0, 0, 0})));
  CHECK(!IsLikeAPeers(Signal(0, SI_TKILL)));
  CHECK(!IsLikeAPeers(Signal(kMaxSignal + 1, SI_TKILL)));
}

}  // namespace minitalk::test
