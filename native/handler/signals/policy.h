// Whose signals a channel wants.
#ifndef MINITALK_HANDLER_SIGNALS_POLICY_H_
#define MINITALK_HANDLER_SIGNALS_POLICY_H_

#include <signal.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>

#include "handler/signals/identity.h"
#include "handler/signals/relation.h"

namespace minitalk {

// Who fits one entry of it is in it.
struct SenderList {
  static constexpr size_t kMax = 32;

  uint32_t uid_count = 0;
  uint32_t pid_count = 0;
  uint32_t uids[kMax] = {};
  pid_t pids[kMax] = {};
  RelationSet relations = 0;

  bool is_empty() const {
    return uid_count == 0 && pid_count == 0 && relations == 0;
  }

  // Whether a uid or a pid fits. `unmapped_uid` stands for every user that this
  // user namespace does not map, so it never fits an entry.
  bool Names(const siginfo_t& info, uint32_t unmapped_uid) const {
    const Origin origin = OriginOf(info);
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

struct Policy {
  bool set = false;             // else everybody is allowed
  bool allows_claimed = false;  // else a claimed identity is none
  bool refuses_others = false;  // their signals end here, else they pass on
  SenderList only;              // empty: everybody
  SenderList never;             // not these, even so

  // Where a relation is asked for that cannot be found out, nobody is allowed.
  bool Allows(const siginfo_t& info, uint32_t unmapped_uid,
              SenderRelations& sender) const {
    if (!set) return true;
    const Origin origin = OriginOf(info);
    // Ctrl-C, a hang-up: no process can make the kernel say so.
    if (origin == Origin::kKernel || origin == Origin::kChild) return true;
    if (never.Names(info, unmapped_uid)) return false;
    if (never.relations != 0 &&
        (sender.Get() == 0 || (sender.Get() & never.relations) != 0)) {
      return false;
    }
    // That it is outside the kernel says itself, though not who it is.
    const RelationSet outside = only.relations & Bit(Relation::kOutside);
    if (outside != 0 && (sender.Get() & outside) != 0) return true;
    if (!allows_claimed && origin != Origin::kProcess) return false;
    return only.is_empty() || only.Names(info, unmapped_uid) ||
           (only.relations != 0 && (sender.Get() & only.relations) != 0);
  }
};

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_POLICY_H_
