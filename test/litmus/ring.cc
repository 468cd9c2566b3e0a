// The ring: a claimed slot is one producer's, a published record is whole, and
// a slot that was drained can be claimed again.
#include "handler/signals/ring.h"

#include "record.h"
#include "shim.h"

namespace minitalk {

struct Hand : rl::test_suite<Hand, 3> {
  static constexpr int kEach = 2;

  // A ring of two, so that its laps meet.
  Ring::Slot slots[2];
  Ring ring;
  litmus::atomic<uint64_t> refused;

  void before() { ring.Reset(slots, 1); }

  void thread(unsigned index) {
    if (index == 0) {
      Consume();
      return;
    }
    for (int i = 0; i < kEach; ++i) {
      Ring::Slot* slot = ring.Claim();
      if (slot == nullptr) {
        refused.fetch_add(1, rl::mo_relaxed, $);
        continue;
      }
      slot->record.value = 10 * index + i;
      slot->record.tag = index;
      Ring::Publish(slot);
    }
  }

  uint64_t seen = 0;
  uint64_t last[3] = {};

  void Consume() {
    for (int i = 0; i < 2; ++i) {
      Take();
      rl::yield(1, $);
    }
  }

  void Take() {
    Record record;
    while (ring.Drain(&record, 1) == 1) {
      const uint32_t producer = record.tag;
      const uint64_t value = record.value;
      RL_ASSERT(producer == 1 || producer == 2);
      RL_ASSERT(value / 10 == producer);
      RL_ASSERT(value + 1 > last[producer]);  // in its order, and once
      last[producer] = value + 1;
      ++seen;
    }
  }

  void after() {
    Take();
    RL_ASSERT(seen + refused.load() == 2 * kEach);
    RL_ASSERT(ring.Depth() == 0);
  }
};

}  // namespace minitalk

int main() { return litmus::Check<minitalk::Hand>(); }
