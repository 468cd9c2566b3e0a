// The process-wide state that handlers read. It is constant-initialised, never
// destroyed, and outlives every Node environment that uses it: a handler may
// run at any moment until the process is gone.
#ifndef MINITALK_CORE_HANDLER_STATE_H_
#define MINITALK_CORE_HANDLER_STATE_H_

#include <signal.h>
#include <sys/types.h>

#include <atomic>
#include <cstdint>

#include "platform.h"
#include "ring.h"

namespace minitalk {

// One consumer of records: a ring, the signals it wants, and a file descriptor
// that wakes its event loop.
struct Channel {
  std::atomic<bool> open{false};
  // Handlers inside this channel now. Closing waits for 0 after clearing
  // `open`.
  std::atomic<uint32_t> users{0};
  std::atomic<uint64_t> signals{0};  // SignalBit mask
  Ring ring;
  std::atomic<int> wake_fd{-1};
  std::atomic<bool> armed{false};         // the next record wakes the loop
  std::atomic<bool> wake_pending{false};  // written, and not yet taken
  std::atomic<uint64_t> sequence{0};
  std::atomic<uint64_t> lost[kMaxSignal + 1]{};  // by signal, ring full
};

inline constexpr size_t kMaxChannels = 64;

// A server's permission for one client to send one frame. `Server` below points
// at the present one; a handler that still holds an old one counts into that,
// where it does no harm, because a Grant is reused only 16 grants later.
struct Grant {
  std::atomic<uint32_t> number{0};
  std::atomic<uint32_t> session{0};
  std::atomic<pid_t> pid{0};
  std::atomic<pid_t> thread{0};
  std::atomic<int> pidfd{-1};
  std::atomic<uint32_t> bits{0};  // length of the frame
  std::atomic<bool> started{
      false};  // a QUERY named it: bits count from then on
  std::atomic<uint32_t> count{0};
  std::atomic<uint64_t> last_reply{0};  // CLOCK_MONOTONIC, ns
  std::atomic<Channel*> channel{nullptr};
};

inline constexpr size_t kGrantPool = 16;

// The process's one server.
struct Server {
  std::atomic<bool> claimed{false};
  std::atomic<Grant*> current{nullptr};
  Grant pool[kGrantPool];
  uint32_t next = 0;  // owner's thread only
};

// A client's side of one session. The handler stores the newest words; the
// transmit loop compares them with the one that it waits for.
struct Line {
  std::atomic<bool> claimed{false};
  std::atomic<uint32_t> session{0};  // 0: not talking
  std::atomic<pid_t> pid{0};
  std::atomic<uint64_t> ack{0};
  std::atomic<uint64_t> answer{0};
};

inline constexpr size_t kMaxLines = 256;

// What a signal did before we came. Immutable once published.
struct Predecessor {
  struct sigaction action;
  Predecessor* next;  // all that ever were, for reuse
};

struct Disposition {
  std::atomic<const Predecessor*> previous{nullptr};
  // Subscriptions that want the signal to end here. Chaining happens at 0.
  std::atomic<int> stops{0};
};

struct State {
  // Pid of the process that installed the handlers. A child of fork(2) without
  // exec(2) shares our file descriptors and must touch nothing of ours.
  std::atomic<pid_t> owner{0};
  std::atomic<uid_t> owner_uid{0};
  std::atomic<size_t> channel_count{0};  // highest used index + 1
  Channel channels[kMaxChannels];
  std::atomic<size_t> line_count{0};
  Line lines[kMaxLines];
  Server server;
  Disposition dispositions[kMaxSignal + 1];
};

extern State state;

}  // namespace minitalk

#endif  // MINITALK_CORE_HANDLER_STATE_H_
