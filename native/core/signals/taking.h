// How an event loop comes by its records.
#ifndef MINITALK_CORE_SIGNALS_TAKING_H_
#define MINITALK_CORE_SIGNALS_TAKING_H_

#include "core/signals/channel.h"

namespace minitalk {

// Drain, also of what the kernel keeps, and with After::kDefault the end of the
// grace time: a loop that drains is not blocked.
size_t TakeRecords(Channel* channel, Record* out, size_t limit);

}  // namespace minitalk

#endif  // MINITALK_CORE_SIGNALS_TAKING_H_
