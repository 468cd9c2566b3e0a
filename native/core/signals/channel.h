// Opening, draining and closing the channels that the handler writes into.
#ifndef MINITALK_CORE_SIGNALS_CHANNEL_H_
#define MINITALK_CORE_SIGNALS_CHANNEL_H_

#include <cstddef>
#include <cstdint>

#include "handler/signals/record.h"
#include "handler/signals/state.h"

namespace minitalk {

// A new channel with room for at least `capacity` records (rounded up to a
// power of two, 64 to 2^22). `*error` is 0 or a negative errno: ENOMEM, EMFILE,
// or ENOSPC when all kMaxChannels are open. The channel is armed.
Channel* OpenChannel(size_t capacity, int* error);

// Waits until no handler is inside. Once nothing is subscribed to, all that is
// to come has been published then.
void Settle(Channel* channel);

// Waits until no handler is inside, then frees the ring. The signals must have
// been unsubscribed before.
void CloseChannel(Channel* channel);

// Has handlers note who the senders are. Before the first subscription only.
// 0 or -ENOMEM.
int EnableSnapshots(Channel* channel);

// Copies a snapshot out and gives its place back. `index` is a drained
// record's, less 1; false when that is none.
bool FetchSnapshot(Channel* channel, uint32_t index, Sender* out);

// The descriptor that becomes readable when the channel wants to be drained.
int WakeFd(const Channel* channel);

// To be called when WakeFd is readable, before Drain. Leaves the channel
// unarmed: the consumer polls until Arm succeeds.
void TakeWake(Channel* channel);

// Moves at most `limit` records to `out`. Consumer's thread only.
size_t Drain(Channel* channel, Record* out, size_t limit);

// Lets in what the kernel keeps for a channel that holds, see HoldBack.
// Consumer's thread only. False where nothing was kept.
bool LetIn(Channel* channel);

// The same for good, before what is subscribed to is let go of: what has no
// room from here on is lost.
void StopHolding(Channel* channel);

// Asks for a wake-up at the next record. False, and not armed, when records are
// already there.
bool Arm(Channel* channel);

}  // namespace minitalk

#endif  // MINITALK_CORE_SIGNALS_CHANNEL_H_
