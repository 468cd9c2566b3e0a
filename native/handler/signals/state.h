// The process-wide state that handlers read. It is constant-initialised, never
// destroyed, and outlives every Node environment that uses it: a handler may
// run at any moment until the process is gone.
#ifndef MINITALK_HANDLER_SIGNALS_STATE_H_
#define MINITALK_HANDLER_SIGNALS_STATE_H_

#include <signal.h>
#include <sys/types.h>

#include <atomic>
#include <cstdint>

#include "handler/minitalk/data_word.h"
#include "handler/signals/platform.h"
#include "handler/signals/policy.h"
#include "handler/signals/report.h"
#include "handler/signals/ring.h"
#include "handler/signals/sender.h"

namespace minitalk {

// What follows a signal that a channel watches. Where several channels watch
// it, the strongest decides: kStop, then kDefault, then kChain. kReport follows
// nothing of its own.
enum class After {
  kChain,    // the earlier handler sees the signal too, if there is one
  kStop,     // it ends here
  kDefault,  // the default action, when the loop or the grace time says so
  kReport,   // a line is written; then all is as if nobody watched
};
inline constexpr size_t kAfters = 4;

// One consumer of records: a ring, the signals it wants, and a file descriptor
// that wakes its event loop.
struct Channel {
  std::atomic<bool> open{false};
  // Handlers inside this channel now. Closing waits for 0 after clearing
  // `open`.
  std::atomic<uint32_t> users{0};
  std::atomic<uint64_t> signals{0};        // SignalBit mask
  std::atomic<uint64_t> after[kAfters]{};  // the same, parted by After
  Policy policy;       // as long as `signals` is not empty: constant
  uint64_t grace = 0;  // ns, for kDefault; constant likewise
  SnapshotPool* snapshots = nullptr;  // constant while open
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
  std::atomic<Mode> mode{Mode::kBit};
  std::atomic<uint32_t> bits{0};  // length of the frame
  std::atomic<bool> started{
      false};                      // a QUERY named it: bits count from then on
  std::atomic<uint32_t> count{0};  // of data signals taken
  std::atomic<bool> owes_ack{false};
  std::atomic<uint64_t> last_reply{0};  // CLOCK_MONOTONIC, ns
  std::atomic<Channel*> channel{nullptr};
};

inline constexpr size_t kGrantPool = 16;

// The process's one server.
struct Server {
  std::atomic<bool> claimed{false};
  std::atomic<Grant*> current{nullptr};
  std::atomic<int> burst_signal{0};  // 0: none
  int cpu = -1;  // of the present grant, or -1; owner's thread only
  // No data are coming: the first wake the owner's loop, so that it takes the
  // others, see receive.h.
  std::atomic<bool> parked{false};
  // ACKs wait until the owner's thread takes data itself: a burst would keep it
  // in its handler for as long as they are given.
  std::atomic<bool> defers_acks{false};
  Grant pool[kGrantPool];
  uint32_t next = 0;  // owner's thread only
  // Where data words go. Never freed: a handler on another thread may be late.
  std::atomic<uint64_t> frame[kFrameEights]{};
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
  // Directly below ours: whom ours calls.
  std::atomic<const Predecessor*> below{nullptr};
  // Below an event loop's handler that stands, or stood, below ours; or null.
  std::atomic<const Predecessor*> below_loop{nullptr};
  // Whom a handler covered when it displaced ours: it is `below` now, and this
  // stood there before. If that one calls ours, this is whom it reaches by
  // that; null: there is none.
  std::atomic<const Predecessor*> covered{nullptr};
  // Known: nobody listens to this signal in an event loop.
  std::atomic<bool> unheard{false};
  std::atomic<bool> due{false};  // the default action has to follow
  std::atomic<int> timer{-1};    // and does so then: timer_create(2)'s id
};

struct State {
  // Pid of the process that installed the handlers. A child of fork(2) without
  // exec(2) shares our file descriptors and must touch nothing of ours.
  std::atomic<pid_t> owner{0};
  std::atomic<uid_t> owner_uid{0};
  // The uid that stands for users whom our user namespace does not map, or
  // kNoUid where it can be a user's own.
  std::atomic<uint32_t> unmapped_uid{kNoUid};
  // The handler that libuv installs, known by its address; 0: not known.
  std::atomic<uintptr_t> loop_handler{0};
  std::atomic<int> realtime_min{0};  // SIGRTMIN of this libc; 0: none
  Reporter reporter;
  std::atomic<size_t> channel_count{0};  // highest used index + 1
  Channel channels[kMaxChannels];
  std::atomic<size_t> line_count{0};
  Line lines[kMaxLines];
  Server server;
  Disposition dispositions[kMaxSignal + 1];
};

extern State state;

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_STATE_H_
