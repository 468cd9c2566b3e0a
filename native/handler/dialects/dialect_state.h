// The process-wide state of what handlers do for other minitalks' dialects;
// lives as that of signals does, see handler/signals/state.h.
//
// Memory order. `pid` publishes an entry, the rest of which its owner's thread
// has written before: released, and acquired by who finds it. `users` and `pid`
// are seq_cst when an entry is taken away: a handler sees it gone, or who takes
// it away waits for that handler. A count of replies stands for nothing but
// itself. `plain` is taken from by one handler at a time, since a client that
// awaits what it gets has one signal on its way.
#ifndef MINITALK_HANDLER_DIALECTS_DIALECT_STATE_H_
#define MINITALK_HANDLER_DIALECTS_DIALECT_STATE_H_

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "handler/signals/state.h"

namespace minitalk {

// SIGUSR1 is 1 and SIGUSR2 is 2, as in lib/dialects: bits of a set of them.
using SignalsOfTwo = uint32_t;

// A client's side: what the server that it sends to has signalled.
struct Replies {
  std::atomic<bool> claimed{false};
  std::atomic<pid_t> pid{0};     // 0: nobody is listened to
  std::atomic<pid_t> thread{0};  // waits for them; 0: nobody does
  std::atomic<uint32_t> count[2]{};
};

inline constexpr size_t kMaxReplies = 16;

// By what a bit is acknowledged.
enum class AckBy : uint32_t { kNothing, kUser1, kUser2, kEcho };

// A client that the server's loop has looked at: it lives, is pinned, and
// catches both signals.
struct Correspondent {
  std::atomic<pid_t> pid{0};  // 0: free
  std::atomic<uint32_t> users{0};
  std::atomic<int> pidfd{0};
  std::atomic<int> status{0};  // see handler/signals/status.h
  // So many signals from here on are acknowledged at once; kAll: all.
  std::atomic<uint32_t> plain{0};
  std::atomic<uint64_t> last{0};  // when it was last known to catch; ns
  static constexpr uint32_t kAll = UINT32_MAX;
};

inline constexpr size_t kMaxCorrespondents = 32;

// What the record of a correspondent's signal says besides.
inline constexpr uint32_t kAcknowledged = 1;
inline constexpr uint32_t kWithheld = 2;

struct DialectState {
  std::atomic<size_t> replies_count{0};  // highest used index + 1
  Replies replies[kMaxReplies];
  // The process's one server of a dialect.
  std::atomic<bool> claimed{false};
  std::atomic<Channel*> channel{nullptr};
  std::atomic<AckBy> ack_by{AckBy::kNothing};
  Correspondent correspondents[kMaxCorrespondents];
};

extern DialectState dialects;

}  // namespace minitalk

#endif  // MINITALK_HANDLER_DIALECTS_DIALECT_STATE_H_
