// In the place of handler/signals/record.h: the same fields, watched.
#ifndef MINITALK_HANDLER_SIGNALS_RECORD_H_
#define MINITALK_HANDLER_SIGNALS_RECORD_H_

namespace minitalk {

struct Record {
  litmus::plain<uint64_t> sequence;
  litmus::plain<uint64_t> time;
  litmus::plain<uint64_t> value;
  litmus::plain<int32_t> signo;
  litmus::plain<int32_t> code;
  litmus::plain<int32_t> pid;
  litmus::plain<uint32_t> uid;
  litmus::plain<uint32_t> tag;
  litmus::plain<uint32_t> extra;
};

inline constexpr uint32_t kSnapshotMask = 0xffff;
inline constexpr unsigned kOriginShift = 16;
inline constexpr unsigned kRelationShift = 25;
inline constexpr uint32_t kRefused = 1u << 24;

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_RECORD_H_
