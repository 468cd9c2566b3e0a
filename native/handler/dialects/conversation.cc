#include "handler/dialects/conversation.h"

#include <signal.h>
#include <ucontext.h>

#include "handler/dialects/correspondent.h"
#include "handler/signals/calls.h"
#include "handler/signals/platform.h"
#include "handler/signals/publish.h"
#include "handler/signals/trace.h"

namespace minitalk {

DialectState dialects;

namespace {

bool IsNudge(const siginfo_t& info) {
  return info.si_code == kCodeQueue && SignalValue(info) == kNudge &&
         info.si_pid == state.owner.load(std::memory_order_relaxed);
}

// The kernel gives a process's signal to any thread that takes it; who waits
// for the reply may be another one.
void Nudge(pid_t thread) {
  if (thread == 0 || thread == ThreadId()) return;
  QueueSignalAs(state.owner.load(std::memory_order_relaxed),
                state.owner_uid.load(std::memory_order_relaxed),
                state.owner.load(std::memory_order_relaxed), thread, SIGUSR1,
                kNudge);
}

// While the main thread is in its handler the kernel gives the next signal to
// any other thread that takes it. Those could overtake each other, and bits
// would stand in another order: from now on such a thread leaves them to it.
void LeaveToMainThread(void* context) {
  const pid_t thread = ThreadId();
  if (context == nullptr ||
      thread == state.owner.load(std::memory_order_relaxed) ||
      HasConsumer(thread)) {
    return;
  }
  // Who subscribes there later unblocks them.
  state.ever_held.fetch_or(kUserSignals, std::memory_order_relaxed);
  auto* mask = &static_cast<ucontext_t*>(context)->uc_sigmask;
  sigaddset(mask, SIGUSR1);
  sigaddset(mask, SIGUSR2);
}

// A signal of the server that one of our clients sends to.
bool TakeReply(const siginfo_t& info) {
  const size_t count = dialects.replies_count.load(std::memory_order_acquire);
  for (size_t i = 0; i < count; ++i) {
    Replies* replies = &dialects.replies[i];
    if (replies->pid.load(std::memory_order_acquire) != info.si_pid) continue;
    TraceCaptured(Traced::kStep, info);
    replies->count[info.si_signo == SIGUSR1 ? 0 : 1].fetch_add(
        1, std::memory_order_release);
    Nudge(replies->thread.load(std::memory_order_acquire));
    return true;
  }
  return false;
}

// A signal of a client that our server has looked at.
bool TakeBit(const siginfo_t& info) {
  const CorrespondentUse use(info.si_pid);
  if (!use.valid()) return false;
  Channel* channel = dialects.channel.load(std::memory_order_acquire);
  if (channel == nullptr) return false;
  const ChannelUse channel_use(channel);
  // Looked at again inside: the channel may have a next life by now.
  if (!channel_use.open() ||
      dialects.channel.load(std::memory_order_seq_cst) != channel) {
    return false;
  }
  uint64_t sequence = 0;
  Ring::Slot* slot = ClaimForArrival(channel, info.si_signo, &sequence);
  // Not acknowledged, so that nobody believes that it was taken.
  TraceCaptured(Traced::kStep, info);
  if (slot == nullptr) return true;
  const uint64_t now = Now();
  const bool acknowledges = use.MayAcknowledge(now);
  Fill(&slot->record, info, now, sequence);
  slot->record.tag = acknowledges ? kAcknowledged : kWithheld;
  Ring::Publish(slot);
  // Last: the next bit may come at once, on another thread, and is to stand
  // behind this one.
  if (acknowledges) use.Acknowledge(info.si_signo);
  if (!acknowledges || channel->armed.load(std::memory_order_seq_cst) ||
      IsAboveHighWater(channel->ring)) {
    Wake(channel);
  }
  return true;
}

// Other minitalks say all by kill(2), and the kernel vouches for who does.
bool IsPlainUserSignal(const siginfo_t& info) {
  return (info.si_signo == SIGUSR1 || info.si_signo == SIGUSR2) &&
         info.si_code == SI_USER && info.si_pid > 0;
}

Taken Take(const siginfo_t& info, void* context) {
  if (IsNudge(info)) {
    LeaveToMainThread(context);
    return Taken::kDone;
  }
  if (!IsPlainUserSignal(info)) return Taken::kNo;
  if (TakeReply(info)) {
    LeaveToMainThread(context);
    return Taken::kDone;
  }
  if (dialects.channel.load(std::memory_order_acquire) == nullptr) {
    return Taken::kNo;
  }
  LeaveToMainThread(context);
  return TakeBit(info) ? Taken::kDone : Taken::kNo;
}

// Who has been spoken with may be late.
bool Resembles(const siginfo_t& info) {
  return IsNudge(info) || IsPlainUserSignal(info);
}

constexpr Hook kHook = {Take, Resembles};

}  // namespace

bool HasConsumer(pid_t thread) {
  const size_t count = state.channel_count.load(std::memory_order_acquire);
  for (size_t i = 0; i < count; ++i) {
    const Channel& channel = state.channels[i];
    if (channel.open.load(std::memory_order_relaxed) &&
        channel.thread == thread) {
      return true;
    }
  }
  return false;
}

void InstallDialectHook() { state.hooks[0].store(&kHook); }

}  // namespace minitalk
