// The control words of docs/protocol.md that a handler reads or writes. All
// other words are TypeScript's (lib/minitalk/wire/word.ts).
#ifndef MINITALK_HANDLER_MINITALK_WORD_H_
#define MINITALK_HANDLER_MINITALK_WORD_H_

#include <signal.h>

#include <cstdint>

#include "handler/signals/platform.h"

namespace minitalk {

// What a QUERY says where data go by lanes: 1 | quiet 1 | eights 2 | cpu 12
struct LaneQuery {
  bool quiet;       // no ANSWER is wanted
  uint32_t eights;  // bytes in a data word by 8; 0: bits
  uint32_t cpu;     // where the client stays; kNoCpu: anywhere

  static constexpr uint32_t kNoCpu = 0xfff;
  static constexpr uint32_t kByLanes = 0x8000;

  static constexpr bool IsOne(uint32_t count) {
    const uint32_t eights = count >> 12 & 3;
    return (count & kByLanes) != 0 && eights != 2;
  }

  static constexpr LaneQuery Parse(uint32_t count) {
    return LaneQuery{(count >> 14 & 1) != 0, count >> 12 & 3, count & kNoCpu};
  }

  constexpr uint32_t Value() const {
    return kByLanes | uint32_t{quiet} << 14 | eights << 12 | cpu;
  }
};

// kind 4 | session 20 | question 12 | grant 12 | count 16
struct Word {
  enum Kind : uint32_t { kQuery = 3, kAck = 10, kAnswer = 11 };

  uint32_t kind;
  uint32_t session;
  uint32_t question;
  uint32_t grant;
  uint32_t count;

  // Session 0 is nobody's, and what the kind leaves unused must be zero.
  constexpr bool IsValid() const {
    if (session == 0) return false;
    if (kind == kQuery) return count == 0 || LaneQuery::IsOne(count);
    return kind != kAck || question == 0;
  }

  static constexpr uint32_t kNumberMask = 0xfff;  // grant and question

  static constexpr Word Parse(uint64_t value) {
    return Word{static_cast<uint32_t>(value >> 60),
                static_cast<uint32_t>(value >> 40) & 0xfffff,
                static_cast<uint32_t>(value >> 28) & kNumberMask,
                static_cast<uint32_t>(value >> 16) & kNumberMask,
                static_cast<uint32_t>(value) & 0xffff};
  }

  constexpr uint64_t Value() const {
    return uint64_t{kind} << 60 | uint64_t{session} << 40 |
           uint64_t{question} << 28 | uint64_t{grant} << 16 | count;
  }
};

}  // namespace minitalk

#endif  // MINITALK_HANDLER_MINITALK_WORD_H_
