// Frames in data words, from a client's Transmitter to a server's handler,
// undisturbed.
#include "check.h"
#include "core/minitalk/transmit.h"
#include "desk.h"
#include "support.h"

namespace minitalk::test {

namespace {

constexpr Plan kPlans[] = {
    {Mode::kWord, 8, 1, false},
    {Mode::kWord, 24, 1, false},
    {Mode::kWord, 8, 1, true},
    {Mode::kWord, 24, 1, true},
    {Mode::kBurst, 8, 1, true},
    {Mode::kBurst, 24, 1, true},
    {Mode::kBurst, 8, 2, true},
    {Mode::kBurst, 24, 3, true},
    {Mode::kBurst, 8, 7, true},
    {Mode::kBurst, 24, 7, true},
    {Mode::kBurst, 8, 64, true},
    {Mode::kBurst, 8, kMaxWindow, true},
    {Mode::kBurst, 24, kMaxWindow, true},
};

enum class Place { kTogether, kApart };

// Runs `body` as the client of a server, once for each way of sending words.
template <typename Body>
void ForEachPlan(Body body, Place place = Place::kTogether,
                 uint32_t last_grant = 0) {
  for (const Plan& plan : kPlans) {
    Shared<Desk> desk;
    desk->wanted.store(last_grant);
    desk->granted.store(last_grant);
    Child server([&] { Serve(desk.get(), place == Place::kTogether); });
    Child client(Client(
        desk.get(), [&](Sender* sender, Watch*) { body(sender, plan); }, plan));
    client.Join();
    server.Join();
    CHECK_EQ(desk->strays.load(), 0);
  }
}

}  // namespace

TEST("frames of all lengths in words arrive one after another") {
  ForEachPlan([](Sender* sender, const Plan& plan) {
    for (uint64_t i = 0; i < Rounds(30); ++i) {
      sender->Deliver(RandomBytes(1 + i, i));
    }
    Random random(plan.window);
    for (uint64_t i = 0; i < Rounds(10); ++i) {
      sender->Deliver(RandomBytes(1 + random.Below(20'000), i));
    }
  });
}

TEST("frames that fill their words arrive") {
  ForEachPlan([](Sender* sender, const Plan&) {
    for (const size_t size : {24, 48, 24 * 7, 24 * 512, 24 * 1024}) {
      sender->Deliver(RandomBytes(size, size));
    }
  });
}

TEST("frames of full length in words arrive") {
  ForEachPlan([](Sender* sender, const Plan& plan) {
    sender->Deliver(RandomBytes(MaxFrame(plan.mode), 1));
  });
}

TEST("words arrive where client and server are not placed on one CPU") {
  ForEachPlan(
      [](Sender* sender, const Plan&) {
        for (uint64_t i = 0; i < Rounds(5); ++i) {
          sender->Deliver(RandomBytes(2'000, i));
        }
      },
      Place::kApart);
}

TEST("grant numbers of words start again at 0 after 4095") {
  ForEachPlan(
      [](Sender* sender, const Plan&) {
        for (uint64_t i = 0; i < 5; ++i) sender->Deliver(RandomBytes(50, i));
      },
      Place::kTogether, 4093);
}

TEST("the bytes taken grow to the frame's size and no further") {
  ForEachPlan([](Sender* sender, const Plan& plan) {
    const Bytes bytes = RandomBytes(10'001, 1);
    sender->Begin(bytes);
    size_t before = 0;
    int status;
    do {
      status = sender->transmitter().Run(-1, 50'000);
      const size_t taken = sender->transmitter().taken_bytes();
      CHECK(taken >= before && taken <= bytes.size());
      CHECK(taken % plan.payload == 0 || taken == bytes.size());
      before = taken;
    } while (status != Transmitter::kFrameDone);
    sender->CheckArrived(bytes);
  });
}

}  // namespace minitalk::test
