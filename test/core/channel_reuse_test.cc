// A handler that is held up for long, at any of its instructions: the channel
// it was about to enter may be closed and be somebody else's when it goes on.
#include <pthread.h>
#include <sched.h>

#include <atomic>
#include <memory>
#include <thread>

#include "check.h"
#include "core/signals/channel.h"
#include "handler/signals/handler.h"
#include "support.h"

// ThreadSanitizer delays a signal to its next call, where nothing is held up.
#if !defined(__SANITIZE_THREAD__)

namespace minitalk::test {

namespace {

enum Hold { kFree, kWanted, kHeld };
std::atomic<int> hold;

// Runs on the thread that is to be held up and keeps it where it was.
void KeepHere(int) {
  if (hold.load() != kWanted) return;
  hold.store(kHeld);
  while (hold.load() == kHeld) sched_yield();
}

// A thread that does nothing but the handler's work, without a handler's mask:
// SIGALRM stops it anywhere.
class Handling {
 public:
  Handling()
      : thread_([this] {
          siginfo_t info = {};
          info.si_signo = SIGUSR1;
          info.si_code = SI_USER;
          while (!over_.load()) {
            TakeSignal(info, nullptr);
            laps_.fetch_add(1);
          }
        }) {}
  ~Handling() {
    over_.store(true);
    thread_.join();
  }
  void Stop() {
    // After a moment of changing length, so as to meet each instruction.
    for (uint32_t i = random_.Below(500); i > 0; --i) laps_.load();
    hold.store(kWanted);
    CHECK_EQ(pthread_kill(thread_.native_handle(), SIGALRM), 0);
    while (hold.load() != kHeld) sched_yield();
  }
  // Returns when the signal that was held up is done.
  void Continue() {
    const uint64_t lap = laps_.load();
    hold.store(kFree);
    while (laps_.load() < lap + 2) sched_yield();
  }

 private:
  std::atomic<bool> over_{false};
  std::atomic<uint64_t> laps_{0};
  Random random_{1};
  std::thread thread_;
};

}  // namespace

TEST("a handler held up on its way in leaves the channel's next life alone") {
  SetHandler(SIGALRM, KeepHere);
  SetHandler(SIGUSR1, SIG_IGN);  // what follows while nobody watches
  Watch other({SIGUSR2});
  Handling handling;
  const uint64_t end = Monotonic() + 2'000'000'000;
  while (Monotonic() < end) {
    auto first = std::make_unique<Watch>(std::initializer_list<int>{SIGUSR1},
                                         After::kStop, 64);
    Channel* channel = first->channel();
    handling.Stop();
    while (channel->users.load() != 0) {  // inside: closing would wait for it
      handling.Continue();
      handling.Stop();
    }
    first.reset();
    Watch second({SIGUSR2}, After::kStop, 64);
    CHECK(second.channel() == channel);
    handling.Continue();
    for (const Record& record : second.Take()) {
      CHECK_EQ(record.signo, SIGUSR2);
    }
    CHECK_EQ(second.Lost(SIGUSR1), 0);
  }
}

}  // namespace minitalk::test

#endif
