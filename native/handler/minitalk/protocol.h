// What a handler does for minitalk's protocol: counts and acknowledges granted
// data, answers a QUERY, stores an ACK or ANSWER. See docs/protocol.md.
#ifndef MINITALK_HANDLER_MINITALK_PROTOCOL_H_
#define MINITALK_HANDLER_MINITALK_PROTOCOL_H_

#include "handler/minitalk/protocol_state.h"

namespace minitalk {

// From now on signals are looked at for what is the protocol's. To be called
// before the first that can be; safe to repeat.
void InstallHook();

// Sends the ACK that was deferred, if one was.
void PayAck(Grant* grant);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_MINITALK_PROTOCOL_H_
