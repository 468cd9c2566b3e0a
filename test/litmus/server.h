// A server with its handlers and lanes, in the model.
#ifndef MINITALK_TEST_LITMUS_SERVER_H_
#define MINITALK_TEST_LITMUS_SERVER_H_

#include "kernel.h"

// Behind it, which has the model's names in the place of the standard's.
#include "handler/minitalk/protocol_state.h"

namespace minitalk {

ProtocolState* protocol_now;

}  // namespace minitalk

#include "core/minitalk/server.cc"
#include "handler/minitalk/grant.cc"
#include "handler/minitalk/lane.cc"
// Behind it, because both have a TakeBit.
#define TakeBit TakeBitOfHandler
#include "handler/minitalk/protocol.cc"
#undef TakeBit

namespace minitalk {

// What a lane does is called by the test's threads.
struct Lanes::Thread {};
Lanes::Lanes() = default;
Lanes::~Lanes() = default;
std::vector<pid_t> Lanes::Start(uint32_t) { return {}; }
void Lanes::End() {}

}  // namespace minitalk

#endif  // MINITALK_TEST_LITMUS_SERVER_H_
