// After::kDefault: the default action waits until the event loop has seen the
// signal, but not longer than a grace time.
#ifndef MINITALK_HANDLER_SIGNALS_GRACE_H_
#define MINITALK_HANDLER_SIGNALS_GRACE_H_

#include <signal.h>

#include <cstdint>

namespace minitalk {

// Makes the default action due, and lets it follow after `grace` ns unless
// DoDueAction comes first. False, and only due, where no timer can be set.
bool StartGrace(int signo, uint64_t grace);

// Does the default action if it is due.
void DoDueAction(int signo);

// Whether the signal is the timer's that StartGrace has set.
bool IsGraceOver(const siginfo_t& info);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_GRACE_H_
