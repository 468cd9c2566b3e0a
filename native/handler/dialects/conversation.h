// What a handler does for dialects: counts the replies of a server that is sent
// to, records and acknowledges the bits of a client that was looked at. All
// other signals are somebody else's.
#ifndef MINITALK_HANDLER_DIALECTS_CONVERSATION_H_
#define MINITALK_HANDLER_DIALECTS_CONVERSATION_H_

#include "handler/dialects/dialect_state.h"

namespace minitalk {

// Says nothing: that a reply has come on another thread, or that a thread is to
// leave the signals to the main one. No word of minitalk's has kind 0.
inline constexpr uint64_t kNudge = 0xd1a1ec7;

// Whether a channel's consumer on this thread is to get the signals that are
// sent to that thread alone.
bool HasConsumer(pid_t thread);

// From now on signals are looked at for what is of a dialect. Safe to repeat.
void InstallDialectHook();

}  // namespace minitalk

#endif  // MINITALK_HANDLER_DIALECTS_CONVERSATION_H_
