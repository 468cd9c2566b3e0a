// How much a data word can carry on this kernel.
#ifndef MINITALK_CORE_MINITALK_PAYLOAD_H_
#define MINITALK_CORE_MINITALK_PAYLOAD_H_

#include <cstddef>

namespace minitalk {

// Bytes: kMaxPayload where a signal sent to this thread itself came with all of
// them, else 8; 0 where data words cannot be sent. Tested once in a process.
size_t LargestPayload();

}  // namespace minitalk

#endif  // MINITALK_CORE_MINITALK_PAYLOAD_H_
