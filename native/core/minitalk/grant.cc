#include "core/minitalk/grant.h"

#include <errno.h>

#include <algorithm>
#include <cstring>

#include "handler/minitalk/protocol.h"
#include "handler/signals/calls.h"

namespace minitalk {

int ClaimServer(Channel* channel, int burst_signal) {
  bool expected = false;
  if (!protocol.server.claimed.compare_exchange_strong(expected, true)) {
    return -EADDRINUSE;
  }
  for (Grant& grant : protocol.server.pool) grant.channel.store(channel);
  protocol.server.burst_signal.store(burst_signal);
  if (burst_signal != 0) {
    protocol.server.burst_signals.fetch_or(SignalBit(burst_signal));
  }
  InstallHook();
  return 0;
}

void ReleaseServer(Channel* channel) {
  if (!protocol.server.claimed.load() ||
      protocol.server.pool[0].channel.load() != channel) {
    return;
  }
  ClearGrant();
  protocol.server.burst_signal.store(0);
  protocol.server.claimed.store(false);
}

void SetGrant(Channel* channel, const GrantRequest& request) {
  Server& server = protocol.server;
  Grant* grant = &server.pool[server.next++ % kGrantPool];
  grant->number.store(request.number);
  grant->session.store(request.session);
  grant->pid.store(request.pid);
  grant->thread.store(request.thread);
  grant->pidfd.store(request.pidfd);
  grant->mode.store(request.mode);
  grant->bits.store(request.bits);
  grant->started.store(false);
  grant->count.store(0);
  grant->owes_ack.store(false);
  grant->last_reply.store(Now());
  grant->channel.store(channel);
  server.cpu.store(request.cpu);
  server.parked.store(true);
  server.defers_acks.store(request.mode == Mode::kBurst);
  server.current.store(grant, std::memory_order_release);
}

void ClearGrant() { protocol.server.current.store(nullptr); }

void PlaceGrant(int cpu) { protocol.server.cpu.store(cpu); }

int32_t GrantCount() {
  const Grant* grant = protocol.server.current.load(std::memory_order_acquire);
  if (grant == nullptr || !grant->started.load()) return -1;
  return static_cast<int32_t>(grant->count.load());
}

void CopyFrame(uint8_t* out, size_t size) {
  size = std::min(size, kMaxFrameBytes);
  for (size_t at = 0; at < size; at += 8) {
    const uint64_t eight =
        protocol.server.frame[at / 8].load(std::memory_order_relaxed);
    memcpy(out + at, &eight, std::min<size_t>(8, size - at));
  }
}

}  // namespace minitalk
