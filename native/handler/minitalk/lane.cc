#include "handler/minitalk/lane.h"

#include <algorithm>

#include "handler/minitalk/grant.h"
#include "handler/signals/calls.h"
#include "handler/signals/trace.h"

namespace minitalk {

namespace {

// Data signals in the grant's frame.
uint32_t Total(const Grant* grant) {
  const uint32_t bits = grant->bits.load(std::memory_order_relaxed);
  const uint32_t eights = grant->eights.load(std::memory_order_relaxed);
  return eights == 0 ? bits : (bits + 64 * eights - 1) / (64 * eights);
}

// Data signals there before a round, from 1.
uint32_t Before(const Grant* grant, uint32_t round) {
  return grant->count.load(std::memory_order_relaxed) +
         (round - 1) * grant->lanes.load(std::memory_order_relaxed);
}

// How many lanes have a part in a round: in 0, their start, all.
uint32_t PartIn(const Grant* grant, uint32_t round) {
  const uint32_t lanes = grant->lanes.load(std::memory_order_relaxed);
  if (round == 0) return lanes;
  const uint32_t before = Before(grant, round);
  const uint32_t total = Total(grant);
  return before < total ? std::min(lanes, total - before) : 0;
}

bool IsLastRound(const Grant* grant, uint32_t round) {
  return PartIn(grant, round + 1) == 0;
}

// The lane has taken its part of the round. Who is the last opens the next
// round, then acknowledges. True for who completes the frame.
bool Arrive(Grant* grant, uint32_t round, uint64_t now) {
  if (grant->left.fetch_sub(1, std::memory_order_acq_rel) != 1) return false;
  grant->left.store(PartIn(grant, round + 1), std::memory_order_relaxed);
  grant->round.store(round + 1, std::memory_order_release);
  SendAck(grant, now, round);
  return IsLastRound(grant, round);
}

// False where it was.
bool Start(Lane* lane, const Grant* grant) {
  const uint64_t serial = grant->serial.load(std::memory_order_relaxed);
  if (lane->serial == serial) return false;
  lane->serial = serial;
  lane->next = 1;
  return true;
}

// The round whose data this lane may take now; 0: of none.
uint32_t TakeableRound(Lane* lane, const Grant* grant) {
  if (grant->settled.load(std::memory_order_relaxed)) Start(lane, grant);
  if (lane->serial != grant->serial.load(std::memory_order_relaxed)) return 0;
  const uint32_t round = grant->round.load(std::memory_order_acquire);
  const bool is_turn =
      round > 0 && lane->next == round && lane->index < PartIn(grant, round);
  return is_turn ? round : 0;
}

// Bits and words alike: nothing is taken for which the ring has no room.
bool TakeData(Lane* lane, Grant* grant, const siginfo_t& info,
              const DataHeader* header) {
  const GrantUse use(grant);
  if (!use.valid() || !IsByLanes(grant)) return false;
  const uint32_t round = TakeableRound(lane, grant);
  if (round == 0) return false;
  const uint32_t before = Before(grant, round) + lane->index;
  const uint32_t tag =
      DataTag(grant->number.load(std::memory_order_relaxed), before);
  const uint32_t data =
      header == nullptr ? tag : static_cast<uint32_t>(info.si_errno);
  const uint32_t traced_lane = 1 + lane->index;
  if (header != nullptr &&
      (header->number != before + 1 ||
       size_t{before + 1} * header->eights > kFrameEights)) {
    TraceCaptured(Traced::kSpare, info, data, traced_lane);
    return true;
  }
  Channel* channel = use.channel();
  // Each bit has a record; of data words the last round's, and the one of who
  // completes it comes when the frame is whole.
  Ring::Slot* slot = nullptr;
  if (header == nullptr || IsLastRound(grant, round)) {
    slot = ClaimForData(channel);
    if (slot == nullptr) {
      TraceCaptured(Traced::kSpare, info, data, traced_lane);
      Wake(channel);
      return true;
    }
  }
  const uint64_t now = Now();
  TraceCaptured(Traced::kData, info, data, traced_lane);
  if (header == nullptr) {
    PublishData(channel, slot, info, now, tag);
  } else {
    StorePayload(info, size_t{before} * header->eights, header->eights);
  }
  lane->next = round + 1;
  const bool is_whole = Arrive(grant, round, now);
  if (header != nullptr && slot != nullptr) {
    PublishData(channel, slot, info, now, tag);
  }
  if (is_whole || (header == nullptr && IsAboveHighWater(channel->ring))) {
    Wake(channel);
  }
  return true;
}

bool TakeBit(Lane* lane, const siginfo_t& info) {
  Grant* grant = StartedGrant(info.si_pid, Mode::kBit);
  return grant != nullptr && TakeData(lane, grant, info, nullptr);
}

bool TakeWord(Lane* lane, const siginfo_t& info) {
  const DataHeader header = DataHeader::Parse(info.si_errno);
  if (!header.IsValid()) return false;
  Grant* grant = StartedGrant(info.si_pid, Mode::kWord);
  return grant != nullptr &&
         header.grant == grant->number.load(std::memory_order_relaxed) &&
         header.eights == grant->eights.load(std::memory_order_relaxed) &&
         TakeData(lane, grant, info, &header);
}

// Starts the lane, where it was not; tells its count, where that is asked.
bool TakeQuery(Lane* lane, const siginfo_t& info, const Word& word) {
  Grant* grant = protocol.server.current.load(std::memory_order_acquire);
  if (grant == nullptr) return false;
  // Looked at inside: held up before, it could be a later grant by now.
  const GrantUse use(grant);
  if (!use.valid() || !NamesGrant(grant, info, word) ||
      !grant->started.load(std::memory_order_acquire) ||
      lane->index >= PartIn(grant, 0)) {
    return false;
  }
  TraceCaptured(Traced::kWord, info);
  const uint64_t now = Now();
  if (Start(lane, grant) && !grant->settled.load(std::memory_order_relaxed)) {
    Arrive(grant, 0, now);
  }
  if (!LaneQuery::Parse(word.count).quiet) {
    Reply(grant, now, SIGUSR2,
          Word{Word::kAnswer, word.session, word.question, word.grant,
               lane->next - 1});
  }
  return true;
}

}  // namespace

bool TakeInLane(Lane* lane, const siginfo_t& info) {
  if (info.si_signo == SIGUSR1 && info.si_code == kCodeQueue &&
      info.si_errno != 0) {
    return TakeWord(lane, info);
  }
  if (info.si_code == kCodeThread) return TakeBit(lane, info);
  if (info.si_signo != SIGUSR2 || info.si_code != kCodeQueue) return false;
  const Word word = Word::Parse(SignalValue(info));
  return word.IsValid() && word.kind == Word::kQuery && word.count != 0 &&
         TakeQuery(lane, info, word);
}

void OpenLanes(Grant* grant, const LaneQuery& query) {
  const bool has_cpu = query.cpu != LaneQuery::kNoCpu;
  const bool is_bit = grant->mode.load(std::memory_order_relaxed) == Mode::kBit;
  // What its data are like is the grant's; how much a word carries the
  // client's.
  grant->eights.store(is_bit ? 0 : std::max(query.eights, 1u),
                      std::memory_order_relaxed);
  grant->cpu.store(has_cpu ? static_cast<int>(query.cpu) : -1,
                   std::memory_order_relaxed);
  const uint32_t lanes = grant->offered.load(std::memory_order_relaxed);
  grant->lanes.store(lanes, std::memory_order_relaxed);
  std::atomic<uint32_t>& unsettled = protocol.server.unsettled;
  const uint32_t before = unsettled.load(std::memory_order_relaxed);
  unsettled.store(std::max(before, lanes), std::memory_order_relaxed);
  grant->settled.store(before == 0, std::memory_order_relaxed);
  const uint32_t round = before == 0 ? 1 : 0;
  grant->round.store(round, std::memory_order_relaxed);
  grant->left.store(PartIn(grant, round), std::memory_order_relaxed);
  PlaceLanes(grant);
}

void PlaceLanes(const Grant* grant) {
  const bool together = grant->together.load(std::memory_order_relaxed);
  protocol.server.lane_cpu.store(
      together ? grant->cpu.load(std::memory_order_relaxed) : -1,
      std::memory_order_relaxed);
}

uint32_t KeptCount(const Grant* grant) {
  const uint32_t count = grant->count.load(std::memory_order_acquire);
  const uint32_t round = grant->round.load(std::memory_order_acquire);
  if (!IsByLanes(grant) || round == 0) return count;
  return std::min(Before(grant, round), Total(grant));
}

void SettleLanes(const Grant* grant) {
  std::atomic<uint32_t>& unsettled = protocol.server.unsettled;
  const uint32_t lanes = grant->lanes.load(std::memory_order_relaxed);
  if (lanes >= unsettled.load(std::memory_order_relaxed) &&
      IsWholeByLanes(grant)) {
    unsettled.store(0, std::memory_order_relaxed);
  }
}

bool IsWholeByLanes(const Grant* grant) {
  return KeptCount(grant) == Total(grant);
}

}  // namespace minitalk
