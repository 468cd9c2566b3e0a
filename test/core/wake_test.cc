// The wake-up descriptor: written when the consumer sleeps, and only then.
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "check.h"
#include "handler/signals/handler.h"
#include "support.h"

namespace minitalk::test {

namespace {

// The handler's work without the kernel's part in it: as many threads at once
// as a test likes, and no signal that coalesces.
void Handle(int signo) {
  siginfo_t info = {};
  info.si_signo = signo;
  info.si_code = SI_USER;
  info.si_pid = getpid();
  TakeSignal(info, nullptr);
}

// A consumer as docs ask for: after a wake-up it polls until Arm succeeds.
// Returns how often it was woken.
uint64_t ConsumeUntil(Watch* watch, uint64_t count,
                      std::atomic<uint64_t>* seen) {
  uint64_t wakes = 0;
  while (seen->load() < count) {
    // Whoever sleeps here after a lost wake-up sleeps for ever.
    CHECK(IsReadable(WakeFd(watch->channel()), 5000));
    TakeWake(watch->channel());
    ++wakes;
    do {
      seen->fetch_add(watch->Take().size());
    } while (!Arm(watch->channel()));
  }
  CHECK_EQ(seen->load(), count);
  return wakes;
}

// One producer, which waits until its record was seen, and then for a moment of
// changing length: so that its next record meets the arming at each point.
void PingPong(int producers, uint64_t count) {
  Watch watch({SIGUSR1});
  std::atomic<uint64_t> seen{0};
  std::atomic<uint64_t> sent{0};
  const auto produce = [&](uint64_t seed) {
    Random random(seed);
    for (;;) {
      const uint64_t mine = sent.fetch_add(1);
      if (mine >= count) return;
      Handle(SIGUSR1);
      while (seen.load() <= mine) sched_yield();
      for (uint32_t i = random.Below(400); i > 0; --i) sent.load();
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < producers; ++i) {
    threads.emplace_back(produce, static_cast<uint64_t>(i));
  }
  ConsumeUntil(&watch, count, &seen);
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

TEST("a wake-up is not lost between Arm and a lone record") {
  PingPong(1, Rounds(20'000));
}

TEST("a wake-up is not lost with two producers") {
  PingPong(2, Rounds(20'000));
}

TEST("a wake-up is not lost when bursts pass the high-water mark") {
  Watch watch({SIGUSR1}, After::kChain, 64);
  const uint64_t count = Rounds(100'000);
  std::atomic<uint64_t> seen{0};
  std::thread producer([&] {
    Random random(1);
    for (uint64_t sent = 0; sent < count;) {
      const uint64_t burst = 1 + random.Below(60);
      for (uint64_t i = 0; i < burst && sent < count; ++i, ++sent) {
        Handle(SIGUSR1);
      }
      while (seen.load() < sent) sched_yield();
    }
  });
  ConsumeUntil(&watch, count, &seen);
  producer.join();
  CHECK_EQ(watch.Lost(SIGUSR1), 0);
}

TEST("a new channel wakes at its first record and then keeps quiet") {
  Watch watch({SIGUSR1});
  const int fd = WakeFd(watch.channel());
  CHECK(!IsReadable(fd, 0));
  Handle(SIGUSR1);
  CHECK(IsReadable(fd, 0));
  TakeWake(watch.channel());
  CHECK(!IsReadable(fd, 0));
  Handle(SIGUSR1);
  CHECK(!IsReadable(fd, 0));  // unarmed: the consumer polls
  CHECK_EQ(watch.Take().size(), 2);
}

TEST("Arm refuses while records are there and wakes once it succeeded") {
  Watch watch({SIGUSR1});
  TakeWake(watch.channel());
  Handle(SIGUSR1);
  CHECK(!Arm(watch.channel()));
  Handle(SIGUSR1);
  CHECK(!IsReadable(WakeFd(watch.channel()), 0));
  CHECK_EQ(watch.Take().size(), 2);
  CHECK(Arm(watch.channel()));
  Handle(SIGUSR1);
  CHECK(IsReadable(WakeFd(watch.channel()), 0));
}

TEST("half a ring of records wakes a consumer that only polls") {
  Watch watch({SIGUSR1}, After::kChain, 64);
  TakeWake(watch.channel());
  for (int i = 0; i < 31; ++i) Handle(SIGUSR1);
  CHECK(!IsReadable(WakeFd(watch.channel()), 0));
  Handle(SIGUSR1);
  CHECK(IsReadable(WakeFd(watch.channel()), 0));
}

TEST("a signal that is lost wakes too, so that its loss is told") {
  Watch watch({SIGUSR1}, After::kChain, 64);
  for (int i = 0; i < 64; ++i) Handle(SIGUSR1);
  TakeWake(watch.channel());
  Handle(SIGUSR1);
  CHECK(IsReadable(WakeFd(watch.channel()), 0));
  CHECK_EQ(watch.Lost(SIGUSR1), 1);
}

}  // namespace minitalk::test
