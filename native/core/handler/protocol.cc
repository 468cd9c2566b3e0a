#include "protocol.h"

#include "calls.h"
#include "platform.h"
#include "publish.h"
#include "state.h"
#include "word.h"

namespace minitalk {

namespace {

// After so long a pause a client may have died and its pid may be another's.
constexpr uint64_t kIdentityExpires = 1'000'000'000;  // ns

// Whether the grant's client may be sent a signal.
bool MayReply(Grant* grant, uint64_t now) {
  const uint64_t last = grant->last_reply.load(std::memory_order_relaxed);
  if (now - last >= kIdentityExpires &&
      HasExited(grant->pidfd.load(std::memory_order_relaxed))) {
    return false;  // and the next time again: the pause goes on
  }
  grant->last_reply.store(now, std::memory_order_relaxed);
  return true;
}

void Reply(Grant* grant, uint64_t now, int signo, const Word& word) {
  if (!MayReply(grant, now)) return;
  // A reply that cannot be sent is a reply that was lost: the client asks
  // again.
  QueueSignalAs(state.owner.load(std::memory_order_relaxed),
                state.owner_uid.load(std::memory_order_relaxed),
                grant->pid.load(std::memory_order_relaxed),
                grant->thread.load(std::memory_order_relaxed), signo,
                word.Value());
}

// A data bit of the client that has the grant. Only SI_TKILL counts: the kernel
// vouches for its pid, and a plain kill by that client's own process is no bit.
bool TakeBit(const siginfo_t& info) {
  if (info.si_code != kCodeThread) return false;
  Grant* grant = state.server.current.load(std::memory_order_acquire);
  if (grant == nullptr ||
      info.si_pid != grant->pid.load(std::memory_order_relaxed) ||
      !grant->started.load(std::memory_order_relaxed)) {
    return false;
  }
  const uint32_t bits = grant->bits.load(std::memory_order_relaxed);
  if (grant->count.load(std::memory_order_relaxed) >= bits) return false;
  Channel* channel = grant->channel.load(std::memory_order_relaxed);
  const ChannelUse use(channel);
  // Looked at again inside: the channel may have a next life by now.
  if (!use.open() ||
      state.server.current.load(std::memory_order_acquire) != grant) {
    return false;
  }
  Ring::Slot* slot = channel->ring.Claim();
  if (slot == nullptr) {
    // Not taken, so not acknowledged: the client asks, sees that the count
    // lacks the bit, and sends it again.
    Wake(channel);
    return true;
  }
  const uint32_t number = grant->number.load(std::memory_order_relaxed);
  // Bits sent to several threads are handled at once; only one is the last.
  uint32_t count = grant->count.load(std::memory_order_relaxed);
  while (count < bits && !grant->count.compare_exchange_weak(
                             count, count + 1, std::memory_order_relaxed)) {
  }
  const bool counts = count < bits;
  const uint64_t now = Now();
  Fill(&slot->record, info, now,
       channel->sequence.fetch_add(1, std::memory_order_relaxed));
  if (counts) slot->record.grant = number + 1;
  Ring::Publish(slot);
  if (!counts) {
    Wake(channel);  // a stray after all
    return true;
  }
  ++count;
  Reply(grant, now, SIGUSR1,
        Word{Word::kAck, grant->session.load(std::memory_order_relaxed), 0,
             number, count});
  if (count == bits || IsAboveHighWater(channel->ring)) Wake(channel);
  return true;
}

// QUERY of the present grant: starts it, and tells how many bits it has.
bool AnswerQuery(const siginfo_t& info, const Word& word) {
  Grant* grant = state.server.current.load(std::memory_order_acquire);
  if (grant == nullptr ||
      info.si_pid != grant->pid.load(std::memory_order_relaxed) ||
      word.session != grant->session.load(std::memory_order_relaxed) ||
      word.grant != grant->number.load(std::memory_order_relaxed)) {
    return false;
  }
  grant->started.store(true, std::memory_order_relaxed);
  Reply(grant, Now(), SIGUSR2,
        Word{Word::kAnswer, word.session, word.question, word.grant,
             grant->count.load(std::memory_order_relaxed)});
  return true;
}

// ACK or ANSWER for one of our own transmissions.
bool StoreReply(const siginfo_t& info, const Word& word) {
  const size_t count = state.line_count.load(std::memory_order_acquire);
  for (size_t i = 0; i < count; ++i) {
    Line* line = &state.lines[i];
    if (line->session.load(std::memory_order_acquire) != word.session ||
        line->pid.load(std::memory_order_relaxed) != info.si_pid) {
      continue;
    }
    (word.kind == Word::kAck ? line->ack : line->answer)
        .store(word.Value(), std::memory_order_release);
    return true;
  }
  return false;
}

}  // namespace

bool TakeProtocol(const siginfo_t& info) {
  if (info.si_signo != SIGUSR1 && info.si_signo != SIGUSR2) return false;
  if (info.si_code != kCodeQueue) return TakeBit(info);
  const Word word = Word::Parse(SignalValue(info));
  if (!word.IsValid()) return false;
  if (info.si_signo == SIGUSR1) {
    return word.kind == Word::kAck && StoreReply(info, word);
  }
  if (word.kind == Word::kQuery) return AnswerQuery(info, word);
  return word.kind == Word::kAnswer && StoreReply(info, word);
}

}  // namespace minitalk
