// Realtime signals that come faster than a consumer takes them: the kernel
// keeps them, for who wants that. Not with ThreadSanitizer, which hands
// handlers a copy of the context to which they return.
#if !defined(__SANITIZE_THREAD__)

#include <string.h>

#include <atomic>
#include <thread>
#include <vector>

#include "check.h"
#include "core/signals/process.h"
#include "core/signals/taking.h"
#include "handler/signals/calls.h"
#include "support.h"

namespace minitalk::test {

namespace {

constexpr size_t kCapacity = 64;
constexpr size_t kMark = kCapacity / 2;
constexpr uint64_t kCount = 500;

// A small channel whose signals the kernel keeps.
class Holding {
 public:
  explicit Holding(int signo = kBurstSignal) : signo_(signo) {
    int error = -1;
    channel_ = OpenChannel(kCapacity, &error);
    CHECK_EQ(error, 0);
    channel_->holds = true;
    CHECK_EQ(Subscribe(channel_, signo_, After::kChain), 0);
  }
  ~Holding() {
    if (channel_ == nullptr) return;
    StopHolding(channel_);
    Unsubscribe(channel_, signo_, After::kChain);
    CloseChannel(channel_);
  }
  Holding(const Holding&) = delete;
  Holding& operator=(const Holding&) = delete;
  Channel* operator->() const { return channel_; }
  Channel* get() const { return channel_; }
  uint64_t lost() const { return channel_->lost[signo_].load(); }

  // As a loop does, a batch of at most `limit` a turn, until there is none.
  std::vector<Record> Take(size_t limit) {
    std::vector<Record> taken;
    std::vector<Record> batch(limit);
    while (const size_t count = TakeRecords(channel_, batch.data(), limit)) {
      taken.insert(taken.end(), batch.begin(), batch.begin() + count);
    }
    return taken;
  }

 private:
  int signo_;
  Channel* channel_ = nullptr;
};

void Send(uint64_t count, pid_t thread, int signo = kBurstSignal) {
  for (uint64_t i = 0; i < count; ++i) {
    CHECK_EQ(QueueSignal(getpid(), thread, signo, i), 0);
  }
}

bool IsBlocked(int signo) {
  sigset_t mask;
  CHECK_EQ(pthread_sigmask(SIG_BLOCK, nullptr, &mask), 0);
  return sigismember(&mask, signo) == 1;
}

void CheckOrder(const std::vector<Record>& records) {
  CHECK_EQ(records.size(), kCount);
  for (uint64_t i = 0; i < records.size(); ++i) CHECK_EQ(records[i].value, i);
}

}  // namespace

TEST(
    "the kernel keeps realtime signals above the mark, and all come in order") {
  for (const size_t limit : {size_t{1}, size_t{24}, size_t{1024}}) {
    Holding holding;
    Send(kCount, ThreadId());
    CHECK_EQ(holding->ring.Depth(), kMark);
    CHECK(IsBlocked(kBurstSignal));
    CheckOrder(holding.Take(limit));
    CHECK_EQ(holding.lost(), 0);
    CHECK(!IsBlocked(kBurstSignal));
  }
}

TEST("a large ring holds from its 1,024th record on") {
  Watch watch({kBurstSignal}, After::kChain, 16'384);
  watch.channel()->holds = true;
  Send(2000, ThreadId());
  CHECK_EQ(watch.channel()->ring.Depth(), 1024);
  StopHolding(watch.channel());
  CHECK_EQ(watch.channel()->ring.Depth(), 2000);
}

TEST("who does not hold loses what finds no room") {
  Watch watch({kBurstSignal}, After::kChain, kCapacity);
  Send(kCount, ThreadId());
  CHECK(!IsBlocked(kBurstSignal));
  CHECK_EQ(watch.Take().size(), kCapacity);
  CHECK_EQ(watch.Lost(kBurstSignal), kCount - kCapacity);
}

TEST("standard signals are not held: they would merge unseen") {
  Holding holding(SIGUSR1);
  Send(kCount, ThreadId(), SIGUSR1);
  CHECK(!IsBlocked(SIGUSR1));
  CHECK_EQ(holding.Take(kCapacity).size() + holding.lost(), kCount);
}

TEST("what is held comes before the channel lets go of it") {
  struct sigaction before;
  CHECK_EQ(sigaction(kBurstSignal, nullptr, &before), 0);
  CHECK(before.sa_handler == SIG_DFL);  // which would end this process
  {
    Holding holding;
    Send(kCount, ThreadId());
    StopHolding(holding.get());
    CHECK(!IsBlocked(kBurstSignal));
    CHECK_EQ(holding->ring.Depth(), kCapacity);
    CHECK_EQ(holding.lost(), kCount - kCapacity);
  }
  CHECK(!IsBlocked(kBurstSignal));
}

TEST("a thread that has no loop leaves held signals to those that have one") {
  Holding holding;
  std::atomic<pid_t> other{0};
  std::atomic<bool> over{false};
  std::atomic<bool> blocked{false};
  std::thread thread([&] {
    other.store(ThreadId());
    while (!over.load()) Pause();
    blocked.store(IsBlocked(kBurstSignal));
  });
  Await([&] { return other.load() != 0; });
  Send(kMark, other.load());
  Await([&] { return holding->ring.Depth() == kMark; });
  over.store(true);
  thread.join();
  CHECK(blocked.load());
  CHECK(!IsBlocked(kBurstSignal));
}

TEST("for who does not hold no thread blocks anything") {
  Watch watch({kBurstSignal}, After::kChain, kCapacity);
  std::atomic<bool> blocked{true};
  std::thread([&] {
    Send(kCount, ThreadId());
    blocked.store(IsBlocked(kBurstSignal));
  }).join();
  CHECK(!blocked.load());
}

TEST("the main thread goes on, whoever's ring is full") {
  std::atomic<Channel*> others{nullptr};
  std::atomic<bool> over{false};
  std::thread consumer([&] {
    Holding holding;
    others.store(holding.get());
    while (!over.load()) Pause();
  });
  Await([&] { return others.load() != nullptr; });
  CHECK_EQ(ThreadId(), getpid());
  Send(kCount, ThreadId());
  CHECK(!IsBlocked(kBurstSignal));
  CHECK_EQ(others.load()->lost[kBurstSignal].load(), kCount - kCapacity);
  over.store(true);
  consumer.join();
}

TEST("a watcher of another kind keeps its thread open to the signal") {
  Holding holding;
  std::atomic<pid_t> other{0};
  std::atomic<bool> over{false};
  std::atomic<bool> blocked{true};
  std::thread thread([&] {
    Watch watch({kBurstSignal});
    other.store(ThreadId());
    while (!over.load()) Pause();
    blocked.store(IsBlocked(kBurstSignal));
  });
  Await([&] { return other.load() != 0; });
  Send(kCount, other.load());
  Await([&] { return holding.lost() == kCount - kCapacity; });
  over.store(true);
  thread.join();
  CHECK(!blocked.load());
}

TEST(
    "a full ring of another thread's holds its own thread no longer than a "
    "turn") {
  std::atomic<Channel*> others{nullptr};
  std::atomic<bool> over{false};
  std::thread consumer([&] {
    Holding holding;
    others.store(holding.get());
    while (!over.load()) Pause();
  });
  Await([&] { return others.load() != nullptr; });
  Holding holding;
  Send(kMark, ThreadId());
  CHECK(IsBlocked(kBurstSignal));
  CHECK_EQ(holding.Take(kCapacity).size(), kMark);
  CHECK(!IsBlocked(kBurstSignal));
  // The other's is above its mark still.
  Send(3, ThreadId());
  CHECK(IsBlocked(kBurstSignal));
  CHECK_EQ(holding.Take(1).size(), 3);
  CHECK(!IsBlocked(kBurstSignal));
  over.store(true);
  consumer.join();
}

TEST("who begins to watch is not deaf by what was held before") {
  Holding holding;
  Send(kMark, ThreadId());
  CHECK(IsBlocked(kBurstSignal));
  std::atomic<bool> inherited{false};
  std::atomic<bool> open{false};
  // Threads inherit what their maker blocks.
  std::thread([&] {
    inherited.store(IsBlocked(kBurstSignal));
    Watch watch({kBurstSignal});
    open.store(!IsBlocked(kBurstSignal));
  }).join();
  CHECK(inherited.load());
  CHECK(open.load());
}

}  // namespace minitalk::test

#endif
