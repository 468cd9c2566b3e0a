#include "handler/signals/watchers.h"

#include <errno.h>
#include <poll.h>

#include "handler/signals/calls.h"
#include "handler/signals/platform.h"
#include "handler/signals/publish.h"
#include "handler/signals/report.h"
#include "handler/signals/signal_table.h"

namespace minitalk {

namespace {

bool Has(const std::atomic<uint64_t>& mask, int signo) {
  return (mask.load(std::memory_order_acquire) & SignalBit(signo)) != 0;
}

bool Wants(const Channel& channel, After after, int signo) {
  return Has(channel.after[static_cast<size_t>(after)], signo);
}

// Puts the record into the channel's ring; false, and one more lost, when that
// is full.
bool AddRecord(Channel* channel, const siginfo_t& info, SenderRelations& sender,
               uint64_t now, bool refused, bool is_urgent) {
  uint64_t sequence = 0;
  Ring::Slot* slot = ClaimForArrival(channel, info.si_signo, &sequence);
  if (slot == nullptr) return false;
  Record* record = &slot->record;
  Fill(record, info, now, sequence);
  if (refused) record->extra |= kRefused;
  if (channel->snapshots != nullptr && record->pid > 0) {
    const uint32_t taken = channel->snapshots->Take(record->pid);
    record->extra |= taken;
    if (taken != 0) sender.Know(channel->snapshots->senders[taken - 1].birth());
  }
  // Where a policy has looked, or a snapshot is wanted; to look costs as much.
  if (channel->snapshots != nullptr || sender.looked()) {
    record->extra |= TellingRelation(sender.Get()) << kRelationShift;
  }
  Ring::Publish(slot);
  // seq_cst with Claim's exchange: either this sees the arming, or the arming
  // sees the claimed slot.
  if (is_urgent || channel->armed.load(std::memory_order_seq_cst) ||
      IsAboveHighWater(channel->ring)) {
    Wake(channel);
  }
  return true;
}

// A ring this full is drained soon enough, and leaves room for what other
// threads take meanwhile.
bool IsAboveHoldMark(const Ring& ring) {
  constexpr uint64_t kHoldMark = 1024;
  const uint64_t half = ring.capacity() / 2;
  return ring.Depth() >= (half < kHoldMark ? half : kHoldMark);
}

}  // namespace

Watchers::Watchers(const siginfo_t& info) : info_(info), sender_(info) {
  const size_t count = state.channel_count.load(std::memory_order_acquire);
  for (size_t i = 0; i < count; ++i) {
    Channel* channel = &state.channels[i];
    if (!Has(channel->signals, info.si_signo)) continue;
    const bool is_open = Enter(channel);
    // Looked at again inside: this may be the channel's next life by now.
    if (is_open && Has(channel->signals, info.si_signo)) {
      Add(channel);
    } else {
      Leave(channel);
    }
  }
}

Watchers::~Watchers() {
  for (size_t i = 0; i < count_; ++i) Leave(watchers_[i].channel);
}

void Watchers::Add(Channel* channel) {
  const Verdict verdict = Judge(*channel);
  if (verdict.outcome > outcome_) outcome_ = verdict.outcome;
  if (verdict.outcome == Outcome::kDefault) {
    if (channel->grace > grace_) grace_ = channel->grace;
    if (channel->deadline > deadline_) deadline_ = channel->deadline;
  }
  watchers_[count_++] = {channel, verdict.telling};
}

Watchers::Verdict Watchers::Judge(const Channel& channel) {
  const int signo = info_.si_signo;
  if (Wants(channel, After::kReport, signo)) {
    return {Outcome::kAsBefore, Telling::kReport};
  }
  if (!channel.policy.Allows(
          info_, state.unmapped_uid.load(std::memory_order_relaxed), sender_)) {
    return channel.policy.refuses_others
               ? Verdict{Outcome::kStop, Telling::kRefusal}
               : Verdict{Outcome::kAsBefore, Telling::kNothing};
  }
  if (Wants(channel, After::kStop, signo)) {
    return {Outcome::kStop, Telling::kRecord};
  }
  if (Wants(channel, After::kDefault, signo)) {
    return {Outcome::kDefault, Telling::kRecord};
  }
  return {Outcome::kChain, Telling::kRecord};
}

bool Watchers::Tell(bool is_urgent) {
  bool told = true;
  const uint64_t now = Now();
  for (size_t i = 0; i < count_; ++i) {
    Channel* channel = watchers_[i].channel;
    switch (watchers_[i].telling) {
      case Telling::kNothing:
        break;
      case Telling::kReport:
        // What is said in a conversation ends nobody who watches for it.
        if (is_urgent && outcome_ != Outcome::kAsBefore) break;
        // The line first: the sender may be ending.
        Report(info_, sender_);
        AddRecord(channel, info_, sender_, now, false, false);
        break;
      case Telling::kRecord:
      case Telling::kRefusal:
        // A lost one counts: it belongs to a flood.
        state.dispositions[info_.si_signo].last_taken.store(
            now, std::memory_order_relaxed);
        if (!AddRecord(channel, info_, sender_, now,
                       watchers_[i].telling == Telling::kRefusal, is_urgent)) {
          told = false;
        }
        break;
    }
  }
  return told;
}

const Channel* Watchers::Filling() const {
  if (info_.si_signo <= kLastStandardSignal) return nullptr;
  for (size_t i = 0; i < count_; ++i) {
    const Channel* channel = watchers_[i].channel;
    if (channel->holds.load() && IsAboveHoldMark(channel->ring)) return channel;
  }
  return nullptr;
}

void Watchers::HoldBack(void* context) const {
  if (context == nullptr || Filling() == nullptr) return;
  const pid_t thread = ThreadId();
  for (size_t i = 0; i < count_; ++i) {
    Channel* channel = watchers_[i].channel;
    if (channel->thread != thread || !channel->holds.load()) continue;
    channel->held.fetch_or(SignalBit(info_.si_signo),
                           std::memory_order_relaxed);
    state.ever_held.fetch_or(SignalBit(info_.si_signo),
                             std::memory_order_relaxed);
    sigaddset(&static_cast<ucontext_t*>(context)->uc_sigmask, info_.si_signo);
  }
}

bool Watchers::HandOver() const {
  const Channel* filling = Filling();
  if (filling == nullptr) return false;
  const pid_t thread = ThreadId();
  for (size_t i = 0; i < count_; ++i) {
    const Channel* channel = watchers_[i].channel;
    if (channel->thread == thread && channel->holds.load()) return false;
  }
  const pid_t process = state.owner.load(std::memory_order_relaxed);
  // The sender competes for what room the kernel has. The main thread's loop is
  // not to wait for that; others do, each for some ms.
  int patience = thread == process ? 0 : 10;
  while (const int error = QueueInfo(process, filling->thread, info_)) {
    if (error != -EAGAIN || patience-- == 0 || !filling->holds.load()) {
      return false;
    }
    poll(nullptr, 0, 1);
  }
  return true;
}

}  // namespace minitalk
