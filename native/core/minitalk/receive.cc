#include "core/minitalk/receive.h"

#include "core/minitalk/affinity.h"
#include "core/signals/waiting.h"
#include "handler/minitalk/grant.h"
#include "handler/minitalk/protocol.h"
#include "handler/minitalk/word.h"
#include "handler/signals/calls.h"

namespace minitalk {

namespace {

// Longer than a scheduler tick, see transmit.cc.
constexpr uint64_t kPause = 5'000'000;  // ns
// The clock and the loop are looked at once in so many signals.
constexpr uint32_t kLookEvery = 64;

uint64_t DataSignals() {
  const int burst_signal = protocol.server.burst_signal.load();
  return kUserSignals | (burst_signal == 0 ? 0 : SignalBit(burst_signal));
}

// Who leaves owes the client an ACK. So no data keep this thread in its handler
// while the loop does its other work.
class AcksGiven {
 public:
  explicit AcksGiven(Grant* grant) : grant_(grant) {
    protocol.server.defers_acks.store(false);
    PayAck(grant);
  }
  ~AcksGiven() {
    protocol.server.defers_acks.store(grant_->mode.load() == Mode::kBurst);
  }
  AcksGiven(const AcksGiven&) = delete;
  AcksGiven& operator=(const AcksGiven&) = delete;
  void Defer() { protocol.server.defers_acks.store(true); }

 private:
  const Grant* grant_;
};

}  // namespace

bool IsReceiving(const Server& server) {
  if (server.channel() == nullptr) return false;
  const Grant* grant = protocol.server.current.load(std::memory_order_acquire);
  return grant != nullptr && grant->started.load() && !IsByLanes(grant) &&
         !server.channel()->wake_pending.load() &&
         !protocol.server.parked.load();
}

bool Receive(const Server& server, uint64_t slice_ns, int loop_fd) {
  const Channel* channel = server.channel();
  Grant* grant = protocol.server.current.load(std::memory_order_acquire);
  CpuHold hold;
  if (server.cpu() >= 0) hold.Acquire(server.cpu());
  const SignalsBlocked blocked;
  AcksGiven acks(grant);
  const uint64_t mask = DataSignals();
  const uint64_t end = Now() + slice_ns;
  bool is_over = false;
  protocol.server.parked.store(false);
  for (uint32_t taken = 1;; ++taken) {
    // Woken, perhaps before the signals were blocked: the frame is whole, or
    // its data find no room.
    if (channel->wake_pending.load()) return true;
    const bool leaves = is_over && grant->owes_ack.load();
    siginfo_t info;
    if (!DequeueBlocked(mask, leaves ? 0 : kPause, &info)) {
      if (!leaves) protocol.server.parked.store(true);
      return leaves;
    }
    if (!Dispatch(info)) return true;
    if (!is_over && taken % kLookEvery == 0 &&
        (Now() >= end || IsReadable(loop_fd))) {
      is_over = true;
      acks.Defer();
    }
  }
}

}  // namespace minitalk
