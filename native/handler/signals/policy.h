// Whose signals a channel wants.
#ifndef MINITALK_HANDLER_SIGNALS_POLICY_H_
#define MINITALK_HANDLER_SIGNALS_POLICY_H_

#include <signal.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>

#include "handler/signals/identity.h"

namespace minitalk {

struct Policy {
  static constexpr size_t kMax = 32;

  bool set = false;             // else everybody is allowed
  bool allows_claimed = false;  // else a claimed identity is none
  bool refuses_others = false;  // their signals end here, else they pass on
  // Empty lists allow everybody; else one entry of either must fit.
  uint32_t uid_count = 0;
  uint32_t pid_count = 0;
  uint32_t uids[kMax] = {};
  pid_t pids[kMax] = {};

  // `unmapped_uid` stands for every user that this user namespace does not map,
  // so it never fits an entry.
  bool Allows(const siginfo_t& info, uint32_t unmapped_uid) const {
    if (!set) return true;
    const Origin origin = OriginOf(info);
    // Ctrl-C, a hang-up: no process can make the kernel say so.
    if (origin == Origin::kKernel || origin == Origin::kChild) return true;
    if (!allows_claimed && origin != Origin::kProcess) return false;
    if (uid_count + pid_count == 0) return true;
    if (origin != Origin::kProcess && origin != Origin::kClaimed) return false;
    for (size_t i = 0; i < pid_count; ++i) {
      if (pids[i] == info.si_pid) return true;
    }
    for (size_t i = 0; i < uid_count; ++i) {
      if (uids[i] == info.si_uid && info.si_uid != unmapped_uid) return true;
    }
    return false;
  }
};

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_POLICY_H_
