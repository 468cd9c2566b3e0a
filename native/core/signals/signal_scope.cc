#include "core/signals/signal_scope.h"

#include <errno.h>

#include <cstdint>

#include "handler/signals/platform.h"

#if MINITALK_LINUX
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#endif
#ifndef SYS_landlock_restrict_self
#define SYS_landlock_restrict_self 446
#endif
#endif

namespace minitalk {

#if MINITALK_LINUX
namespace {

// linux/landlock.h, of which an older machine has only the beginning.
struct RulesetAttributes {
  uint64_t handled_access_fs;
  uint64_t handled_access_net;
  uint64_t scoped;
};
constexpr uint32_t kAskVersion = 1 << 0;
constexpr uint64_t kScopeSignal = 1 << 1;
constexpr long kVersionOfScopes = 6;
constexpr uint32_t kAllThreads = 1 << 3;
constexpr long kVersionOfAllThreads = 8;

}  // namespace

int RestrictSignals() {
  const long version =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, kAskVersion);
  if (version < 0) return -errno;
  if (version < kVersionOfScopes) return -ENOSYS;
  RulesetAttributes attributes = {};
  attributes.scoped = kScopeSignal;
  const long ruleset =
      syscall(SYS_landlock_create_ruleset, &attributes, sizeof(attributes), 0);
  if (ruleset < 0) return -errno;
  const bool all = version >= kVersionOfAllThreads;
  int result = all ? 1 : 0;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      syscall(SYS_landlock_restrict_self, ruleset, all ? kAllThreads : 0) !=
          0) {
    result = -errno;
  }
  close(static_cast<int>(ruleset));
  return result;
}
#else
int RestrictSignals() { return -ENOSYS; }
#endif

}  // namespace minitalk
