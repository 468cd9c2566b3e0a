// Frames in data words while others signal too, stop a process, or take the
// room that signals queue in.
#include <errno.h>

#include <atomic>

#include "check.h"
#include "core/minitalk/server.h"
#include "core/minitalk/transmit.h"
#include "core/signals/process.h"
#include "desk.h"
#include "handler/minitalk/data_word.h"
#include "handler/signals/calls.h"
#include "support.h"

namespace minitalk::test {

namespace {

constexpr Plan kPlans[] = {{Mode::kWord, 24, 1, false},
                           {Mode::kWord, 24, 1, true},
                           {Mode::kBurst, 8, 7, true},
                           {Mode::kBurst, 24, kMaxWindow, true}};

// Queues what a burst consists of, under the grants that there are.
void SendBurstWord(pid_t pid, Random* random) {
  siginfo_t info = QueuedInfo(getpid(), getuid(), kBurstSignal,
                              uint64_t{random->Below(0xffffffff)} << 32);
  const uint32_t number = random->Below(100);
  info.si_errno =
      DataHeader{number % 4, true, random->Below(20), number}.Value();
  QueueInfo(pid, pid, info);
}

// Stops and continues the process until the desk's end.
void Interrupt(const Desk& desk, const Child& process, int stopped_ms) {
  while (!desk.over.load()) {
    CHECK_EQ(Kill(process.pid(), SIGSTOP), 0);
    SleepMs(stopped_ms);
    CHECK_EQ(Kill(process.pid(), SIGCONT), 0);
    SleepMs(5);
  }
}

// Has frames delivered in each of the plans while this process disturbs them.
template <typename Disturb>
void DeliverWhile(Disturb disturb) {
  for (const Plan& plan : kPlans) {
    const size_t size = plan.mode == Mode::kWord ? 4'000 : 40'000;
    Shared<Desk> desk;
    Child server([&] { Serve(desk.get(), true); });
    Child client(Client(
        desk.get(),
        [&](Sender* sender, Watch* watch) {
          for (uint64_t i = 0; i < Rounds(10); ++i) {
            sender->Deliver(RandomBytes(size + i, i));
          }
          desk->client_strays.store(watch->Take().size());
        },
        plan));
    disturb(desk.get(), server, client);
    client.Join();
    server.Join();
  }
}

}  // namespace

TEST("words arrive exactly while a stranger floods the server") {
  DeliverWhile([](Desk* desk, const Child&, const Child&) {
    Flood(desk, desk->server);
    CHECK_EQ(desk->stray_sender.load(), getpid());
  });
}

TEST("words arrive exactly while a stranger floods the client") {
  DeliverWhile([](Desk* desk, const Child&, const Child&) {
    Flood(desk, desk->client);
    CHECK(desk->client_strays.load() > 0);
  });
}

TEST("bursts arrive exactly among a stranger's words on the same signal") {
  DeliverWhile([](Desk* desk, const Child&, const Child&) {
    Flood(desk, desk->server, SendBurstWord);
    CHECK_EQ(desk->stray_sender.load(), getpid());
  });
}

TEST("words arrive exactly though the server is stopped again and again") {
  DeliverWhile([](Desk* desk, const Child& server, const Child&) {
    Interrupt(*desk, server, 20);
    CHECK_EQ(desk->strays.load(), 0);
  });
}

TEST("words arrive exactly though the client is stopped again and again") {
  DeliverWhile([](Desk* desk, const Child&, const Child& client) {
    Interrupt(*desk, client, 10);
  });
}

TEST("a burst arrives exactly where few signals may be queued") {
  Shared<Desk> desk;
  Child server([&] {
    LimitPending(getpid(), PendingSignals() + 8);
    Serve(desk.get(), true);
  });
  Child client(Client(desk.get(),
                      [](Sender* sender, Watch*) {
                        for (uint64_t i = 0; i < Rounds(10); ++i) {
                          sender->Deliver(RandomBytes(10'000, i));
                        }
                      },
                      {Mode::kBurst, 24, kMaxWindow, true}));
  client.Join();
  server.Join();
  CHECK_EQ(desk->strays.load(), 0);
}

TEST("words and questions that cannot be queued for a while are sent again") {
  for (const Plan& plan : kPlans) {
    Shared<Desk> desk;
    Child server([&] { Serve(desk.get(), true); });
    Child client(Client(
        desk.get(),
        [&](Sender* sender, Watch*) {
          const pid_t server_pid = desk->server.load();
          // A slice must not be long enough for all of it.
          const Bytes bytes = RandomBytes(MaxFrame(plan.mode), 1);
          sender->Begin(bytes);
          for (const bool is_under_way : {false, true}) {
            if (is_under_way) sender->GetUnderWay();
            const rlim_t usual = LimitPending(server_pid, 0);
            const uint32_t taken = sender->transmitter().taken();
            for (int i = 0; i < 20; ++i) CHECK(sender->Slice() >= 0);
            // The last ACK may still have been on its way.
            CHECK(sender->transmitter().taken() <= taken + plan.window);
            LimitPending(server_pid, usual);
          }
          CHECK_EQ(sender->Finish(), Transmitter::kFrameDone);
          sender->CheckArrived(bytes);
        },
        plan));
    client.Join();
    server.Join();
  }
}

TEST("the last word of a frame waits until the ring has room") {
  for (const Plan& plan : kPlans) {
    Shared<Desk> desk;
    Shared<std::atomic<bool>> full;
    Shared<std::atomic<bool>> stalled;
    Child server([&] {
      Serving serving(desk.get(), 64);
      desk->server.store(getpid());
      Await([&] {
        serving.Turn();
        return desk->granted.load() == 1;
      });
      for (int i = 0; i < 64; ++i) raise(SIGUSR1);
      full->store(true);
      Await([&] { return stalled->load(); });
      Await([&] {
        serving.Turn();
        return desk->over.load();
      });
      _exit(0);
    });
    Child client(Client(
        desk.get(),
        [&](Sender* sender, Watch*) {
          const Bytes bytes = RandomBytes(24 * 100, 1);
          const size_t before_last = bytes.size() - plan.payload;
          sender->Begin(bytes);
          Await([&] { return full->load(); });
          // Twice, as it may also have been held up.
          for (int stalls = 0; stalls < 2;) {
            const int status = sender->Slice();
            CHECK(status >= 0 && status != Transmitter::kFrameDone);
            if (sender->transmitter().taken_bytes() == before_last &&
                status == Transmitter::kStalled) {
              ++stalls;
            }
          }
          stalled->store(true);
          CHECK_EQ(sender->Finish(), Transmitter::kFrameDone);
          sender->CheckArrived(bytes);
        },
        plan));
    client.Join();
    server.Join();
    CHECK_EQ(desk->strays.load(), 64);
  }
}

TEST("a server killed in the middle of a burst is told as ESRCH") {
  Shared<Desk> desk;
  Child server([&] { Serve(desk.get(), true); });
  Child client(Client(desk.get(),
                      [&](Sender* sender, Watch*) {
                        sender->Begin(RandomBytes(kMaxFrameBytes, 1));
                        sender->GetUnderWay();
                        CHECK_EQ(Kill(desk->server.load(), SIGKILL), 0);
                        CHECK_EQ(sender->Finish(), -ESRCH);
                        CHECK_EQ(sender->Finish(), -ESRCH);
                      },
                      {Mode::kBurst, 8, kMaxWindow, true}));
  client.Join();
}

}  // namespace minitalk::test
