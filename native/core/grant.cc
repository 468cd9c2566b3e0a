#include "grant.h"

#include <errno.h>

#include "handler/calls.h"

namespace minitalk {

int ClaimServer(Channel* channel) {
  bool expected = false;
  if (!state.server.claimed.compare_exchange_strong(expected, true)) {
    return -EADDRINUSE;
  }
  for (Grant& grant : state.server.pool) grant.channel.store(channel);
  return 0;
}

void ReleaseServer(Channel* channel) {
  if (!state.server.claimed.load() ||
      state.server.pool[0].channel.load() != channel) {
    return;
  }
  ClearGrant();
  state.server.claimed.store(false);
}

void SetGrant(Channel* channel, const GrantRequest& request) {
  Server& server = state.server;
  Grant* grant = &server.pool[server.next++ % kGrantPool];
  grant->number.store(request.number);
  grant->session.store(request.session);
  grant->pid.store(request.pid);
  grant->thread.store(request.thread);
  grant->pidfd.store(request.pidfd);
  grant->bits.store(request.bits);
  grant->started.store(false);
  grant->count.store(0);
  grant->last_reply.store(Now());
  grant->channel.store(channel);
  server.current.store(grant, std::memory_order_release);
}

void ClearGrant() { state.server.current.store(nullptr); }

int32_t GrantCount() {
  const Grant* grant = state.server.current.load(std::memory_order_acquire);
  if (grant == nullptr || !grant->started.load()) return -1;
  return static_cast<int32_t>(grant->count.load());
}

}  // namespace minitalk
