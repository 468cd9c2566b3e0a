// Frames by lanes: from a client's Transmitter to a server's threads.
#include <vector>

#include "check.h"
#include "core/minitalk/transmit.h"
#include "core/signals/process.h"
#include "desk.h"
#include "handler/signals/calls.h"
#include "support.h"

namespace minitalk::test {

namespace {

const Plan kPlans[] = {
    {Mode::kBit, 8, 1, false, 2},    {Mode::kBit, 8, 1, false, 7},
    {Mode::kBit, 8, 1, true, 64},    {Mode::kWord, 8, 1, false, 3},
    {Mode::kWord, 24, 1, false, 64},
};

// Some frames by each way, while others do `disturb`, in this process.
template <typename Disturb>
void DeliverBy(const Plan& plan, bool placed, uint64_t frames,
               Disturb disturb) {
  Shared<Desk> desk;
  Child server([&] { Serve(desk.get(), placed); });
  Child client(Client(
      desk.get(),
      [&](Sender* sender, Watch*) {
        for (uint64_t i = 0; i < Rounds(frames); ++i) {
          sender->Deliver(RandomBytes(1 + i * 37 % 400, i));
        }
      },
      plan));
  disturb(desk.get(), server.pid(), client.pid());
  client.Join();
  server.Join();
}

void Nothing(Desk*, pid_t, pid_t) {}

}  // namespace

TEST("frames arrive by lanes, in both modes, on one CPU and on several") {
  for (const Plan& plan : kPlans) {
    for (const bool placed : {true, false}) {
      DeliverBy(plan, placed, 25, Nothing);
    }
  }
}

TEST("a long frame arrives by lanes") {
  for (const Plan& plan : kPlans) {
    Shared<Desk> desk;
    Child server([&] { Serve(desk.get(), true); });
    Child client(Client(
        desk.get(),
        [](Sender* sender, Watch*) { sender->Deliver(RandomBytes(8'000, 1)); },
        plan));
    client.Join();
    server.Join();
    CHECK_EQ(desk->strays.load(), 0);
  }
}

TEST("frames by lanes and without take turns") {
  Shared<Desk> desk;
  Child server([&] { Serve(desk.get(), true); });
  Child client([&] {
    Watch watch({SIGUSR1, SIGUSR2}, After::kStop);
    Sender sender(desk.get());
    for (uint64_t i = 0; i < Rounds(50); ++i) {
      sender.Use(i % 3 == 0 ? Plan{} : kPlans[1]);
      sender.Deliver(RandomBytes(1 + i, i));
    }
    desk->End();
    _exit(0);
  });
  client.Join();
  server.Join();
}

TEST("data and replies that are lost are asked for lane by lane") {
  for (const Plan& plan : kPlans) {
    DeliverBy(plan, true, 8, [](Desk* desk, pid_t server, pid_t client) {
      Await([&] { return desk->granted.load() > 0; });
      Random random(1);
      while (!desk->over.load()) {
        const pid_t pid = random.Below(2) == 0 ? server : client;
        const rlim_t usual = LimitPending(pid, 0);
        for (uint32_t i = random.Below(4); i > 0; --i) Pause();
        LimitPending(pid, usual);
        for (uint32_t i = random.Below(20); i > 0; --i) Pause();
      }
    });
  }
}

TEST("strangers' signals at lanes and at the process spoil no frame") {
  for (const Plan& plan : kPlans) {
    Shared<Desk> desk;
    Child server([&] { Serve(desk.get(), false); });
    Child client(Client(
        desk.get(),
        [](Sender* sender, Watch*) {
          for (uint64_t i = 0; i < Rounds(20); ++i) {
            sender->Deliver(RandomBytes(200, i));
          }
        },
        plan));
    Await([&] { return desk->granted.load() > 0; });
    Random random(1);
    const pid_t pid = server.pid();
    while (!desk->over.load()) {
      const int signo = random.Below(2) == 0 ? SIGUSR1 : SIGUSR2;
      const pid_t lane = desk->threads[random.Below(plan.lanes)].load();
      if (random.Below(3) == 0) {
        Kill(pid, signo);
      } else {
        KillThread(pid, lane, signo);
      }
      Pause();
    }
    client.Join();
    server.Join();
    CHECK_EQ(desk->foreign_data.load(), 0);
  }
}

TEST("a grant by lanes that is withdrawn in a round goes on behind it") {
  for (const Plan& plan : kPlans) {
    Shared<Desk> desk;
    Child server([&] { Serve(desk.get(), true); });
    Child client(Client(
        desk.get(),
        [](Sender* sender, Watch*) {
          for (uint64_t i = 0; i < Rounds(3); ++i) {
            const Bytes bytes = RandomBytes(600 + i, i);
            sender->Begin(bytes);
            // Each turn is twice as long: on a busy machine no round may be
            // complete in a short one, and of an incomplete one nothing stays.
            uint64_t slice = 3'000'000;
            int status = sender->transmitter().Run(-1, slice);
            while (status != Transmitter::kFrameDone) {
              sender->GoOn(bytes);
              slice *= 2;
              status = sender->transmitter().Run(-1, slice);
            }
            sender->CheckArrived(bytes);
          }
        },
        plan));
    client.Join();
    server.Join();
  }
}

}  // namespace minitalk::test
