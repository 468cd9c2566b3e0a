// What a handler does for dialects: counts the replies of a server that is sent
// to, records and acknowledges the bits of a client that was looked at. All
// other signals are somebody else's.
#ifndef MINITALK_HANDLER_DIALECTS_CONVERSATION_H_
#define MINITALK_HANDLER_DIALECTS_CONVERSATION_H_

#include "handler/dialects/dialect_state.h"

namespace minitalk {

// From now on signals are looked at for what is of a dialect. Safe to repeat.
void InstallDialectHook();

}  // namespace minitalk

#endif  // MINITALK_HANDLER_DIALECTS_CONVERSATION_H_
