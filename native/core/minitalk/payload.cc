#include "core/minitalk/payload.h"

#include <unistd.h>

#include <cstring>

#include "core/signals/waiting.h"
#include "handler/minitalk/data_word.h"
#include "handler/signals/calls.h"
#include "handler/signals/platform.h"

namespace minitalk {

namespace {

#if MINITALK_LINUX

constexpr size_t kPortable = 8;
constexpr int kTries = 16;

// With SIGUSR1, because a client sends that anyway. Blocked it becomes pending
// even where it is ignored.
size_t TestPayload() {
  uint8_t payload[kMaxPayload];
  for (size_t i = 0; i < sizeof payload; ++i) {
    payload[i] = static_cast<uint8_t>(0xf1 + 7 * i);
  }
  const DataHeader header{kMaxEights, true, 0xabc, 0xfedc};
  siginfo_t sent = QueuedInfo(getpid(), getuid(), SIGUSR1, 0);
  sent.si_errno = header.Value();
  PutPayload(&sent, payload, sizeof payload);

  const SignalsBlocked blocked;
  for (int i = 0; i < kTries; ++i) {
    siginfo_t got;
    // One that is pending already would swallow ours.
    if (DequeueBlocked(SignalBit(SIGUSR1), 0, &got)) Dispatch(got);
    if (QueueInfo(getpid(), ThreadId(), sent) != 0 ||
        !DequeueBlocked(SignalBit(SIGUSR1), 1'000'000'000, &got)) {
      return kPortable;
    }
    // Over RLIMIT_SIGPENDING it came without what it carried.
    if (got.si_code == SI_USER && got.si_pid == 0) return kPortable;
    const bool is_ours = got.si_code == kCodeQueue && got.si_pid == getpid() &&
                         got.si_value.sival_ptr == sent.si_value.sival_ptr;
    if (!is_ours) {
      Dispatch(got);
      continue;
    }
    if (got.si_errno != sent.si_errno) return 0;
    const bool is_whole =
        memcmp(reinterpret_cast<const char*>(&got) + kPayloadOffset, payload,
               sizeof payload) == 0;
    return is_whole ? kMaxPayload : kPortable;
  }
  return kPortable;
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
