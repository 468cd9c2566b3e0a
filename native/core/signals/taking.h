// What an event loop does with a channel's records.
#ifndef MINITALK_CORE_SIGNALS_TAKING_H_
#define MINITALK_CORE_SIGNALS_TAKING_H_

#include "core/signals/channel.h"

namespace minitalk {

// Drains, and ends the grace time of what the loop has taken by that: see
// After::kDefault.
size_t TakeRecords(Channel* channel, Record* out, size_t limit);

}  // namespace minitalk

#endif  // MINITALK_CORE_SIGNALS_TAKING_H_
