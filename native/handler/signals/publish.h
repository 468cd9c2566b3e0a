// Putting a record into a channel's ring, and waking its loop.
#ifndef MINITALK_HANDLER_SIGNALS_PUBLISH_H_
#define MINITALK_HANDLER_SIGNALS_PUBLISH_H_

#include <signal.h>

#include <cstdint>

#include "handler/signals/state.h"

namespace minitalk {

// A channel's memory stays mapped while a handler is inside it, if it is open
// when the handler has entered.
inline bool Enter(Channel* channel) {
  channel->users.fetch_add(1, std::memory_order_seq_cst);
  return channel->open.load(std::memory_order_seq_cst);
}

inline void Leave(Channel* channel) {
  channel->users.fetch_sub(1, std::memory_order_release);
}

// The same for a scope.
class ChannelUse {
 public:
  explicit ChannelUse(Channel* channel)
      : channel_(channel), open_(Enter(channel)) {}
  ~ChannelUse() { Leave(channel_); }
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

// A slot of the ring, and the arrival's sequence. Null where there is none:
// then one more is lost, and the loop is woken.
Ring::Slot* ClaimForArrival(Channel* channel, int signo, uint64_t* sequence);

inline bool IsAboveHighWater(const Ring& ring) {
  return ring.Depth() >= ring.capacity() / 2;
}

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_PUBLISH_H_
