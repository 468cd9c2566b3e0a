// What may be believed about a signal's sender, from si_code, see sigaction(2).
#ifndef MINITALK_HANDLER_SIGNALS_IDENTITY_H_
#define MINITALK_HANDLER_SIGNALS_IDENTITY_H_

#include <signal.h>
#include <sys/types.h>

#include <cstdint>

#include "handler/signals/platform.h"

namespace minitalk {

// The numbers are part of the record's layout, see
// lib/signals/internal/record.ts.
enum class Origin : uint32_t {
  kProcess = 0,  // the kernel filled in pid and uid
  kClaimed = 1,  // the sender did
  kKernel = 2,
  kChild = 3,
  kTimer = 4,
  kUnknown = 5,  // outside our pid namespace, or lost over RLIMIT_SIGPENDING
};

// A uid that nobody has, as for chown(2).
inline constexpr uint32_t kNoUid = UINT32_MAX;

// With these codes the union in siginfo holds a pid and a uid. A timer has its
// id and overruns there, SIGIO a band.
constexpr bool HasSender(int code) {
  return code <= 0 && code != kCodeTimer && code != kCodeIo;
}

constexpr bool IsFromKill(int code) {
  return code == SI_USER || code == kCodeThread;
}

inline pid_t SenderPid(const siginfo_t& info) {
  return HasSender(info.si_code) || IsFromKill(info.si_code) ||
                 info.si_signo == SIGCHLD
             ? info.si_pid
             : 0;
}

inline Origin OriginOf(const siginfo_t& info) {
  const int code = info.si_code;
  if (IsFromKill(code)) {
    return info.si_pid > 0 ? Origin::kProcess : Origin::kUnknown;
  }
  if (code > 0) {
    return info.si_signo == SIGCHLD ? Origin::kChild : Origin::kKernel;
  }
  if (code == kCodeTimer) return Origin::kTimer;
  return SenderPid(info) > 0 ? Origin::kClaimed : Origin::kUnknown;
}

// Never 0, which is root's, where nobody told the uid.
inline uint32_t SenderUid(const siginfo_t& info) {
  const Origin origin = OriginOf(info);
  return origin == Origin::kProcess || origin == Origin::kClaimed ||
                 origin == Origin::kChild
             ? info.si_uid
             : kNoUid;
}

inline bool CarriesValue(const siginfo_t& info) {
  return info.si_code == kCodeTimer ||
         (info.si_code < 0 && !IsFromKill(info.si_code) &&
          info.si_code != kCodeIo);
}

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_IDENTITY_H_
