// One captured signal. JavaScript reads these 48 bytes through typed arrays, so
// the layout is part of the contract in lib/binding/signals.ts.
#ifndef MINITALK_HANDLER_SIGNALS_RECORD_H_
#define MINITALK_HANDLER_SIGNALS_RECORD_H_

#include <cstddef>
#include <cstdint>

namespace minitalk {

struct Record {
  uint64_t sequence;  // position in the channel's arrivals, lost ones included
  uint64_t time;      // CLOCK_MONOTONIC, ns; the clock of process.hrtime
  uint64_t value;     // si_value of a queued signal or a timer, else 0
  int32_t signo;
  int32_t code;    // si_code
  int32_t pid;     // si_pid, as this process's pid namespace sees it; or 0
  uint32_t uid;    // si_uid, the sender's real uid; kNoUid where nobody told it
  uint32_t tag;    // the hook's, of what it took and recorded itself; else 0
  uint32_t extra;  // see below
};

// Record::extra: 1 + the index of the sender's snapshot (0: none), the Origin,
// whether the policy refused the signal, and 1 + the Relation (0: not known, or
// nobody asked).
inline constexpr uint32_t kSnapshotMask = 0xffff;
inline constexpr unsigned kOriginShift = 16;
inline constexpr uint32_t kRefused = 1u << 24;
inline constexpr unsigned kRelationShift = 25;

static_assert(sizeof(Record) == 48, "the layout is read from JavaScript");
static_assert(offsetof(Record, signo) == 24,
              "see lib/signals/internal/record.ts");

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_RECORD_H_
