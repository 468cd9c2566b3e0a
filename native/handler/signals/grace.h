// After::kDefault: the default action waits until the event loop is done with
// the signal. A loop that does not even take it is given a grace time, and all
// together a deadline.
#ifndef MINITALK_HANDLER_SIGNALS_GRACE_H_
#define MINITALK_HANDLER_SIGNALS_GRACE_H_

#include <signal.h>

#include <cstdint>

namespace minitalk {

// No deadline.
inline constexpr uint64_t kNever = UINT64_MAX;

// Makes the default action due, and lets it follow unless DoDueAction comes
// first: after `grace` ns unless EndGrace comes first, and after `deadline` ns.
// False, and only due, where no timer can be set.
bool StartGrace(int signo, uint64_t grace, uint64_t deadline);

// Whether a loop had yet to take a signal whose default action is due. What
// comes from now on is awaited anew.
bool StopAwaiting(int signo);

// When the loop has taken what StopAwaiting found: the deadline alone counts,
// unless a signal is awaited anew.
void EndGrace(int signo);

// Does the default action if it is due.
void DoDueAction(int signo);

// Whether the signal is the timer's that StartGrace has set.
bool IsGraceOver(const siginfo_t& info);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_GRACE_H_
