// Signals whose watcher has ended without closing: a Worker that was
// terminated, a process on its way out. Who sends them cannot know yet, and
// must hurt nobody.
#ifndef MINITALK_HANDLER_SIGNALS_LATE_H_
#define MINITALK_HANDLER_SIGNALS_LATE_H_

#include <signal.h>

#include <cstdint>

#include "handler/signals/state.h"

namespace minitalk {

// A flood that pauses for so long is over, ns.
inline constexpr uint64_t kFloodPause = 1'000'000'000;

// Whether the signal was meant for such a watcher: the process is going, a peer
// of a protocol can have sent it, or the flood in which the watcher ended, of
// any of its signals, has not yet paused for a second. Nothing may end the
// process for its sake.
bool IsLate(const siginfo_t& info);

// Whether the signal came less than kFloodPause ago.
bool IsFlooded(const Disposition& disposition);

// Whether the signal was left without a watcher that way, and is none of those:
// it has to do what it did before there was one.
bool IsAbandoned(const siginfo_t& info);

// Leaves that to a thread that may touch dispositions, see core's restorer.h.
// False where there is none, or where a handler that stands over ours has
// called it.
bool HandToRestorer(const siginfo_t& info);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_LATE_H_
