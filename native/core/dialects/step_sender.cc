#include "core/dialects/step_sender.h"

#include <errno.h>
#include <sched.h>

#include <algorithm>

#include "core/dialects/gather.h"
#include "core/dialects/pace.h"
#include "core/signals/waiting.h"
#include "handler/dialects/conversation.h"
#include "handler/signals/calls.h"
#include "handler/signals/platform.h"
#include "handler/signals/status.h"
#include "handler/signals/trace.h"

namespace minitalk {

namespace {

// After so long a pause the target may have put its handlers away.
constexpr uint64_t kLookExpires = 100'000'000;  // ns
// One wait; longer than a scheduler tick, see transmit.cc.
constexpr uint64_t kWait = 5'000'000;  // ns
// Without a reply for so long the event loop is given a rest.
constexpr uint64_t kQuiet = 5'000'000;  // ns
// A target that runs on for so long though it has nothing of ours to do does
// not sleep while it waits.
constexpr uint64_t kNeverSleeps = 50'000'000;  // ns

constexpr unsigned kAwaitedShift = 2;
constexpr uint8_t kBothSignals = 3;

}  // namespace

int StepSender::Open(const StepTarget& target) {
  if (!kHasQueue || target.pidfd < 0) return -ENOSYS;
  if (replies_ != nullptr) return -EALREADY;
  for (size_t i = 0; i < kMaxReplies; ++i) {
    Replies* replies = &dialects.replies[i];
    bool expected = false;
    if (!replies->claimed.compare_exchange_strong(expected, true)) continue;
    replies->thread.store(0);
    replies->pid.store(target.pid);
    size_t count = dialects.replies_count.load();
    while (count <= i &&
           !dialects.replies_count.compare_exchange_weak(count, i + 1)) {
    }
    InstallDialectHook();
    replies_ = replies;
    target_ = target;
    return 0;
  }
  return -ENOSPC;
}

void StepSender::Close() {
  if (replies_ == nullptr) return;
  replies_->pid.store(0);
  replies_->claimed.store(false);
  replies_ = nullptr;
}

int StepSender::Begin(const uint8_t* steps, size_t count, bool is_new_message) {
  if (replies_ == nullptr) return -EBADF;
  for (size_t i = 0; i < count; ++i) {
    const unsigned signal = steps[i] & kBothSignals;
    if ((signal != 1 && signal != 2) || steps[i] >= 16) return -EINVAL;
  }
  steps_.assign(steps, steps + count);
  next_ = 0;
  is_sent_ = false;
  unready_since_ = 0;
  if (is_new_message && is_acknowledged_) {
    is_between_messages_ = true;
    // One that only seems to rest while it answers is looked at for longer.
    never_sleeps_ = false;
  }
  return 0;
}

int StepSender::Run(uint64_t slice_ns) {
  if (replies_ == nullptr) return -EBADF;
  if (HasExited(target_.pidfd)) return -ESRCH;
  const SignalsBlocked blocked;
  replies_->thread.store(ThreadId());
  const int status = Loop(Now() + slice_ns);
  replies_->thread.store(0);
  return status;
}

int StepSender::Loop(uint64_t end) {
  for (;;) {
    const uint64_t now = Now();
    uint64_t wait = kWait;
    if (is_sent_) {
      const auto awaited =
          static_cast<SignalsOfTwo>(steps_[next_] >> kAwaitedShift);
      const SignalsOfTwo seen = Seen();
      if ((awaited & ~seen) == 0) {
        Finish(now);
        continue;
      }
      if ((seen & ~awaited & target_.busy) != 0) return kBusy;
      if (now - sent_at_ >= kQuiet) {
        return HasExited(target_.pidfd) ? -ESRCH : kStalled;
      }
    } else if (next_ == steps_.size()) {
      return kDone;
    } else if (now < not_before_) {
      wait = std::min(wait, not_before_ - now);
    } else {
      const int looked = Look(now);
      if (looked == kReady) {
        const int error = Send(now);
        if (error != 0) return error;
        // A step that awaits nothing is done.
        if (steps_[next_] >> kAwaitedShift == 0) Finish(now);
        if (Now() >= end) return kSliceOver;
        continue;
      }
      if (looked != kSliceOver) return looked;
      if (now >= end) return kSliceOver;
      // On one CPU it would have no chance to take it else.
      sched_yield();
      continue;
    }
    if (now >= end) return kSliceOver;
    siginfo_t info;
    // A signal of somebody else's: the event loop is to see it.
    if (DequeueBlocked(kUserSignals, wait, &info) && !Dispatch(info)) {
      return kSliceOver;
    }
  }
}

int StepSender::Look(uint64_t now) {
  if (is_between_messages_) {
    const int looked = LookAtRest(now);
    if (looked == kReady) DrainAnswers();
    return looked;
  }
  if (!is_acknowledged_ && target_.gap < 0) return LookAtRest(now);
  if (now - looked_at_ < kLookExpires) return kReady;
  const int caught = CatchesAll(target_.status, kUserSignals);
  if (caught != 1) return caught < 0 ? caught : kDeaf;
  looked_at_ = now;
  return kReady;
}

int StepSender::LookAtRest(uint64_t now) {
  Readiness ready;
  const int error = ReadReadiness(target_.status, &ready);
  if (error != 0) return error;
  if (!ready.catches) return kDeaf;
  looked_at_ = now;
  if (ready.is_clear &&
      (ready.state == 'S' || (never_sleeps_ && ready.state == 'R'))) {
    unready_since_ = 0;
    return kReady;
  }
  if (unready_since_ == 0) unready_since_ = now;
  if (now - unready_since_ < kNeverSleeps) return kSliceOver;
  if (ready.state == 'R' && ready.is_clear) never_sleeps_ = true;
  return kStalled;
}

void StepSender::DrainAnswers() {
  GatherSignals(Gathering::kAlsoTheLast);
  // As many as can be pending: each signal once for the thread, once for the
  // process.
  siginfo_t info;
  for (int i = 0; i < 4 && DequeueBlocked(kUserSignals, 0, &info); ++i) {
    Dispatch(info);
  }
}

int StepSender::Send(uint64_t now) {
  for (int i = 0; i < 2; ++i) {
    before_[i] = replies_->count[i].load(std::memory_order_acquire);
  }
  const bool first = (steps_[next_] & kBothSignals) == 1;
  // By the descriptor, so never to a later process of the same pid.
  const int signo = first ? SIGUSR1 : SIGUSR2;
  const uint64_t time = TraceTime();
  const int error = SendToPidfd(target_.pidfd, signo);
  TraceSent(Traced::kSentStep, signo, SI_USER, {target_.pid, 0, error, time});
  if (error != 0) return error;
  is_sent_ = true;
  is_between_messages_ = false;
  sent_at_ = now;
  if (target_.gap >= 0) {
    not_before_ = now + 1000 * static_cast<uint64_t>(target_.gap);
  }
  return 0;
}

SignalsOfTwo StepSender::Seen() const {
  SignalsOfTwo seen = 0;
  for (int i = 0; i < 2; ++i) {
    if (replies_->count[i].load(std::memory_order_acquire) != before_[i]) {
      seen |= SignalsOfTwo{1} << i;
    }
  }
  return seen;
}

void StepSender::Finish(uint64_t now) {
  is_sent_ = false;
  is_acknowledged_ = steps_[next_] >> kAwaitedShift != 0;
  if (is_acknowledged_) looked_at_ = now;  // who answers catches
  ++next_;
}

}  // namespace minitalk
