// Opening, draining and closing the channels that the handler writes into.
#ifndef MINITALK_CORE_CHANNEL_H_
#define MINITALK_CORE_CHANNEL_H_

#include <cstddef>
#include <cstdint>

#include "handler/record.h"
#include "handler/state.h"

namespace minitalk {

// A new channel with room for at least `capacity` records (rounded up to a
// power of two, 64 to 2^22). `*error` is 0 or a negative errno: ENOMEM, EMFILE,
// or ENOSPC when all kMaxChannels are open. The channel is armed.
Channel* OpenChannel(size_t capacity, int* error);

// Waits until no handler is inside, then frees the ring. The signals must have
// been unsubscribed before.
void CloseChannel(Channel* channel);

// The descriptor that becomes readable when the channel wants to be drained.
int WakeFd(const Channel* channel);

// To be called when WakeFd is readable, before Drain. Leaves the channel
// unarmed: the consumer polls until Arm succeeds.
void TakeWake(Channel* channel);

// Moves at most `limit` records to `out`. Consumer's thread only.
size_t Drain(Channel* channel, Record* out, size_t limit);

// Asks for a wake-up at the next record. False, and not armed, when records are
// already there.
bool Arm(Channel* channel);

}  // namespace minitalk

#endif  // MINITALK_CORE_CHANNEL_H_
