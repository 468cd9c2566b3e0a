// A bounded lock-free ring: many producers (handlers on any thread, nested on
// one thread too), one consumer. A producer claims a slot, writes it, then
// publishes it, so that a handler interrupted in between never blocks another.
//
// Memory order. A slot's `turn` hands its record over, from the producer to the
// consumer and, emptied, to the producer of the next lap: released, and
// acquired by who reads it. `tail_` hands nothing over, it parts the slots
// among those who claim: relaxed would do but for Arm, see Claim. `head_` is
// written by the consumer alone; for a producer it is a hint in Depth.
// test/litmus runs all this.
#ifndef MINITALK_HANDLER_SIGNALS_RING_H_
#define MINITALK_HANDLER_SIGNALS_RING_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "handler/signals/record.h"

namespace minitalk {

template <typename Item>
class RingOf {
 public:
  // `turn` tells whose turn a slot is: 2·lap for a producer of that lap,
  // 2·lap + 1 for the consumer. All zero bits are thus an empty ring, so a
  // large one costs no memory before its pages are used.
  struct alignas(64) Slot {
    std::atomic<uint64_t> turn;
    Item record;
  };

  // `slots` are 2^shift zeroed slots that outlive the ring's use.
  void Reset(Slot* slots, unsigned shift) {
    slots_ = slots;
    shift_ = shift;
    mask_ = (uint64_t{1} << shift) - 1;
    head_.store(0, std::memory_order_relaxed);
    tail_.store(0, std::memory_order_relaxed);
  }

  // Claims the next slot; null when the ring is full.
  Slot* Claim() {
    uint64_t position = tail_.load(std::memory_order_relaxed);
    for (;;) {
      Slot* slot = &slots_[position & mask_];
      const uint64_t turn = slot->turn.load(std::memory_order_acquire);
      const auto ahead = static_cast<int64_t>(turn - 2 * (position >> shift_));
      if (ahead == 0) {
        // seq_cst: see Arm, which sets `armed` and then looks at the tail.
        if (tail_.compare_exchange_weak(position, position + 1,
                                        std::memory_order_seq_cst,
                                        std::memory_order_relaxed)) {
          return slot;
        }
      } else if (ahead < 0) {
        return nullptr;  // the consumer has not emptied it since the last lap
      } else {
        position = tail_.load(std::memory_order_relaxed);
      }
    }
  }

  // Hands a claimed slot, its record written, to the consumer.
  static void Publish(Slot* slot) {
    // Only the claimant touches `turn` between its claim and this store.
    slot->turn.store(slot->turn.load(std::memory_order_relaxed) + 1,
                     std::memory_order_release);
  }

  // Consumer only. Copies at most `limit` records; stops at a claimed slot that
  // is not yet published.
  size_t Drain(Item* out, size_t limit) {
    uint64_t position = head_.load(std::memory_order_relaxed);
    size_t count = 0;
    for (; count < limit; ++count, ++position) {
      Slot* slot = &slots_[position & mask_];
      const uint64_t full = 2 * (position >> shift_) + 1;
      if (slot->turn.load(std::memory_order_acquire) != full) break;
      out[count] = slot->record;
      slot->turn.store(full + 1, std::memory_order_release);
    }
    head_.store(position, std::memory_order_release);
    return count;
  }

  // Claimed slots, published or not. Exact for the consumer when it is 0.
  uint64_t Depth() const {
    return tail_.load(std::memory_order_seq_cst) -
           head_.load(std::memory_order_seq_cst);
  }

  uint64_t capacity() const { return mask_ + 1; }
  Slot* slots() const { return slots_; }

 private:
  Slot* slots_ = nullptr;
  unsigned shift_ = 0;
  uint64_t mask_ = 0;
  alignas(64) std::atomic<uint64_t> tail_{0};
  alignas(64) std::atomic<uint64_t> head_{0};
};

using Ring = RingOf<Record>;

static_assert(std::atomic<uint64_t>::is_always_lock_free,
              "a lock in a signal handler can deadlock");

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_RING_H_
