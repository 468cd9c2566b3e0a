// The present grant, for who takes its data: the handler, and the lanes.
#ifndef MINITALK_HANDLER_MINITALK_GRANT_H_
#define MINITALK_HANDLER_MINITALK_GRANT_H_

#include <signal.h>

#include <cstdint>

#include "handler/minitalk/protocol_state.h"
#include "handler/minitalk/word.h"
#include "handler/signals/publish.h"

namespace minitalk {

// Of a control word; its bytes are what it says.
bool NamesGrant(const Grant* grant, const siginfo_t& info, const Word& word);

// The grant under which the process `pid` may send data in this mode, or null.
Grant* StartedGrant(pid_t pid, Mode mode);

// Keeps a grant's channel mapped, if the grant is still the present one.
class GrantUse {
 public:
  explicit GrantUse(Grant* grant)
      : channel_(grant->channel.load(std::memory_order_relaxed)),
        use_(channel_),
        // Looked at again inside: the channel may have a next life by now.
        // seq_cst: either this sees the grant cleared, or who clears it waits.
        valid_(use_.open() && protocol.server.current.load(
                                  std::memory_order_seq_cst) == grant) {}
  bool valid() const { return valid_; }
  Channel* channel() const { return channel_; }

 private:
  Channel* channel_;
  ChannelUse use_;
  bool valid_;
};

inline bool IsByLanes(const Grant* grant) {
  return grant->lanes.load(std::memory_order_relaxed) > 0;
}

// What a record of data says beside the signal: of which grant, and the number
// of the first of its frame that were there before. 0: of none.
constexpr uint32_t DataTag(uint32_t grant, uint32_t before) {
  return 1 + (before << 12 | grant);
}
constexpr uint32_t GrantOf(uint32_t tag) { return (tag - 1) & 0xfff; }
constexpr uint32_t BeforeOf(uint32_t tag) { return (tag - 1) >> 12; }

// A slot for a record of data; null: there is none but those that are left to
// words and strangers' signals, which nobody sends again at once.
Ring::Slot* ClaimForData(Channel* channel);

// Publishes a record of data in a claimed slot. Tag 0: a stray after all.
void PublishData(Channel* channel, Ring::Slot* slot, const siginfo_t& info,
                 uint64_t now, uint32_t tag);

// Writes a data word's payload to its place in the frame, in eights.
void StorePayload(const siginfo_t& info, size_t first_eight, uint32_t eights);

// An ACK or ANSWER to the grant's client, if that may be sent a signal.
void Reply(Grant* grant, uint64_t now, int signo, const Word& word);
void SendAck(Grant* grant, uint64_t now, uint32_t count);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_MINITALK_GRANT_H_
