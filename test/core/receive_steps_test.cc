// A slice of the server's thread, fed with what is pending for it before: the
// client is this same thread.
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <vector>

#include "check.h"
#include "core/minitalk/receive.h"
#include "core/signals/waiting.h"
#include "handler/signals/publish.h"
#include "own_grant.h"

namespace minitalk::test {

namespace {

constexpr uint64_t kForever = 60'000'000'000;  // ns

// A process that takes what it is sent and tells of it.
class Client {
 public:
  Client() : child_([this] { Take(); }) {}
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // The counts of the ACKs that it has got since the last call.
  std::vector<uint32_t> Acks() {
    // Comes last: of the two it is the higher number.
    const uint64_t end = told_->ends.load() + 1;
    CHECK_EQ(QueueSignal(pid(), pid(), SIGUSR2, 1), 0);
    Await([&] { return told_->ends.load() == end; });
    std::vector<uint32_t> counts;
    for (; seen_ < told_->acks.load(); ++seen_) {
      counts.push_back(told_->counts[seen_].load());
    }
    return counts;
  }
  pid_t pid() const { return child_.pid(); }

 private:
  struct Told {
    std::atomic<uint64_t> ends{0};
    std::atomic<uint32_t> acks{0};
    std::atomic<uint32_t> counts[100] = {};
  };

  static sigset_t Block() {
    sigset_t both;
    sigemptyset(&both);
    sigaddset(&both, SIGUSR1);
    sigaddset(&both, SIGUSR2);
    CHECK_EQ(sigprocmask(SIG_BLOCK, &both, nullptr), 0);
    return both;
  }

  void Take() {
    for (;;) {
      siginfo_t info;
      if (sigwaitinfo(&both_, &info) == SIGUSR2) {
        told_->ends.fetch_add(1);
        continue;
      }
      const Word word = Word::Parse(SignalValue(info));
      CHECK_EQ(word.kind, Word::kAck);
      told_->counts[told_->acks.load()].store(word.count);
      told_->acks.fetch_add(1);
    }
  }

  sigset_t both_ =
      Block();  // this process's too: it takes data in slices alone
  Shared<Told> told_;
  Child child_;
  uint32_t seen_ = 0;
};

// A started grant of it, the loop at the moment at which it would sleep.
class Slices {
 public:
  explicit Slices(Mode mode, uint32_t words)
      : own_(mode, 64 * words, 4096, client_.pid()) {
    sigset_t burst;
    sigemptyset(&burst);
    sigaddset(&burst, kBurstSignal);
    CHECK_EQ(sigprocmask(SIG_BLOCK, &burst, nullptr), 0);
    own_.grant()->started.store(true);
    protocol.server.parked.store(false);
    TakeWake(own_.channel());
  }
  ~Slices() {
    siginfo_t info;
    while (DequeueBlocked(SignalBit(kBurstSignal), 0, &info)) {
    }
  }
  Slices(const Slices&) = delete;
  Slices& operator=(const Slices&) = delete;

  void Send(uint32_t number, bool ask = false) {
    siginfo_t info = QueuedInfo(client_.pid(), getuid(), kBurstSignal, 0);
    PutPattern(&info, DataHeader{1, ask, kGrant, number});
    CHECK_EQ(QueueInfo(getpid(), ThreadId(), info), 0);
  }
  // Until it ends because of what it is told, as nothing here comes later.
  bool Receive(uint64_t ns, int loop_fd = -1) {
    return minitalk::Receive(own_.claim(), ns, loop_fd);
  }
  bool IsReceiving() { return minitalk::IsReceiving(own_.claim()); }
  int32_t count() { return own_.claim().GrantCount(); }
  OwnGrant& own() { return own_; }
  Client& client() { return client_; }

 private:
  Client client_;
  OwnGrant own_;
};

using Counts = std::vector<uint32_t>;

}  // namespace

TEST(
    "data are coming while a grant is started and its loop neither woken nor "
    "parked") {
  Slices slices(Mode::kBurst, 10);
  CHECK(slices.IsReceiving());
  slices.own().channel()->wake_pending.store(true);
  CHECK(!slices.IsReceiving());
  slices.own().channel()->wake_pending.store(false);
  protocol.server.parked.store(true);
  CHECK(!slices.IsReceiving());
  protocol.server.parked.store(false);
  slices.own().grant()->started.store(false);
  CHECK(!slices.IsReceiving());
  slices.own().grant()->started.store(true);
  CHECK(slices.IsReceiving());
  slices.own().claim().ClearGrant();
  CHECK(!slices.IsReceiving());
}

TEST("a slice takes what is pending, bursts too, and parks when none follow") {
  Slices slices(Mode::kBurst, 100);
  for (uint32_t number = 1; number <= 10; ++number) slices.Send(number);
  CHECK(!slices.Receive(kForever));
  CHECK_EQ(slices.count(), 10);
  CHECK(protocol.server.parked.load());
  CHECK(slices.client().Acks().empty());
}

TEST(
    "within a slice ACKs are sent, from its end on owed, and the next one "
    "pays") {
  Slices slices(Mode::kBurst, 1'000);
  slices.Send(1, true);
  for (uint32_t number = 2; number <= 64; ++number) slices.Send(number);
  slices.Send(65, true);
  slices.Send(66);
  // Over at its 64th, at which the clock is looked at; what is there is taken.
  CHECK(slices.Receive(0));
  CHECK_EQ(slices.count(), 66);
  CHECK(slices.own().grant()->owes_ack.load());
  CHECK(!protocol.server.parked.load());
  CHECK(slices.client().Acks() == Counts{1});
  slices.Send(67);
  CHECK(!slices.Receive(kForever));  // paid before it takes or waits
  CHECK(slices.client().Acks() == Counts{66});
  CHECK(!slices.own().grant()->owes_ack.load());
  CHECK_EQ(slices.count(), 67);
}

TEST("a slice that is over goes on until an ACK is owed: data follow at once") {
  Slices slices(Mode::kBurst, 1'000);
  for (uint32_t number = 1; number <= 100; ++number) slices.Send(number);
  CHECK(!slices.Receive(0));  // none came: it parks as in any slice
  CHECK_EQ(slices.count(), 100);
  CHECK(protocol.server.parked.load());
}

TEST("between slices a burst's ACKs are deferred, and those of no other mode") {
  for (const Mode mode : {Mode::kBit, Mode::kWord, Mode::kBurst}) {
    Slices slices(mode, 10);
    CHECK_EQ(protocol.server.defers_acks.load(), mode == Mode::kBurst);
    slices.Receive(kForever);
    CHECK_EQ(protocol.server.defers_acks.load(), mode == Mode::kBurst);
  }
}

TEST("a loop that has something to do ends a slice, once 64 were taken") {
  Slices slices(Mode::kBurst, 1'000);
  const int loop_fd = eventfd(1, EFD_CLOEXEC);
  for (uint32_t number = 1; number <= 64; ++number) slices.Send(number);
  slices.Send(65, true);
  CHECK(slices.Receive(kForever, loop_fd));
  CHECK_EQ(slices.count(), 65);
  CHECK(slices.client().Acks().empty());
  close(loop_fd);
}

TEST("a slice takes nothing where the loop was woken before it") {
  Slices slices(Mode::kBurst, 10);
  slices.Send(1, true);
  Wake(slices.own().channel());
  CHECK(slices.Receive(kForever));
  CHECK_EQ(slices.count(), 0);
}

TEST("a whole frame ends a slice and wakes the loop, its last ACK sent") {
  Slices slices(Mode::kBurst, 3);
  for (uint32_t number = 1; number <= 3; ++number) {
    slices.Send(number, number == 3);
  }
  CHECK(slices.Receive(kForever));
  CHECK_EQ(slices.count(), 3);
  CHECK(slices.own().IsWoken());
  CHECK(slices.client().Acks() == Counts{3});
}

TEST("what is no data ends a slice, and is recorded") {
  Slices slices(Mode::kBurst, 10);
  CHECK_EQ(KillThread(getpid(), ThreadId(), SIGUSR1), 0);
  CHECK(slices.Receive(kForever));
  CHECK_EQ(slices.own().watch().Take(1)[0].code, SI_TKILL);
}

}  // namespace minitalk::test
