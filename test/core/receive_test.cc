// The server's thread taking data in slices, and what it owes in between.
#include "core/minitalk/receive.h"

#include <sched.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "check.h"
#include "core/minitalk/affinity.h"
#include "core/minitalk/server.h"
#include "raw_client.h"

namespace minitalk::test {

namespace {

constexpr uint32_t kSession = 0x2468a;
constexpr uint64_t kForever = 60'000'000'000;  // ns
constexpr uint64_t kAtOnce = 0;

// A client that sends bits without end, each when the last was acknowledged,
// and fails when an ACK is missing or tells another count.
auto EndlessBits(Stage* stage) {
  return [stage] {
    RawClient raw(stage, kSession);
    stage->AwaitStep(1);
    raw.Ask(1, 5, 0);
    stage->AwaitStep(2);
    for (uint32_t count = 1; stage->step.load() < 9; ++count) {
      raw.SendTaken(SIGUSR1, 5, count);
    }
  };
}

// A server in the moment at which its loop would sleep: step 2, before which
// its client sends no data, because what that wakes would be taken away here.
class Rested {
 public:
  Rested(Stage* stage, pid_t client, uint32_t bits, Mode mode = Mode::kBit)
      : stage_(stage), server_(stage) {
    TakeWake(channel());
    claim().SetGrant({5, kSession, client, client, -1, bits, mode});
    stage->Reach(1);
    Await([&] { return claim().GrantCount() >= 0; });
    TakeWake(channel());
    stage->Reach(2);
  }
  // Until a slice ends because of what it is told, not because a client on a
  // busy machine was slow.
  void Slice(uint64_t ns, int loop_fd = -1) {
    while (!Receive(claim(), ns, loop_fd)) {
    }
  }
  // Ends a client of EndlessBits, which is owed an ACK.
  void Dismiss(Child* client) {
    stage_->Reach(9);
    Receive(claim(), kAtOnce, -1);
    client->Join();
  }
  Channel* channel() { return server_.watch().channel(); }
  RawServer& server() { return server_; }
  Server& claim() { return server_.claim(); }

 private:
  Stage* stage_;
  RawServer server_;
};

}  // namespace

TEST("a slice ends with an ACK owed, which the next one pays") {
  Shared<Stage> stage;
  Child client(EndlessBits(stage.get()));
  Rested rested(stage.get(), client.pid(), 60'000);
  for (int i = 0; i < 20; ++i) {
    CHECK(IsReceiving(rested.claim()));
    rested.Slice(kAtOnce);
    const int32_t count = rested.claim().GrantCount();
    CHECK(count >= 0);
    rested.server().watch().Take();
    SleepMs(5);
    CHECK_EQ(rested.claim().GrantCount(),
             count);  // the client waits for its ACK
    TakeWake(rested.channel());
  }
  rested.Dismiss(&client);
  rested.claim().ClearGrant();
  CHECK(!IsReceiving(rested.claim()));
}

TEST("a client that rests lets the server go to sleep, and wakes it again") {
  Shared<Stage> stage;
  Child client([&] {
    RawClient raw(stage.get(), kSession);
    stage->AwaitStep(1);
    raw.Ask(1, 5, 0);
    stage->AwaitStep(2);
    raw.SendTaken(SIGUSR1, 5, 1);
    stage->AwaitStep(3);
    raw.SendTaken(SIGUSR1, 5, 2);
    raw.SendTaken(SIGUSR1, 5, 3);
  });
  Rested rested(stage.get(), client.pid(), 1000);
  Await([&] { return rested.claim().GrantCount() == 1; });
  CHECK(!Receive(rested.claim(), kForever, -1));
  CHECK(!IsReadable(WakeFd(rested.channel()), 10));
  stage->Reach(3);
  client.Join();
  CHECK_EQ(rested.claim().GrantCount(), 3);
  CHECK(IsReadable(WakeFd(rested.channel()), 5000));
}

TEST("a frame that is whole before the slice begins ends it at once") {
  Shared<Stage> stage;
  Child client([&] {
    RawClient raw(stage.get(), kSession);
    stage->AwaitStep(1);
    raw.Ask(1, 5, 0);
    stage->AwaitStep(2);
    raw.SendTaken(SIGUSR2, 5, 1);
    stage->AwaitStep(9);
  });
  Rested rested(stage.get(), client.pid(), 1);
  Await([&] { return rested.claim().GrantCount() == 1; });
  // The loop was about to receive when the handler took the last bit.
  CHECK(Receive(rested.claim(), kForever, -1));
  stage->Reach(9);
  client.Join();
}

TEST("a whole frame ends the slice with its last ACK sent") {
  Shared<Stage> stage;
  Child client([&] {
    RawClient raw(stage.get(), kSession);
    stage->AwaitStep(1);
    raw.Ask(1, 5, 0);
    stage->AwaitStep(2);
    for (uint32_t count = 1; count <= 200; ++count) {
      raw.SendTaken(SIGUSR2, 5, count);
    }
  });
  Rested rested(stage.get(), client.pid(), 200);
  rested.Slice(kForever);
  client.Join();
  CHECK_EQ(rested.claim().GrantCount(), 200);
  CHECK(IsReadable(WakeFd(rested.channel()), 0));
  CHECK(!IsReceiving(rested.claim()));
  CHECK_EQ(rested.server().watch().Take().size(), 200);
}

TEST("a loop that has something to do ends the slice") {
  Shared<Stage> stage;
  Child client(EndlessBits(stage.get()));
  const int loop_fd = eventfd(1, EFD_CLOEXEC);
  Rested rested(stage.get(), client.pid(), 60'000);
  rested.Slice(kForever, loop_fd);
  CHECK(rested.claim().GrantCount() > 0);
  close(loop_fd);
  rested.Dismiss(&client);
}

TEST("a signal that is no data ends the slice and leaves its record") {
  Shared<Stage> stage;
  Child client([&] {
    RawClient raw(stage.get(), kSession);
    stage->AwaitStep(1);
    raw.Ask(1, 5, 0);
    stage->AwaitStep(2);
    raw.Queue(SIGUSR2, Word{1, kSession, 0, 0, 0});
  });
  Rested rested(stage.get(), client.pid(), 1000);
  rested.Slice(kForever);
  client.Join();
  const std::vector<Record> records = rested.server().watch().Take();
  CHECK_EQ(records.size(), 1);
  CHECK_EQ(records[0].signo, SIGUSR2);
  CHECK_EQ(records[0].tag, 0);
}

TEST("Receive leaves the thread's signal mask and CPUs as they were") {
  Shared<Stage> stage;
  Child client(EndlessBits(stage.get()));
  Rested rested(stage.get(), client.pid(), 60'000);
  rested.claim().Place(CurrentCpu(), false);
  cpu_set_t cpus;
  sigset_t mask;
  sched_getaffinity(0, sizeof cpus, &cpus);
  sigprocmask(SIG_BLOCK, nullptr, &mask);
  rested.Slice(kAtOnce);
  cpu_set_t cpus_after;
  sigset_t mask_after;
  sched_getaffinity(0, sizeof cpus_after, &cpus_after);
  sigprocmask(SIG_BLOCK, nullptr, &mask_after);
  CHECK(CPU_EQUAL(&cpus, &cpus_after));
  for (int signo = 1; signo <= kMaxSignal; ++signo) {
    CHECK_EQ(sigismember(&mask, signo), sigismember(&mask_after, signo));
  }
  rested.Dismiss(&client);
}

TEST("in burst mode the handler alone acknowledges nothing but the last word") {
  Shared<Stage> stage;
  Child client([&] {
    RawClient raw(stage.get(), kSession);
    stage->AwaitStep(1);
    raw.Ask(1, 5, 0, kBurstSignal);
    stage->AwaitStep(2);
    raw.SendData(kBurstSignal, {1, true, 5, 1});
    raw.ExpectSilence();
    raw.SendData(kBurstSignal, {1, true, 5, 2});
    stage->Reach(3);
    raw.ExpectAck(5, 2);
    raw.SendData(kBurstSignal, {1, true, 5, 3});
    raw.ExpectAck(5, 3);
    stage->Reach(4);
    stage->AwaitStep(5);
    raw.SendData(kBurstSignal, {1, true, 5, 4});
    raw.ExpectAck(5, 4);
  });
  Rested rested(stage.get(), client.pid(), 4 * 64, Mode::kBurst);
  stage->AwaitStep(3);
  Await([&] { return rested.claim().GrantCount() == 2; });
  while (stage->step.load() < 4) Receive(rested.claim(), kForever, -1);
  stage->Reach(5);
  client.Join();
  CHECK_EQ(rested.claim().GrantCount(), 4);
}

}  // namespace minitalk::test
