// What a handler does for minitalk's protocol: counts and acknowledges granted
// data, answers a QUERY, stores an ACK or ANSWER. See docs/protocol.md.
#ifndef MINITALK_HANDLER_MINITALK_PROTOCOL_H_
#define MINITALK_HANDLER_MINITALK_PROTOCOL_H_

#include <signal.h>

#include "handler/signals/state.h"

namespace minitalk {

// Whether the signal belonged to a transmission and is thereby done.
bool TakeProtocol(const siginfo_t& info);

// Sends the ACK that was deferred, if one was.
void PayAck(Grant* grant);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_MINITALK_PROTOCOL_H_
