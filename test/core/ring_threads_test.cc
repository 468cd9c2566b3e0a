// The ring with several producer threads and one consumer.
#include <sched.h>

#include <atomic>
#include <thread>
#include <vector>

#include "check.h"
#include "handler/signals/ring.h"

namespace minitalk::test {

namespace {

constexpr int kProducers = 4;

// A ring of 64 slots, so that it is full again and again.
struct Stress {
  Stress() : slots(64) { ring.Reset(slots.data(), 6); }

  // False when the ring was full. pid tells the producer, value its position.
  bool Put(int producer, uint64_t value) {
    Ring::Slot* slot = ring.Claim();
    if (slot == nullptr) return false;
    slot->record.pid = producer;
    slot->record.value = value;
    // Read back in whole: a slot handed out twice shows as a mixture.
    slot->record.time = value * kProducers + static_cast<uint64_t>(producer);
    Ring::Publish(slot);
    return true;
  }

  // Drains until the producers have ended and nothing is left.
  template <typename See>
  void Consume(See see) {
    Record batch[16];
    for (;;) {
      const bool over = running.load() == 0;
      const size_t count = ring.Drain(batch, 16);
      for (size_t i = 0; i < count; ++i) {
        CHECK_EQ(batch[i].time, batch[i].value * kProducers +
                                    static_cast<uint64_t>(batch[i].pid));
        see(batch[i]);
      }
      if (count == 0 && over) return;
      if (count == 0) sched_yield();
    }
  }

  template <typename Produce>
  void Start(Produce produce) {
    for (int i = 0; i < kProducers; ++i) {
      threads.emplace_back([this, i, produce] {
        produce(i);
        running.fetch_sub(1);
      });
    }
  }

  void Join() {
    for (std::thread& thread : threads) thread.join();
  }

  std::vector<Ring::Slot> slots;
  Ring ring;
  std::atomic<int> running{kProducers};
  std::vector<std::thread> threads;
};

}  // namespace

TEST("four producers lose and double nothing, and each keeps its order") {
  Stress stress;
  const uint64_t count = Rounds(100'000);
  stress.Start([&](int producer) {
    for (uint64_t i = 0; i < count; ++i) {
      while (!stress.Put(producer, i)) sched_yield();
    }
  });
  uint64_t next[kProducers] = {};
  stress.Consume([&](const Record& record) {
    CHECK_EQ(record.value, next[record.pid]);
    ++next[record.pid];
  });
  stress.Join();
  for (const uint64_t seen : next) CHECK_EQ(seen, count);
}

TEST("what a full ring refused is all that is missing") {
  Stress stress;
  const uint64_t count = Rounds(200'000);
  std::atomic<uint64_t> refused{0};
  stress.Start([&](int producer) {
    for (uint64_t i = 0; i < count; ++i) {
      if (!stress.Put(producer, i)) refused.fetch_add(1);
    }
  });
  int64_t latest[kProducers] = {-1, -1, -1, -1};
  uint64_t seen = 0;
  stress.Consume([&](const Record& record) {
    ++seen;
    CHECK(static_cast<int64_t>(record.value) > latest[record.pid]);
    latest[record.pid] = static_cast<int64_t>(record.value);
  });
  stress.Join();
  CHECK(refused.load() > 0);
  CHECK_EQ(seen + refused.load(), count * kProducers);
}

TEST("the depth is never more than the ring holds when nobody drains") {
  Stress stress;
  stress.Start([&](int producer) {
    for (uint64_t i = 0; i < 1000; ++i) stress.Put(producer, i);
  });
  while (stress.running.load() > 0) CHECK(stress.ring.Depth() <= 64);
  stress.Join();
  CHECK_EQ(stress.ring.Depth(), 64);
}

}  // namespace minitalk::test
