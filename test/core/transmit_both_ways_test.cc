// Two processes that are server and client of each other on one thread: bits
// and replies share the four slots, and both frames still arrive exactly.
#include <unistd.h>

#include "check.h"
#include "core/minitalk/server.h"
#include "core/minitalk/transmit.h"
#include "desk.h"
#include "support.h"

namespace minitalk::test {

namespace {

// Sends frames to the `there` desk while serving the `here` desk.
[[noreturn]] void TalkBoth(Desk* here, Desk* there, const Plan& plan,
                           uint64_t seed) {
  Serving serving(here);
  here->server.store(getpid());
  Sender sender(there, plan);
  const size_t size = plan.mode == Mode::kBit ? 40 : 4'000;
  for (uint64_t i = 0; i < Rounds(10); ++i) {
    const Bytes bytes = RandomBytes(size, seed + i);
    sender.Begin(bytes, [&] { serving.Turn(); });
    int status;
    do {
      status = sender.Slice();
      serving.Turn();
      CHECK(status >= 0 && status != Transmitter::kMismatch);
    } while (status != Transmitter::kFrameDone);
    Await([&] {
      serving.Turn();
      return there->finished.load() == there->wanted.load();
    });
    sender.CheckArrived(bytes);
  }
  there->End();
  Await([&] {
    serving.Turn();
    return here->over.load();
  });
  _exit(0);  // with the handlers standing: the last replies may be late
}

void TalkBothWays(const Plan& one_plan, const Plan& other_plan) {
  Shared<Desk> one;
  Shared<Desk> other;
  Child first([&] { TalkBoth(one.get(), other.get(), one_plan, 1); });
  Child second([&] { TalkBoth(other.get(), one.get(), other_plan, 1'000); });
  first.Join();
  second.Join();
  CHECK_EQ(one->strays.load() + other->strays.load(), 0);
}

constexpr Plan kBits;
constexpr Plan kWords{Mode::kWord, 24, 1};
constexpr Plan kBurst{Mode::kBurst, 24, kMaxWindow};

}  // namespace

TEST("two processes that transmit to each other at once lose nothing") {
  TalkBothWays(kBits, kBits);
}

TEST("two processes that send each other words at once lose nothing") {
  TalkBothWays(kWords, kWords);
  TalkBothWays(kWords, kBits);
}

TEST("two processes that send each other bursts at once lose nothing") {
  TalkBothWays(kBurst, kBurst);
  TalkBothWays(kBurst, kBits);
  TalkBothWays(kBurst, kWords);
}

}  // namespace minitalk::test
