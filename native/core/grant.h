// The process's one server, as the handler sees it: who may send a frame now.
#ifndef MINITALK_CORE_GRANT_H_
#define MINITALK_CORE_GRANT_H_

#include <sys/types.h>

#include <cstdint>

#include "handler/state.h"

namespace minitalk {

// Makes `channel` the process's server channel. 0, or -EADDRINUSE when another
// channel is.
int ClaimServer(Channel* channel);
void ReleaseServer(Channel* channel);

struct GrantRequest {
  uint32_t number;   // 0..4095
  uint32_t session;  // 1..2^20-1
  pid_t pid;
  pid_t thread;
  int pidfd;      // -1: not known
  uint32_t bits;  // 1..65535
};

// Replaces the present grant. Bits count once a QUERY has named the new one.
void SetGrant(Channel* channel, const GrantRequest& request);
void ClearGrant();

// Bits taken under the present grant, or -1 when it is not started or there is
// none.
int32_t GrantCount();

}  // namespace minitalk

#endif  // MINITALK_CORE_GRANT_H_
