// Realtime signals that come faster than a consumer takes them: the kernel
// keeps them, for who wants that. Not with ThreadSanitizer, which hands
// handlers a copy of the context to which they return.
#if !defined(__SANITIZE_THREAD__)

#include <string.h>
#include <time.h>

#include <atomic>
#include <thread>
#include <vector>

#include "check.h"
#include "core/signals/process.h"
#include "core/signals/taking.h"
#include "handler/signals/calls.h"
#include "support.h"

// timer_create(2) calls it so, not every C library.
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

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
    channel_->holds.store(true);
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

// A thread that does nothing but handle what is sent to it.
class Bystander {
 public:
  Bystander()
      : thread_([this] {
          id_.store(ThreadId());
          while (!over_.load()) Pause();
          Pause();  // after which all that was sent before has come
          is_blocked_ = IsBlocked(kBurstSignal);
        }) {
    Await([this] { return id_.load() != 0; });
  }
  pid_t id() const { return id_.load(); }
  // Whether it had the signal blocked.
  bool Stop() {
    over_.store(true);
    thread_.join();
    return is_blocked_;
  }

 private:
  std::atomic<pid_t> id_{0};
  std::atomic<bool> over_{false};
  bool is_blocked_ = false;
  std::thread thread_;
};

// Another thread's channel, which is not drained before the end.
class OthersHolding {
 public:
  OthersHolding()
      : thread_([this] {
          Holding holding;
          channel_.store(holding.get());
          while (!over_.load()) Pause();
          StopHolding(holding.get());
          seen_ = holding.Take(kCapacity).size();
          lost_ = holding.lost();
        }) {
    Await([this] { return channel_.load() != nullptr; });
  }
  Channel* operator->() const { return channel_.load(); }
  void Stop() {
    over_.store(true);
    thread_.join();
  }
  uint64_t seen() const { return seen_; }
  uint64_t lost() const { return lost_; }

 private:
  std::atomic<Channel*> channel_{nullptr};
  std::atomic<bool> over_{false};
  uint64_t seen_ = 0;
  uint64_t lost_ = 0;
  std::thread thread_;
};

// How long a signal to the thread takes into a ring that fills, where the
// kernel has no room for it.
uint64_t MsToBeRecorded(const OthersHolding& others, pid_t thread) {
  Send(kMark, ThreadId());
  // A timer's signal needs no room; handed over it would.
  struct sigevent event = {};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = kBurstSignal;
  event.sigev_notify_thread_id = thread;
  timer_t timer;
  CHECK_EQ(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
  const rlim_t before = LimitPending(getpid(), 0);
  struct itimerspec soon = {};
  soon.it_value.tv_nsec = 1;
  const uint64_t start = Monotonic();
  CHECK_EQ(timer_settime(timer, 0, &soon, nullptr), 0);
  Await([&] { return others->ring.Depth() > kMark; });
  const uint64_t end = Monotonic();
  LimitPending(getpid(), before);
  CHECK_EQ(timer_delete(timer), 0);
  return (end - start) / 1'000'000;
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
  watch.channel()->holds.store(true);
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

TEST("a thread that has no loop hands over what is held, in order") {
  Holding holding;
  Bystander other;
  Send(kCount, other.id());
  CHECK(!other.Stop());
  CHECK(IsBlocked(kBurstSignal));
  CheckOrder(holding.Take(kCapacity));
  CHECK_EQ(holding.lost(), 0);
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
  OthersHolding others;
  CHECK_EQ(ThreadId(), getpid());
  Send(kCount, ThreadId());
  CHECK(!IsBlocked(kBurstSignal));
  CHECK_EQ(others->lost[kBurstSignal].load(), 0);
  others.Stop();
  CHECK_EQ(others.seen(), kCapacity);
  CHECK_EQ(others.lost(), kCount - kCapacity);
}

TEST("what cannot be handed over is recorded where it came") {
  OthersHolding others;
  Bystander other;
  Send(kMark, ThreadId());
  others->thread = 0x7fff'ffff;  // no thread
  Send(3, other.id());
  CHECK(!other.Stop());
  CHECK_EQ(others->ring.Depth(), kMark + 3);
  others.Stop();
  CHECK_EQ(others.seen(), kMark + 3);
}

TEST("who finds no room in the kernel waits for it, and not for long") {
  OthersHolding others;
  Bystander other;
  CHECK(MsToBeRecorded(others, other.id()) >= 9);
  CHECK(!other.Stop());
  others.Stop();
}

TEST("the main thread does not wait for room in the kernel") {
  OthersHolding others;
  CHECK(MsToBeRecorded(others, ThreadId()) < 500);
  others.Stop();
}

TEST("a watcher of another kind hears what is handed over, too") {
  Holding holding;
  std::atomic<Channel*> second{nullptr};
  std::atomic<bool> over{false};
  std::thread thread([&] {
    Watch watch({kBurstSignal});
    second.store(watch.channel());
    Send(kCount, ThreadId());
    while (!over.load()) Pause();
    CHECK(!IsBlocked(kBurstSignal));
    CHECK_EQ(watch.Take().size(), kCount);
  });
  Await([&] { return second.load() != nullptr; });
  std::vector<Record> taken;
  while (taken.size() < kCount) {
    for (const Record& record : holding.Take(kCapacity))
      taken.push_back(record);
    Pause();
  }
  CHECK_EQ(taken.size(), kCount);
  over.store(true);
  thread.join();
}

TEST(
    "a full ring of another thread's holds its own thread no longer than a "
    "turn") {
  OthersHolding others;
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
  others.Stop();
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
