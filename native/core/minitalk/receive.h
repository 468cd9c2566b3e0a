// The server's tight loop: while a frame comes in and the event loop has
// nothing else to do, its thread waits for the data itself, in time slices, as
// the client's does for the acknowledgements.
#ifndef MINITALK_CORE_MINITALK_RECEIVE_H_
#define MINITALK_CORE_MINITALK_RECEIVE_H_

#include <cstdint>

#include "core/minitalk/server.h"

namespace minitalk {

// Whether data of this server's present grant are coming.
bool IsReceiving(const Server& server);

// Takes data of the present grant for about `slice_ns`, but 64 signals at
// least, on the grant's CPU, as the handler would. Ends early when the frame is
// whole, when a signal is none of this transmission, and when `loop_fd`, the
// event loop's descriptor (-1: none), becomes readable. The thread's mask and
// CPUs are as before then. False when data have not come for 5 ms: the next
// will wake the loop.
bool Receive(const Server& server, uint64_t slice_ns, int loop_fd);

}  // namespace minitalk

#endif  // MINITALK_CORE_MINITALK_RECEIVE_H_
