// Passing a signal on to the handlers below ours.
#ifndef MINITALK_HANDLER_SIGNALS_CHAIN_H_
#define MINITALK_HANDLER_SIGNALS_CHAIN_H_

#include <signal.h>

namespace minitalk {

// Lets the handler below see the signal. Watching replaces the default action,
// as process.on does, and what Node does by itself.
void Chain(const siginfo_t& info, void* context);

// Does what would have happened if nobody had ever watched the signal.
void DoAsBefore(const siginfo_t& info, void* context);

// Whether the signal comes back from a handler that we have called and that
// calls ours in turn.
bool IsChained(const siginfo_t& info);

// Passes such a signal on to whom that handler reaches through ours.
void ChainBack(const siginfo_t& info, void* context);

// What becomes of the default action, as another copy of this library below
// sees it.
enum class Default { kAsBefore, kReplaced };

// Calls this handler as the kernel would.
void Call(const struct sigaction& action, const siginfo_t& info, void* context,
          Default default_action);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_CHAIN_H_
