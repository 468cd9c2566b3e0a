// Channels under real signals that several threads send and several threads
// handle, all at once.
#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "check.h"
#include "core/signals/channel.h"
#include "core/signals/process.h"
#include "handler/signals/calls.h"
#include "support.h"

namespace minitalk::test {

namespace {

// Threads that do nothing but handle the signals sent to them.
class Targets {
 public:
  explicit Targets(size_t count) : ids_(count) {
    for (size_t i = 0; i < count; ++i) {
      threads_.emplace_back([this, i] {
        Pause();  // the first one makes the thread ready, see check.cc
        ids_[i].store(ThreadId());
        while (!over_.load()) Pause();
      });
      Await([&] { return ids_[i].load() != 0; });
    }
  }
  // Joins: no handler of theirs runs any more.
  void Stop() {
    over_.store(true);
    for (std::thread& thread : threads_) thread.join();
  }
  pid_t id(size_t i) const { return ids_[i].load(); }
  pthread_t handle(size_t i) { return threads_[i].native_handle(); }

 private:
  std::atomic<bool> over_{false};
  std::vector<std::atomic<pid_t>> ids_;
  std::vector<std::thread> threads_;
};

// Handled signals by number, counted in the predecessor: the handler's own
// count, which the kernel's and a sanitizer's coalescing have already passed.
std::atomic<uint64_t> handled[kMaxSignal + 1];

void CountHandled(int signo, siginfo_t*, void*) {
  handled[signo].fetch_add(1, std::memory_order_relaxed);
}

uint64_t Missing(const std::vector<Record>& records, uint64_t count) {
  std::vector<char> seen(count);
  for (const Record& record : records) {
    CHECK(record.sequence < count);
    CHECK_EQ(seen[record.sequence], 0);
    seen[record.sequence] = 1;
  }
  return static_cast<uint64_t>(std::count(seen.begin(), seen.end(), 0));
}

}  // namespace

TEST("four senders' signals on four threads arrive whole, each in its order") {
  const int signals[] = {SIGUSR1, SIGUSR2, SIGRTMIN, SIGRTMIN + 1};
  const uint64_t count = Rounds(5'000);
  Watch watch({SIGUSR1, SIGUSR2, SIGRTMIN, SIGRTMIN + 1}, After::kStop);
  Targets targets(4);
  std::atomic<uint64_t> seen[4] = {};
  std::vector<std::thread> senders;
  for (size_t i = 0; i < 4; ++i) {
    senders.emplace_back([&, i] {
      for (uint64_t n = 0; n < count; ++n) {
        // By another way each: to a thread, to a process, with a value.
        if (i == 0) CHECK_EQ(pthread_kill(targets.handle(0), SIGUSR1), 0);
        if (i == 1) CHECK_EQ(KillThread(getpid(), targets.id(1), SIGUSR2), 0);
        if (i == 2) {
          CHECK_EQ(QueueSignal(getpid(), targets.id(2), SIGRTMIN, n << 40), 0);
        }
        if (i == 3) CHECK_EQ(QueueSignal(getpid(), 0, SIGRTMIN + 1, ~n), 0);
        // One at a time: a second one pending would coalesce with the first.
        while (seen[i].load() <= n) sched_yield();
      }
    });
  }
  uint64_t time[4] = {};
  std::vector<Record> all;
  while (all.size() < 4 * count) {
    for (const Record& record : watch.Take(1)) {
      const auto i = static_cast<size_t>(
          std::find(signals, signals + 4, record.signo) - signals);
      const uint64_t n = seen[i].load();
      CHECK_EQ(record.pid, getpid());
      CHECK_EQ(record.uid, getuid());
      CHECK_EQ(record.code, i < 2 ? SI_TKILL : SI_QUEUE);
      CHECK_EQ(record.value, i < 2 ? 0 : i == 2 ? n << 40 : ~n);
      CHECK(record.time >= time[i]);
      time[i] = record.time;
      all.push_back(record);
      seen[i].fetch_add(1);
    }
  }
  for (std::thread& sender : senders) sender.join();
  targets.Stop();
  CHECK_EQ(Missing(all, 4 * count), 0);
  CHECK_EQ(watch.Take().size(), 0);
}

TEST(
    "under a flood, what was seen and what was lost are all that was handled") {
  SetHandler(SIGUSR1, CountHandled);
  SetHandler(SIGUSR2, CountHandled);
  Watch small({SIGUSR1, SIGUSR2}, After::kChain, 64);
  Watch one({SIGUSR1}, After::kChain, 1 << 20);
  Targets targets(3);
  const uint64_t count = Rounds(30'000);
  std::atomic<int> running{3};
  std::vector<std::thread> senders;
  for (size_t i = 0; i < 3; ++i) {
    senders.emplace_back([&, i] {
      Random random(i);
      for (uint64_t n = 0; n < count; ++n) {
        const int signo = random.Below(2) == 0 ? SIGUSR1 : SIGUSR2;
        CHECK_EQ(KillThread(getpid(), targets.id(random.Below(3)), signo), 0);
      }
      running.fetch_sub(1);
    });
  }
  std::vector<Record> records;
  while (running.load() > 0) {
    const std::vector<Record> some = small.Take();
    records.insert(records.end(), some.begin(), some.end());
    SleepMs(1);
  }
  for (std::thread& sender : senders) sender.join();
  targets.Stop();
  const std::vector<Record> rest = small.Take();
  records.insert(records.end(), rest.begin(), rest.end());
  for (const int signo : {SIGUSR1, SIGUSR2}) {
    const auto seen = static_cast<uint64_t>(
        std::count_if(records.begin(), records.end(),
                      [&](const Record& r) { return r.signo == signo; }));
    CHECK_EQ(seen + small.Lost(signo), handled[signo].load());
  }
  const uint64_t lost = small.Lost(SIGUSR1) + small.Lost(SIGUSR2);
  CHECK_EQ(Missing(records, records.size() + lost), lost);
  CHECK_EQ(one.Take().size(), handled[SIGUSR1].load());
  CHECK_EQ(one.Lost(SIGUSR1), 0);
}

TEST("channels come and go while other threads keep signalling") {
  // Watched all the time, so that the default action never comes back.
  Watch guard({SIGUSR1, SIGUSR2}, After::kStop, 64);
  Targets targets(2);
  std::atomic<bool> over{false};
  std::vector<std::thread> senders;
  for (size_t i = 0; i < 2; ++i) {
    senders.emplace_back([&, i] {
      Random random(i);
      while (!over.load()) {
        for (uint32_t n = random.Below(200); n > 0; --n) {
          KillThread(getpid(), targets.id(i), n % 2 == 0 ? SIGUSR1 : SIGUSR2);
        }
        Pause();
      }
    });
  }
  uint64_t seen = 0;
  for (uint64_t round = Rounds(2'000); round > 0; --round) {
    const int signo = round % 2 == 0 ? SIGUSR1 : SIGUSR2;
    Watch brief({signo}, After::kStop, 64 << round % 3);
    for (uint32_t i = 0; i < round % 5; ++i) Pause();
    for (const Record& record : brief.Take()) {
      CHECK_EQ(record.signo, signo);
      ++seen;
    }
    guard.Take();
  }
  over.store(true);
  for (std::thread& sender : senders) sender.join();
  targets.Stop();
  CHECK(seen > 0);
}

}  // namespace minitalk::test
