// The ring with one producer, and with handlers that interrupt one another:
// Claim and Publish interleaved by hand.
#include "handler/signals/ring.h"

#include <vector>

#include "check.h"

namespace minitalk::test {

namespace {

struct SmallRing {
  explicit SmallRing(unsigned shift) : slots(size_t{1} << shift) {
    ring.Reset(slots.data(), shift);
  }

  bool Put(uint64_t value) {
    Ring::Slot* slot = ring.Claim();
    if (slot == nullptr) return false;
    slot->record.value = value;
    Ring::Publish(slot);
    return true;
  }

  // The value of the next record, or -1 when there is none.
  int64_t Get() {
    Record record;
    return ring.Drain(&record, 1) == 1 ? static_cast<int64_t>(record.value)
                                       : -1;
  }

  std::vector<Ring::Slot> slots;
  Ring ring;
};

}  // namespace

TEST("one producer's records come out in the order they went in") {
  SmallRing small(6);
  CHECK_EQ(small.Get(), -1);
  for (int i = 0; i < 50; ++i) CHECK(small.Put(i));
  CHECK_EQ(small.ring.Depth(), 50);
  for (int i = 0; i < 50; ++i) CHECK_EQ(small.Get(), i);
  CHECK_EQ(small.Get(), -1);
  CHECK_EQ(small.ring.Depth(), 0);
}

TEST("a full ring refuses, and goes on when one slot is empty again") {
  SmallRing small(2);
  for (int i = 0; i < 4; ++i) CHECK(small.Put(i));
  CHECK(!small.Put(4));
  CHECK(!small.Put(4));
  CHECK_EQ(small.Get(), 0);
  CHECK(small.Put(4));
  CHECK(!small.Put(5));
  for (int i = 1; i < 5; ++i) CHECK_EQ(small.Get(), i);
  CHECK_EQ(small.Get(), -1);
}

TEST("the ring is as good after many thousand laps as in the first") {
  SmallRing small(2);
  // Three of four slots a round: a lap begins at each place within a round.
  for (int i = 0; i < 300'000; i += 3) {
    for (int k = 0; k < 3; ++k) CHECK(small.Put(i + k));
    for (int k = 0; k < 3; ++k) CHECK_EQ(small.Get(), i + k);
    CHECK_EQ(small.Get(), -1);
  }
}

TEST("a drain moves no more than it was asked for") {
  SmallRing small(4);
  for (int i = 0; i < 10; ++i) CHECK(small.Put(i));
  Record records[10];
  CHECK_EQ(small.ring.Drain(records, 0), 0);
  CHECK_EQ(small.ring.Drain(records, 3), 3);
  CHECK_EQ(records[2].value, 2);
  CHECK_EQ(small.ring.Drain(records, 10), 7);
  CHECK_EQ(records[6].value, 9);
}

TEST("a drain stops at a claimed slot and goes on once it is published") {
  SmallRing small(4);
  CHECK(small.Put(0));
  Ring::Slot* interrupted = small.ring.Claim();
  CHECK(small.Put(2));  // the handler that came in between is done first
  CHECK_EQ(small.Get(), 0);
  CHECK_EQ(small.Get(), -1);
  CHECK_EQ(small.ring.Depth(), 2);
  interrupted->record.value = 1;
  Ring::Publish(interrupted);
  CHECK_EQ(small.Get(), 1);
  CHECK_EQ(small.Get(), 2);
  CHECK_EQ(small.Get(), -1);
}

TEST("a slot that stays claimed for a lap makes the ring full, not corrupt") {
  SmallRing small(2);
  Ring::Slot* interrupted = small.ring.Claim();
  for (int i = 1; i < 4; ++i) CHECK(small.Put(i));
  for (int i = 0; i < 100; ++i) {
    CHECK(!small.Put(-1));
    CHECK_EQ(small.Get(), -1);
  }
  interrupted->record.value = 0;
  Ring::Publish(interrupted);
  for (int i = 0; i < 4; ++i) CHECK_EQ(small.Get(), i);
  CHECK(small.Put(4));
  CHECK_EQ(small.Get(), 4);
}

TEST("handlers nested three deep publish in any order") {
  SmallRing small(2);
  for (int lap = 0; lap < 1000; ++lap) {
    Ring::Slot* outer = small.ring.Claim();
    Ring::Slot* middle = small.ring.Claim();
    Ring::Slot* inner = small.ring.Claim();
    outer->record.value = 1;
    middle->record.value = 2;
    inner->record.value = 3;
    Ring::Publish(inner);
    CHECK_EQ(small.Get(), -1);
    Ring::Publish(outer);
    CHECK_EQ(small.Get(), 1);
    CHECK_EQ(small.Get(), -1);
    Ring::Publish(middle);
    CHECK_EQ(small.Get(), 2);
    CHECK_EQ(small.Get(), 3);
  }
}

}  // namespace minitalk::test
