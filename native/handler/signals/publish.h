// Putting a record into a channel's ring, and waking its loop.
#ifndef MINITALK_HANDLER_SIGNALS_PUBLISH_H_
#define MINITALK_HANDLER_SIGNALS_PUBLISH_H_

#include <signal.h>

#include <cstdint>

#include "handler/signals/state.h"

namespace minitalk {

// Keeps a channel's memory mapped while a handler is inside it.
class ChannelUse {
 public:
  explicit ChannelUse(Channel* channel) : channel_(channel) {
    channel_->users.fetch_add(1, std::memory_order_seq_cst);
    open_ = channel_->open.load(std::memory_order_seq_cst);
  }
  ~ChannelUse() { channel_->users.fetch_sub(1, std::memory_order_release); }
  ChannelUse(const ChannelUse&) = delete;
  ChannelUse& operator=(const ChannelUse&) = delete;
  bool open() const { return open_; }

 private:
  Channel* channel_;
  bool open_;
};

void Wake(Channel* channel);

void Fill(Record* record, const siginfo_t& info, uint64_t time,
          uint64_t sequence);

inline bool IsAboveHighWater(const Ring& ring) {
  return ring.Depth() >= ring.capacity() / 2;
}

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_PUBLISH_H_
