// What follows a recorded signal: the handler that stood before ours, or the
// default action.
#ifndef MINITALK_HANDLER_SIGNALS_CHAIN_H_
#define MINITALK_HANDLER_SIGNALS_CHAIN_H_

#include <signal.h>

#include <cstdint>

namespace minitalk {

// Lets the earlier handler see the signal. Watching replaces the default
// action, as process.on does, and what Node does by itself.
void Chain(const siginfo_t& info, void* context);

// Does what would have happened if nobody had ever watched the signal.
void DoAsBefore(const siginfo_t& info, void* context);

// Whether the signal comes back from a handler that we have called and that
// calls ours in turn.
bool IsChained(siginfo_t* info);

// Passes such a signal on to whom that handler has reached through ours.
void ChainBack(const siginfo_t& info, void* context);

// Makes the default action due, and lets it follow after `grace` ns unless
// DoDueAction comes first. False, and only due, where no timer can be set.
bool StartGrace(int signo, uint64_t grace);

// Does the default action if it is due.
void DoDueAction(int signo);

// Whether the signal is the timer's that StartGrace has set.
bool IsGraceOver(const siginfo_t& info);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_CHAIN_H_
