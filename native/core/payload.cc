#include "payload.h"

#include <unistd.h>

#include <cstring>

#include "handler/calls.h"
#include "handler/data_word.h"
#include "handler/platform.h"
#include "waiting.h"

namespace minitalk {

namespace {

#if MINITALK_LINUX

// Blocked, a signal that is ignored queues too.
size_t TestPayload() {
  uint8_t payload[kMaxPayload];
  for (size_t i = 0; i < sizeof payload; ++i) {
    payload[i] = static_cast<uint8_t>(0xf1 + 7 * i);
  }
  const DataHeader header{kMaxEights, true, 0xabc, 0xfedc};
  siginfo_t sent = QueuedInfo(getpid(), getuid(), SIGRTMAX, 0);
  sent.si_errno = header.Value();
  PutPayload(&sent, payload, sizeof payload);

  const SignalsBlocked blocked;
  if (QueueInfo(getpid(), ThreadId(), sent) != 0) return 8;
  siginfo_t got;
  while (TakeBlocked(SignalBit(SIGRTMAX), 1'000'000'000, &got)) {
    const bool is_ours = got.si_code == kCodeQueue && got.si_pid == getpid() &&
                         got.si_value.sival_ptr == sent.si_value.sival_ptr;
    if (!is_ours) {
      Dispatch(got);
      continue;
    }
    if (got.si_errno != sent.si_errno) return 0;
    uint64_t eights[kMaxEights];
    for (size_t i = 0; i < kMaxEights; ++i) eights[i] = PayloadEight(got, i);
    return memcmp(eights, payload, sizeof payload) == 0 ? kMaxPayload : 8;
  }
  return 8;
}

#else

size_t TestPayload() { return 0; }

#endif

}  // namespace

size_t LargestPayload() {
  static const size_t tested = TestPayload();
  return tested;
}

}  // namespace minitalk
