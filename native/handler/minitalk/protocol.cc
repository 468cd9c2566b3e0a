#include "handler/minitalk/protocol.h"

#include "handler/minitalk/grant.h"
#include "handler/minitalk/lane.h"
#include "handler/minitalk/word.h"
#include "handler/signals/calls.h"
#include "handler/signals/platform.h"
#include "handler/signals/trace.h"

namespace minitalk {

ProtocolState protocol;

namespace {

void Acknowledge(Grant* grant, uint64_t now, uint32_t count, bool is_last) {
  if (!is_last && protocol.server.defers_acks.load(std::memory_order_relaxed)) {
    grant->owes_ack.store(true, std::memory_order_relaxed);
  } else {
    SendAck(grant, now, count);
  }
}

// So that the loop comes and takes the data that follow.
void WakeIfParked(Channel* channel) {
  if (!protocol.server.parked.load(std::memory_order_relaxed)) return;
  protocol.server.parked.store(false, std::memory_order_relaxed);
  Wake(channel);
}

// A data bit of the client that has the grant. Only SI_TKILL counts: the kernel
// vouches for its pid, and a plain kill by that client's own process is no bit.
bool TakeBit(const siginfo_t& info) {
  if (info.si_code != kCodeThread) return false;
  Grant* grant = StartedGrant(info.si_pid, Mode::kBit);
  if (grant == nullptr || IsByLanes(grant)) return false;
  const uint32_t bits = grant->bits.load(std::memory_order_relaxed);
  if (grant->count.load(std::memory_order_relaxed) >= bits) return false;
  const GrantUse use(grant);
  if (!use.valid()) return false;
  Channel* channel = use.channel();
  const uint32_t number = grant->number.load(std::memory_order_relaxed);
  Ring::Slot* slot = ClaimForData(channel);
  if (slot == nullptr) {
    // Not taken, so not acknowledged: the client asks, sees that the count
    // lacks the bit, and sends it again.
    TraceCaptured(Traced::kSpare, info, DataTag(number, kNoPlace));
    Wake(channel);
    return true;
  }
  // Bits sent to several threads are handled at once; only one is the last.
  uint32_t count = grant->count.load(std::memory_order_relaxed);
  while (count < bits && !grant->count.compare_exchange_weak(
                             count, count + 1, std::memory_order_relaxed)) {
  }
  const uint64_t now = Now();
  if (count >= bits) {
    TraceCaptured(Traced::kSpare, info, DataTag(number, kNoPlace));
    PublishData(channel, slot, info, now, 0);
    Wake(channel);
    return true;
  }
  const uint32_t tag = DataTag(number, count);
  ++count;
  TraceCaptured(Traced::kData, info, tag);
  PublishData(channel, slot, info, now, tag);
  Acknowledge(grant, now, count, count == bits);
  if (count == bits || IsAboveHighWater(channel->ring)) Wake(channel);
  WakeIfParked(channel);
  return true;
}

// A data word of the client that has the grant. Its pid is only claimed; the
// header has to name the grant and the word's place in the frame.
bool TakeDataWord(const siginfo_t& info) {
  const DataHeader header = DataHeader::Parse(info.si_errno);
  if (!header.IsValid()) return false;
  Grant* grant = StartedGrant(
      info.si_pid, info.si_signo == SIGUSR1 ? Mode::kWord : Mode::kBurst);
  if (grant == nullptr || IsByLanes(grant) ||
      header.grant != grant->number.load(std::memory_order_relaxed)) {
    return false;
  }
  const uint64_t width = 64 * uint64_t{header.eights};  // bits
  const uint32_t bits = grant->bits.load(std::memory_order_relaxed);
  const uint32_t before = header.number - 1;
  const size_t first_eight = size_t{before} * header.eights;
  if (before * width >= bits || first_eight + header.eights > kFrameEights) {
    return false;
  }
  // One before it was not taken, or it was taken already: the count tells.
  const auto data = static_cast<uint32_t>(info.si_errno);
  if (grant->count.load(std::memory_order_acquire) != before) {
    TraceCaptured(Traced::kSpare, info, data);
    return true;
  }
  const GrantUse use(grant);
  if (!use.valid()) return false;
  Channel* channel = use.channel();
  const bool is_last = header.number * width >= bits;
  Ring::Slot* slot = nullptr;
  if (is_last) {
    slot = ClaimForData(channel);
    if (slot == nullptr) {  // as for a bit
      TraceCaptured(Traced::kSpare, info, data);
      Wake(channel);
      return true;
    }
  }
  StorePayload(info, first_eight, header.eights);
  uint32_t count = before;
  const bool counts = grant->count.compare_exchange_strong(
      count, header.number, std::memory_order_acq_rel);
  const uint64_t now = Now();
  TraceCaptured(counts ? Traced::kData : Traced::kSpare, info, data);
  if (slot != nullptr) {
    PublishData(channel, slot, info, now,
                counts ? DataTag(header.grant, before) : 0);
  }
  if (!counts) return true;
  if (header.ask) Acknowledge(grant, now, header.number, is_last);
  if (is_last) Wake(channel);
  WakeIfParked(channel);
  return true;
}

// QUERY of the present grant: starts it, and tells how much of its frame is
// there.
bool AnswerQuery(const siginfo_t& info, const Word& word) {
  Grant* grant = protocol.server.current.load(std::memory_order_acquire);
  if (!NamesGrant(grant, info, word)) return false;
  TraceCaptured(Traced::kWord, info);
  if (!grant->start.exchange(true, std::memory_order_relaxed)) {
    const bool by_lanes =
        word.count != 0 && grant->offered.load(std::memory_order_relaxed) > 0;
    if (by_lanes) OpenLanes(grant, LaneQuery::Parse(word.count));
    grant->started.store(true, std::memory_order_release);
    // Before the ANSWER: who has that knows whether there is a round 0.
    if (by_lanes && grant->settled.load(std::memory_order_relaxed)) {
      SendAck(grant, Now(), 0);
    }
  }
  Reply(grant, Now(), SIGUSR2,
        Word{Word::kAnswer, word.session, word.question, word.grant,
             grant->count.load(std::memory_order_relaxed)});
  if (!IsByLanes(grant)) {
    WakeIfParked(grant->channel.load(std::memory_order_relaxed));
  }
  return true;
}

// ACK or ANSWER for one of our own transmissions.
bool StoreReply(const siginfo_t& info, const Word& word) {
  const size_t count = protocol.line_count.load(std::memory_order_acquire);
  for (size_t i = 0; i < count; ++i) {
    Line* line = &protocol.lines[i];
    if (line->session.load(std::memory_order_acquire) != word.session ||
        line->pid.load(std::memory_order_relaxed) != info.si_pid) {
      continue;
    }
    TraceCaptured(Traced::kWord, info);
    (word.kind == Word::kAck ? line->ack : line->answer)
        .store(word.Value(), std::memory_order_release);
    return true;
  }
  return false;
}

// Whether the signal belonged to a transmission and is thereby done.
bool TakeTransmitted(const siginfo_t& info) {
  const int signo = info.si_signo;
  const bool is_burst =
      signo == protocol.server.burst_signal.load(std::memory_order_relaxed);
  if (signo != SIGUSR1 && signo != SIGUSR2 && !is_burst) return false;
  if (info.si_code != kCodeQueue) return !is_burst && TakeBit(info);
  if (info.si_errno != 0) return signo != SIGUSR2 && TakeDataWord(info);
  const Word word = Word::Parse(SignalValue(info));
  if (!word.IsValid()) return false;
  if (signo == SIGUSR1)
    return word.kind == Word::kAck && StoreReply(info, word);
  if (word.kind == Word::kQuery) return AnswerQuery(info, word);
  return !is_burst && word.kind == Word::kAnswer && StoreReply(info, word);
}

Taken Take(const siginfo_t& info, void*) {
  if (TakeTransmitted(info)) return Taken::kDone;
  // It can be a control word. Those are never a flood, and somebody waits for
  // each one's reply.
  const bool is_word = info.si_signo == SIGUSR2 && info.si_code == kCodeQueue;
  return is_word ? Taken::kUrgent : Taken::kNo;
}

// What docs/protocol.md, section 2, says of each signal, without the state of
// any conversation.
bool Resembles(const siginfo_t& info) {
  const int signo = info.si_signo;
  if (signo < 1 || signo > kMaxSignal) return false;
  const bool is_burst =
      (protocol.server.burst_signals.load(std::memory_order_relaxed) &
       SignalBit(signo)) != 0;
  if (signo != SIGUSR1 && signo != SIGUSR2 && !is_burst) return false;
  // Over RLIMIT_SIGPENDING a standard signal loses all that it carried.
  if (info.si_code == SI_USER) return !is_burst && info.si_pid == 0;
  if (info.si_pid == state.owner.load(std::memory_order_relaxed)) return false;
  if (info.si_code == kCodeThread) return !is_burst;
  if (info.si_code != kCodeQueue) return false;
  if (info.si_errno != 0) {
    return signo != SIGUSR2 && DataHeader::Parse(info.si_errno).IsValid();
  }
  const Word word = Word::Parse(SignalValue(info));
  if (!word.IsValid()) return false;
  if (signo == SIGUSR2) return word.kind != 0;
  return word.kind == (is_burst ? Word::kQuery : Word::kAck);
}

constexpr Hook kHook = {Take, Resembles};

}  // namespace

void InstallHook() { state.hooks[1].store(&kHook); }

void PayAck(Grant* grant) {
  if (!grant->owes_ack.exchange(false, std::memory_order_relaxed)) return;
  SendAck(grant, Now(), grant->count.load(std::memory_order_relaxed));
}

}  // namespace minitalk
