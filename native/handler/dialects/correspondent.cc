#include "handler/dialects/correspondent.h"

#include "handler/signals/calls.h"
#include "handler/signals/platform.h"
#include "handler/signals/status.h"
#include "handler/signals/trace.h"

namespace minitalk {

namespace {

// After so long a pause a client may catch the signals no more.
constexpr uint64_t kLookExpires = 100'000'000;  // ns

bool TakeOne(std::atomic<uint32_t>* plain) {
  uint32_t left = plain->load(std::memory_order_acquire);
  while (left != 0 && left != Correspondent::kAll) {
    if (plain->compare_exchange_weak(left, left - 1,
                                     std::memory_order_relaxed)) {
      break;
    }
  }
  return left != 0;
}

}  // namespace

CorrespondentUse::CorrespondentUse(pid_t pid) {
  for (Correspondent& entry : dialects.correspondents) {
    if (entry.pid.load(std::memory_order_acquire) != pid) continue;
    entry.users.fetch_add(1, std::memory_order_seq_cst);
    // seq_cst: either this sees it taken away, or who does that waits.
    if (entry.pid.load(std::memory_order_seq_cst) == pid) {
      entry_ = &entry;
      return;
    }
    entry.users.fetch_sub(1, std::memory_order_release);
  }
}

CorrespondentUse::~CorrespondentUse() {
  if (entry_ != nullptr) entry_->users.fetch_sub(1, std::memory_order_release);
}

bool CorrespondentUse::MayAcknowledge(uint64_t now) const {
  if (dialects.ack_by.load(std::memory_order_relaxed) == AckBy::kNothing ||
      !TakeOne(&entry_->plain)) {
    return false;
  }
  const uint64_t last = entry_->last.load(std::memory_order_relaxed);
  if (now - last >= kLookExpires &&
      CatchesAll(entry_->status.load(std::memory_order_relaxed),
                 kUserSignals) != 1) {
    return false;
  }
  entry_->last.store(now, std::memory_order_relaxed);
  return true;
}

void CorrespondentUse::Acknowledge(int signo) const {
  const AckBy by = dialects.ack_by.load(std::memory_order_relaxed);
  const int ack = by == AckBy::kEcho    ? signo
                  : by == AckBy::kUser1 ? SIGUSR1
                                        : SIGUSR2;
  // By the descriptor, so never to a later process of the same pid.
  const uint64_t time = TraceTime();
  const int error =
      SendToPidfd(entry_->pidfd.load(std::memory_order_relaxed), ack);
  TraceSent(Traced::kSentStep, ack, SI_USER,
            {entry_->pid.load(std::memory_order_relaxed), 0, error, time});
}

}  // namespace minitalk
