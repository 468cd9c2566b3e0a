// Bits that a server puts together from their records, before the loop has
// them.
#include <cstring>
#include <numeric>
#include <utility>
#include <vector>

#include "check.h"
#include "core/signals/taking.h"
#include "handler/minitalk/grant.h"
#include "own_grant.h"

namespace minitalk::test {

namespace {

// The record of a bit, as the handler writes it.
Record BitRecord(uint32_t grant, uint32_t before, bool one) {
  Record record = {};
  record.signo = one ? SIGUSR2 : SIGUSR1;
  record.code = SI_TKILL;
  record.tag = DataTag(grant, before);
  return record;
}

bool BitAt(const std::vector<uint8_t>& bytes, uint32_t bit) {
  return (bytes[bit / 8] >> (7 - bit % 8) & 1) != 0;
}

std::vector<uint8_t> RandomBytes(Random* random, size_t size) {
  std::vector<uint8_t> bytes(size);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random->Below(256));
  return bytes;
}

// The numbers from `from` on, below `to`, shuffled.
std::vector<uint32_t> Places(Random* random, uint32_t from, uint32_t to) {
  std::vector<uint32_t> places(to - from);
  std::iota(places.begin(), places.end(), from);
  for (size_t i = places.size(); i > 1; --i) {
    std::swap(places[i - 1], places[random->Below(static_cast<uint32_t>(i))]);
  }
  return places;
}

// A bit grant of this process in a server without any frame yet.
class BitGrant {
 public:
  BitGrant() : own_(Mode::kBit, 8) { claim().ClearGrant(); }

  void Begin(const std::vector<uint8_t>& bytes, uint32_t count,
             uint32_t number = kGrant) {
    claim().ClearGrant();
    CHECK_EQ(claim().RestoreFrame(bytes.data(), bytes.size()), 0);
    const auto bits = static_cast<uint32_t>(8 * bytes.size());
    CHECK_EQ(claim().SetGrant({number, kSession, getpid(), getpid(), -1, bits,
                               Mode::kBit, -1, count}),
             0);
  }
  std::vector<uint8_t> Frame(size_t size) {
    std::vector<uint8_t> bytes(size);
    claim().CopyFrame(bytes.data(), size);
    return bytes;
  }
  Server& claim() { return own_.claim(); }
  OwnGrant& own() { return own_; }

 private:
  OwnGrant own_;
};

}  // namespace

TEST("bits are put together in any order, behind those that were there") {
  Random random(7);
  BitGrant grant;
  for (size_t size = 1; size < 40; ++size) {
    const std::vector<uint8_t> wire = RandomBytes(&random, size);
    const auto bits = static_cast<uint32_t>(8 * size);
    const uint32_t first = random.Below(bits);
    std::vector<uint8_t> begun(size);
    for (uint32_t bit = 0; bit < first; ++bit) {
      if (BitAt(wire, bit)) begun[bit / 8] |= 0x80 >> bit % 8;
    }
    grant.Begin(begun, first);
    CHECK_EQ(grant.claim().bit_count(), first);
    uint32_t count = first;
    for (const uint32_t place : Places(&random, first, bits)) {
      grant.claim().Takes(BitRecord(kGrant, place, BitAt(wire, place)));
      CHECK_EQ(grant.claim().bit_count(), ++count);
    }
    CHECK(grant.Frame(size) == wire);
  }
}

TEST("of a frame's bits the loop sees the first one and the last one") {
  BitGrant grant;
  for (const uint32_t first : {0u, 5u}) {
    grant.Begin(std::vector<uint8_t>(2), first);
    for (uint32_t bit = first; bit < 16; ++bit) {
      const bool is_seen = bit == first || bit == 15;
      CHECK_EQ(grant.claim().Takes(BitRecord(kGrant, bit, true)), !is_seen);
    }
  }
}

TEST("what is no bit of the latest grant is the loop's, and put nowhere") {
  BitGrant grant;
  constexpr uint32_t kLast = 4095;  // no tag less one is like it
  grant.Begin(std::vector<uint8_t>(4), 0, kLast);
  Record stray = BitRecord(kLast, 3, true);
  stray.tag = 0;
  CHECK(!grant.claim().Takes(stray));
  CHECK(!grant.claim().Takes(BitRecord(kLast - 1, 3, true)));
  grant.claim().Takes(BitRecord(kLast, 0, false));
  CHECK(grant.claim().Takes(BitRecord(kLast, 1, false)));
  CHECK_EQ(grant.claim().bit_count(), 2);
  CHECK(grant.Frame(4) == std::vector<uint8_t>(4));
  grant.claim().ClearGrant();
  CHECK_EQ(grant.claim().SetGrant(
               {kLast, kSession, getpid(), getpid(), -1, 1024, Mode::kWord}),
           0);
  CHECK(!grant.claim().Takes(BitRecord(kLast, 2, true)));
  CHECK(!grant.claim().Takes(BitRecord(kLast, 3, true)));
  CHECK(grant.Frame(4) == std::vector<uint8_t>(4));
}

TEST("bits that were counted are put together when their grant has ended") {
  BitGrant grant;
  grant.Begin(std::vector<uint8_t>(4), 0);
  CHECK_EQ(grant.claim().ClearGrant(), 0);
  grant.claim().Takes(BitRecord(kGrant, 0, true));
  CHECK(grant.claim().Takes(BitRecord(kGrant, 1, true)));
  CHECK_EQ(grant.claim().bit_count(), 2);
  CHECK_EQ(grant.Frame(1)[0], 0xc0);
}

TEST("records that are taken leave room for all that come behind them") {
  BitGrant grant;
  grant.Begin(std::vector<uint8_t>(8), 0);
  Channel* channel = grant.own().channel();
  const auto put = [&](const Record& record) {
    Ring::Slot* slot = channel->ring.Claim();
    slot->record = record;
    Ring::Publish(slot);
  };
  for (uint32_t bit = 0; bit < 55; ++bit) put(BitRecord(kGrant, bit, true));
  const Record stray = {};
  put(stray);
  put(stray);
  Record records[4];
  const auto take = [&] {
    return TakeRecords(channel, records, 4, &grant.claim());
  };
  CHECK_EQ(take(), 3);
  CHECK_EQ(records[0].tag, DataTag(kGrant, 0));
  CHECK_EQ(records[1].tag, 0);
  CHECK_EQ(records[2].tag, 0);
  CHECK_EQ(grant.claim().bit_count(), 55);
  for (int i = 0; i < 5; ++i) put(stray);
  CHECK_EQ(take(), 4);
  CHECK_EQ(take(), 1);
  CHECK_EQ(take(), 0);
}

}  // namespace minitalk::test
