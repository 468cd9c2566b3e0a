// What carries a message's data: docs/protocol.md, "Modes, and data words".
#ifndef MINITALK_HANDLER_MINITALK_DATA_WORD_H_
#define MINITALK_HANDLER_MINITALK_DATA_WORD_H_

#include <signal.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace minitalk {

// The numbers are part of lib/binding/minitalk.ts.
enum class Mode : uint32_t { kBit = 0, kWord = 1, kBurst = 2 };

// Of a data word, in si_errno: 0 | eights 2 | ask 1 | grant 12 | number 16
struct DataHeader {
  uint32_t eights;  // bytes of payload by 8
  bool ask;         // an ACK is wanted
  uint32_t grant;
  uint32_t number;  // place in the frame, from 1

  constexpr bool IsValid() const {
    return (eights == 1 || eights == 3) && number != 0;
  }

  static constexpr DataHeader Parse(int value) {
    const auto bits = static_cast<uint32_t>(value);
    return DataHeader{bits >> 29, (bits >> 28 & 1) != 0, bits >> 16 & 0xfff,
                      bits & 0xffff};
  }

  constexpr int Value() const {
    return static_cast<int>(eights << 29 | uint32_t{ask} << 28 | grant << 16 |
                            number);
  }
};

inline constexpr size_t kMaxEights = 3;
inline constexpr size_t kMaxPayload = 8 * kMaxEights;  // bytes

// The payload begins with si_value; what follows belongs to no field of a
// queued signal, and the kernel passes it on.
inline constexpr size_t kPayloadOffset = offsetof(siginfo_t, si_value);
static_assert(kPayloadOffset + kMaxPayload <= sizeof(siginfo_t), "");

inline void PutPayload(siginfo_t* info, const uint8_t* bytes, size_t size) {
  memcpy(reinterpret_cast<char*>(info) + kPayloadOffset, bytes, size);
}

inline uint64_t PayloadEight(const siginfo_t& info, size_t index) {
  uint64_t eight;
  memcpy(&eight,
         reinterpret_cast<const char*>(&info) + kPayloadOffset + 8 * index,
         sizeof eight);
  return eight;
}

// The largest frame, its checksum included, and a last data word filled up.
inline constexpr size_t kMaxFrameBytes = 262'144 + 4;
inline constexpr size_t kFrameEights = kMaxFrameBytes / 8 + kMaxEights;

}  // namespace minitalk

#endif  // MINITALK_HANDLER_MINITALK_DATA_WORD_H_
