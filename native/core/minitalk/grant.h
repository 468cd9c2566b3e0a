// The process's one server, as the handler sees it: who may send a frame now.
#ifndef MINITALK_CORE_MINITALK_GRANT_H_
#define MINITALK_CORE_MINITALK_GRANT_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>

#include "handler/minitalk/protocol_state.h"

namespace minitalk {

// Makes `channel` the process's server channel, which takes bursts on
// `burst_signal` (0: none). 0, or -EADDRINUSE when another channel is.
int ClaimServer(Channel* channel, int burst_signal = 0);
void ReleaseServer(Channel* channel);

struct GrantRequest {
  uint32_t number;   // 0..4095
  uint32_t session;  // 1..2^20-1
  pid_t pid;
  pid_t thread;
  int pidfd;      // -1: not known
  uint32_t bits;  // 1..65535; for data words 8 times as many as kMaxFrameBytes
  Mode mode = Mode::kBit;
  int cpu = -1;  // where the owner's thread takes the data; -1: anywhere
};

// Replaces the present grant. Bits count once a QUERY has named the new one.
void SetGrant(Channel* channel, const GrantRequest& request);
void ClearGrant();

// Changes where the owner's thread takes the data of the present grant.
void PlaceGrant(int cpu);

// Data signals taken under the present grant, or -1 when it is not started or
// there is none.
int32_t GrantCount();

// Copies the first `size` bytes that data words have left out.
void CopyFrame(uint8_t* out, size_t size);

}  // namespace minitalk

#endif  // MINITALK_CORE_MINITALK_GRANT_H_
