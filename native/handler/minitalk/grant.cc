#include "handler/minitalk/grant.h"

#include "handler/signals/calls.h"
#include "handler/signals/status.h"
#include "handler/signals/trace.h"

namespace minitalk {

namespace {

// After so long a pause a client may have died and its pid may be another's, or
// it may catch the signals no more.
constexpr uint64_t kLookExpires = 100'000'000;  // ns

// Whether the grant's client may be sent a signal: one that does not catch it
// would die of it.
bool MayReply(Grant* grant, uint64_t now) {
  const uint64_t last = grant->last_reply.load(std::memory_order_relaxed);
  const int status = grant->status.load(std::memory_order_relaxed);
  if (now - last >= kLookExpires && status >= 0 &&
      CatchesAll(status, kUserSignals) != 1) {
    return false;  // and the next time again: the pause goes on
  }
  grant->last_reply.store(now, std::memory_order_relaxed);
  return true;
}

}  // namespace

bool NamesGrant(const Grant* grant, const siginfo_t& info, const Word& word) {
  return grant != nullptr &&
         info.si_pid == grant->pid.load(std::memory_order_relaxed) &&
         word.session == grant->session.load(std::memory_order_relaxed) &&
         word.grant == grant->number.load(std::memory_order_relaxed);
}

Grant* StartedGrant(pid_t pid, Mode mode) {
  Grant* grant = protocol.server.current.load(std::memory_order_acquire);
  const bool is_started = grant != nullptr &&
                          pid == grant->pid.load(std::memory_order_relaxed) &&
                          mode == grant->mode.load(std::memory_order_relaxed) &&
                          grant->started.load(std::memory_order_acquire);
  return is_started ? grant : nullptr;
}

Ring::Slot* ClaimForData(Channel* channel) {
  Ring& ring = channel->ring;
  const uint64_t left_to_others = ring.capacity() / 8;
  const bool has_room = ring.Depth() + left_to_others < ring.capacity();
  return has_room ? ring.Claim() : nullptr;
}

void PublishData(Channel* channel, Ring::Slot* slot, const siginfo_t& info,
                 uint64_t now, uint32_t tag) {
  Fill(&slot->record, info, now,
       channel->sequence.fetch_add(1, std::memory_order_relaxed));
  slot->record.tag = tag;
  Ring::Publish(slot);
}

void StorePayload(const siginfo_t& info, size_t first_eight, uint32_t eights) {
  for (size_t i = 0; i < eights; ++i) {
    protocol.server.frame[first_eight + i].store(PayloadEight(info, i),
                                                 std::memory_order_relaxed);
  }
}

void Reply(Grant* grant, uint64_t now, int signo, const Word& word) {
  if (!MayReply(grant, now)) return;
  // A reply that cannot be sent is a reply that was lost: the client asks
  // again.
  const pid_t pid = grant->pid.load(std::memory_order_relaxed);
  const pid_t thread = grant->thread.load(std::memory_order_relaxed);
  const siginfo_t info = QueuedInfo(
      state.owner.load(std::memory_order_relaxed),
      state.owner_uid.load(std::memory_order_relaxed), signo, word.Value());
  const uint64_t time = TraceTime();
  const int error = QueueInfo(pid, thread, info);
  TraceSent(Traced::kSent, info, {pid, thread, error, time});
}

void SendAck(Grant* grant, uint64_t now, uint32_t count) {
  Reply(grant, now, SIGUSR1,
        Word{Word::kAck, grant->session.load(std::memory_order_relaxed), 0,
             grant->number.load(std::memory_order_relaxed), count});
}

}  // namespace minitalk
