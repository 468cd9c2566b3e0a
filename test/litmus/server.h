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

constexpr pid_t kClient = 5;
constexpr uint64_t kOld = 0xaaaa;

uint64_t Payload(uint32_t number) { return 0x1111 * number; }

// Of the client's grant 7.
siginfo_t DataWord(uint32_t number) {
  siginfo_t info = {};
  info.si_signo = SIGUSR1;
  info.si_code = SI_QUEUE;
  info.si_pid = kClient;
  info.si_errno = DataHeader{1, false, 7, number}.Value();
  const uint64_t payload = Payload(number);
  PutPayload(&info, reinterpret_cast<const uint8_t*>(&payload), 8);
  return info;
}

}  // namespace minitalk

#endif  // MINITALK_TEST_LITMUS_SERVER_H_
