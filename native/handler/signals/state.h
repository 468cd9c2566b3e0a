// The process-wide state that handlers read. It begins as zero bits, which cost
// nothing in the file, is never destroyed, and outlives every Node environment
// that uses it: a handler may run at any moment until the process is gone.
//
// Memory order. The core, which is called once a watch or a life, leaves the
// default, seq_cst. Handlers are called for each signal, and as weak as this
// allows; test/litmus runs the first three with every value a load may give.
// - `users` and `open` are seq_cst both ways: who closes sees who is inside, or
//   that one sees it closed. Leave releases what a handler has written to who
//   has waited for 0.
// - `signals` publishes a channel's life: its ring, policy, grace, snapshots,
//   `after` are written before it, and Has acquires it, once more inside, since
//   the first look may have been at an earlier life.
// - `armed` and the ring's tail are seq_cst both ways: who has claimed a slot
//   sees the arming, or Arm sees the slot.
// - `wake_pending` is acq_rel so that the drain after a wake finds what did not
//   write again; what it did not find Arm would see, and it would be polled.
// - `below`, `below_loop`, `covered` and `hooks` publish what they point
//   to, also the default action that a handler puts in the place of a one-shot
//   one; `restorer_fd` and `timer` what stands behind their number; `abandoned`
//   the flood in `last_taken` before it: released, and acquired by handlers, as
//   `unheard` is, though it is but a hint.
// - `due` is acq_rel, as of all that want the action one does it.
// - `awaited` is seq_cst both ways: the timer is set last by who awaits the
//   loop, or EndGrace sees that somebody does. `grace` and `deadline` are
//   times, relaxed: who does not see the latest takes the one before.
// - `owner`, `owner_uid` and `realtime_min` are set before the first handler
//   stands, and then the same again, sigaction(2) between; `loop_handler`
//   before the first `below` that can be it.
// - `holds` is seq_cst as `open` is: who stops holding sees the handlers that
//   may queue to its thread still, or they see that it does not hold.
// - `held` is written and read by the channel's thread alone, whose handlers
//   take turns with it; `ever_held` is a hint of what one thread of the process
//   has done to itself. Relaxed.
// - `channel_count` orders nothing: all channels begin as zero bits, and who
//   sees it late comes before the channel.
// - `sequence`, `lost`, `last_taken`, `unmapped_uid` and `wake_fd`, which never
//   changes, stand for nothing but themselves. `going` seen late is a signal
//   that came sooner. All these are relaxed.
#ifndef MINITALK_HANDLER_SIGNALS_STATE_H_
#define MINITALK_HANDLER_SIGNALS_STATE_H_

#include <signal.h>
#include <sys/types.h>

#include <atomic>
#include <cstdint>

#include "handler/signals/hook.h"
#include "handler/signals/or_none.h"
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
  kReport,   // a line, and a record; then all is as if nobody watched
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
  Policy policy;          // as long as `signals` is not empty: constant
  uint64_t grace = 0;     // ns, for kDefault; constant likewise
  uint64_t deadline = 0;  // the same; kNever: none
  // The kernel keeps realtime signals while the ring fills, see watchers.h.
  std::atomic<bool> holds{false};
  pid_t thread = 0;  // the consumer's; constant while open
  // Where another handler had displaced ours, and who watches has yet to be
  // told; no handler's business. SignalBit mask.
  std::atomic<uint64_t> displaced{0};
  // What a handler has blocked on that thread for it; SignalBit mask.
  std::atomic<uint64_t> held{0};
  SnapshotPool* snapshots = nullptr;  // constant while open
  Ring ring;
  AtomicOrNone<int> wake_fd;
  std::atomic<bool> armed{false};         // the next record wakes the loop
  std::atomic<bool> wake_pending{false};  // written, and not yet taken
  std::atomic<uint64_t> sequence{0};
  std::atomic<uint64_t> lost[kMaxSignal + 1]{};  // by signal, ring full
};

inline constexpr size_t kMaxChannels = 64;

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
  // A watcher has ended without closing, and ours stands still: see late.h.
  std::atomic<bool> abandoned{false};
  // When a watcher last had a signal that its default action did not follow;
  // CLOCK_MONOTONIC, ns.
  std::atomic<uint64_t> last_taken{0};
  std::atomic<bool> due{false};  // the default action has to follow
  AtomicOrNone<int> timer;       // and does so then: timer_create(2)'s id
  // A loop has yet to take a signal of which the action is due, and has so long
  // for it, ns.
  std::atomic<bool> awaited{false};
  std::atomic<uint64_t> grace{0};
  // When it follows whatever the loop does; CLOCK_MONOTONIC, ns. kNever: never.
  std::atomic<uint64_t> deadline{0};
};

struct State {
  // Pid of the process that installed the handlers. A child of fork(2) without
  // exec(2) shares our file descriptors and must touch nothing of ours.
  std::atomic<pid_t> owner{0};
  std::atomic<uid_t> owner_uid{0};
  // The uid that stands for users whom our user namespace does not map, or
  // kNoUid where it can be a user's own.
  AtomicOrNone<uint32_t> unmapped_uid;
  // The handler that libuv installs, known by its address; 0: not known.
  std::atomic<uintptr_t> loop_handler{0};
  std::atomic<int> realtime_min{0};  // SIGRTMIN of this libc; 0: none
  // The process ends: nothing that follows a signal may end it otherwise.
  std::atomic<bool> going{false};
  // Takes a siginfo_t each: signals that are to do what they did before a
  // watcher came that has ended without closing, see late.h.
  AtomicOrNone<int> restorer_fd;
  // Signals that have ever been held: a thread may have one blocked that nobody
  // else unblocks.
  std::atomic<uint64_t> ever_held{0};
  // How many of them that thread has yet to deal with.
  std::atomic<uint32_t> restoring{0};
  // Constant once set, and then for ever: a peer may always be late.
  std::atomic<const Hook*> hooks[kHooks]{};
  Reporter reporter;
  std::atomic<size_t> channel_count{0};  // highest used index + 1
  Channel channels[kMaxChannels];
  Disposition dispositions[kMaxSignal + 1];
};

extern State state;

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_STATE_H_
