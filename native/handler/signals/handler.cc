#include "handler/signals/handler.h"

#include <errno.h>
#include <unistd.h>

#include "handler/signals/calls.h"
#include "handler/signals/chain.h"
#include "handler/signals/grace.h"
#include "handler/signals/hook.h"
#include "handler/signals/platform.h"
#include "handler/signals/publish.h"
#include "handler/signals/report.h"
#include "handler/signals/state.h"

namespace minitalk {

State state;

namespace {

// What follows the signal, the stronger the greater.
enum class Outcome { kAsBefore, kChain, kDefault, kStop };

bool Has(const std::atomic<uint64_t>& mask, int signo) {
  return (mask.load(std::memory_order_acquire) & SignalBit(signo)) != 0;
}

bool Wants(const Channel& channel, After after, int signo) {
  return Has(channel.after[static_cast<size_t>(after)], signo);
}

// Calls back for each channel that watches the signal, held open meanwhile.
template <typename Callback>
void ForEachWatcher(int signo, Callback callback) {
  const size_t count = state.channel_count.load(std::memory_order_acquire);
  for (size_t i = 0; i < count; ++i) {
    Channel* channel = &state.channels[i];
    if (!Has(channel->signals, signo)) continue;
    const ChannelUse use(channel);
    // Looked at again inside: this may be the channel's next life by now.
    if (use.open() && Has(channel->signals, signo)) callback(channel);
  }
}

bool Allows(const Channel& channel, const siginfo_t& info) {
  return channel.policy.Allows(
      info, state.unmapped_uid.load(std::memory_order_relaxed));
}

Outcome OutcomeFor(const Channel& channel, const siginfo_t& info) {
  const int signo = info.si_signo;
  if (Wants(channel, After::kReport, signo)) return Outcome::kAsBefore;
  if (!Allows(channel, info)) {
    return channel.policy.refuses_others ? Outcome::kStop : Outcome::kAsBefore;
  }
  if (Wants(channel, After::kStop, signo)) return Outcome::kStop;
  if (Wants(channel, After::kDefault, signo)) return Outcome::kDefault;
  return Outcome::kChain;
}

// What the protocol has made of it, where this process speaks one.
Taken TakeByHook(const siginfo_t& info) {
  const Hook* hook = state.hook.load(std::memory_order_acquire);
  return hook == nullptr ? Taken::kNo : hook->take(info);
}

// Puts the record into the channel's ring; false, and one more lost, when that
// is full.
bool AddRecord(Channel* channel, const siginfo_t& info, bool refused,
               bool is_urgent) {
  Ring::Slot* slot = channel->ring.Claim();
  const uint64_t sequence =
      channel->sequence.fetch_add(1, std::memory_order_relaxed);
  if (slot == nullptr) {
    channel->lost[info.si_signo].fetch_add(1, std::memory_order_relaxed);
    Wake(channel);
    return false;
  }
  Record* record = &slot->record;
  Fill(record, info, Now(), sequence);
  if (refused) record->extra |= kRefused;
  if (channel->snapshots != nullptr && record->pid > 0) {
    record->extra |= channel->snapshots->Take(record->pid);
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

// False when the channel has no room for it.
bool Tell(Channel* channel, const siginfo_t& info, Outcome outcome,
          bool is_urgent) {
  if (Wants(*channel, After::kReport, info.si_signo)) {
    // The words of a conversation end nobody who watches for them.
    if (!is_urgent || outcome == Outcome::kAsBefore) Report(info);
    return true;
  }
  const bool allowed = Allows(*channel, info);
  if (!allowed && !channel->policy.refuses_others) return true;
  return AddRecord(channel, info, !allowed, is_urgent);
}

// A signal that nobody has done with.
Outcome TellAll(const siginfo_t& info, bool is_urgent) {
  const int signo = info.si_signo;
  Outcome outcome = Outcome::kAsBefore;
  uint64_t grace = 0;
  ForEachWatcher(signo, [&](Channel* channel) {
    const Outcome wanted = OutcomeFor(*channel, info);
    if (wanted > outcome) outcome = wanted;
    if (wanted == Outcome::kDefault && channel->grace > grace) {
      grace = channel->grace;
    }
  });
  // Before anybody is told, because the loop asks whether it is due.
  const bool waits = outcome == Outcome::kDefault && StartGrace(signo, grace);
  bool told = true;
  ForEachWatcher(signo, [&](Channel* channel) {
    if (!Tell(channel, info, outcome, is_urgent)) told = false;
  });
  // Without a record no loop does what is due.
  if (outcome == Outcome::kDefault && (!waits || !told)) DoDueAction(signo);
  return outcome;
}

}  // namespace

bool TakeSignal(const siginfo_t& info, void* context) {
  if (info.si_signo < 1 || info.si_signo > kMaxSignal) return false;
  const Taken taken = TakeByHook(info);
  if (taken == Taken::kDone) return true;
  if (IsGraceOver(info)) {
    DoDueAction(info.si_signo);
    return false;
  }
  switch (TellAll(info, taken == Taken::kUrgent)) {
    case Outcome::kAsBefore:
      DoAsBefore(info, context);
      break;
    case Outcome::kChain:
      Chain(info, context);
      break;
    case Outcome::kDefault:
    case Outcome::kStop:
      break;
  }
  return false;
}

extern "C" void MinitalkHandleSignal(int signo, siginfo_t* info,
                                     void* context) {
  const int saved_errno = errno;
  const bool valid = signo >= 1 && signo <= kMaxSignal;
  if (valid && IsChained(*info)) {
    ChainBack(*info, context);
  } else if (getpid() == state.owner.load(std::memory_order_relaxed)) {
    TakeSignal(*info, context);
  } else if (valid) {
    // A forked child: nothing of ours is there, so nobody watches.
    DoAsBefore(*info, context);
  }
  errno = saved_errno;
}

}  // namespace minitalk
