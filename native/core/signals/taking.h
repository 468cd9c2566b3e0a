// How an event loop comes by its records.
#ifndef MINITALK_CORE_SIGNALS_TAKING_H_
#define MINITALK_CORE_SIGNALS_TAKING_H_

#include "core/signals/channel.h"

namespace minitalk {

// Who takes records before the loop has them: there may be too many for it.
class Sift {
 public:
  // Whether the loop need not see it any more.
  virtual bool Takes(const Record& record) = 0;

 protected:
  ~Sift() = default;
};

// Drain, also of what the kernel keeps, and with After::kDefault the end of the
// grace time: a loop that drains is not blocked. Less than `limit`: there are
// no more.
size_t TakeRecords(Channel* channel, Record* out, size_t limit,
                   Sift* sift = nullptr);

}  // namespace minitalk

#endif  // MINITALK_CORE_SIGNALS_TAKING_H_
