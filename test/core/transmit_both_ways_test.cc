// Two processes that are server and client of each other on one thread: bits
// and replies share the four slots, and both frames still arrive exactly.
#include <unistd.h>

#include "check.h"
#include "desk.h"
#include "grant.h"
#include "support.h"
#include "transmit.h"

namespace minitalk::test {

namespace {

// Sends `frames` frames to the `there` desk while serving the `here` desk.
[[noreturn]] void TalkBoth(Desk* here, Desk* there, uint64_t frames,
                           uint64_t seed) {
  Watch watch({SIGUSR1, SIGUSR2}, After::kStop);
  CHECK_EQ(ClaimServer(watch.channel()), 0);
  Serving serving(here, &watch);
  here->server.store(getpid());
  Sender sender(there);
  for (uint64_t i = 0; i < frames; ++i) {
    const Bytes bytes = RandomBytes(40, seed + i);
    there->bits.store(static_cast<uint32_t>(bytes.size() * 8));
    const uint32_t number = there->wanted.fetch_add(1) + 1;
    Await([&] {
      serving.Turn();
      return there->granted.load() == number;
    });
    sender.transmitter().Begin(
        Frame{kDeskSession, number, bytes.data(), bytes.size()});
    int status;
    do {
      status = sender.Slice();
      serving.Turn();
      CHECK(status >= 0 && status != Transmitter::kMismatch);
    } while (status != Transmitter::kFrameDone);
    Await([&] {
      serving.Turn();
      return there->finished.load() == number;
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

}  // namespace

TEST("two processes that transmit to each other at once lose nothing") {
  Shared<Desk> one;
  Shared<Desk> two;
  const uint64_t frames = Rounds(10);
  Child first([&] { TalkBoth(one.get(), two.get(), frames, 1); });
  Child second([&] { TalkBoth(two.get(), one.get(), frames, 1'000); });
  first.Join();
  second.Join();
  CHECK_EQ(one->strays.load() + two->strays.load(), 0);
}

}  // namespace minitalk::test
