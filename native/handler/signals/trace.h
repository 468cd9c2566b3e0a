// What a recorder sees: each signal that was captured, and each that a
// conversation sent, in a ring of their own, one for the process. Nobody waits
// for it, so it wakes nobody.
//
// Memory order. `open` is relaxed: who sees it late traces a signal more or
// less. `has_ring` publishes the ring, which then stays for ever, so that a
// handler that is held up inside may go on whenever it likes: released, and
// acquired by who traces. `lost` stands for nothing but itself.
#ifndef MINITALK_HANDLER_SIGNALS_TRACE_H_
#define MINITALK_HANDLER_SIGNALS_TRACE_H_

#include <signal.h>
#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "handler/signals/calls.h"
#include "handler/signals/ring.h"

namespace minitalk {

// The numbers are part of lib/binding/trace.ts.
enum class Traced : uint8_t {
  // Captured:
  kSignal = 0,  // nobody has done with it: a control word, or any other
  kWord = 1,    // a word that is done with: a question, or a reply
  kData = 2,    // counted for a grant
  kSpare = 3,   // data of a grant that are there already, or have no room
  kStep = 4,    // of a dialect
  // Sent:
  kSent = 5,  // a word, or a signal like any other
  kSentData = 6,
  kSentStep = 7,
};

// JavaScript reads these 56 bytes, see lib/binding/trace.ts.
struct TraceEvent {
  // CLOCK_MONOTONIC, ns: when it was handled, or about to be sent.
  uint64_t time;
  uint64_t payload[3];  // the value of a queued signal; all of a data word
  uint32_t data;        // of a bit a DataTag; of others their si_errno
  int32_t pid;          // the other process
  uint32_t uid;    // the sender's, or kNoUid; of one that was sent its errno
  int32_t thread;  // of the receiver; 0: sent to the process
  uint32_t lane;   // of data: 1 + the lane's index; 0: by none
  int16_t code;    // si_code
  uint8_t signo;
  Traced kind;
};

static_assert(sizeof(TraceEvent) == 56, "the layout is read from JavaScript");
static_assert(offsetof(TraceEvent, data) == 32 &&
                  offsetof(TraceEvent, code) == 52,
              "see lib/binding/trace.ts");

// Of data whose place is not known, in a DataTag.
inline constexpr uint32_t kNoPlace = 0xfffff;

struct Trace {
  std::atomic<bool> open{false};
  std::atomic<bool> has_ring{false};
  std::atomic<uint64_t> lost{0};  // no room
  RingOf<TraceEvent> ring;
};

extern Trace trace;

inline bool IsTracing() { return trace.open.load(std::memory_order_relaxed); }

// Now for a TraceSent that may follow; without a recorder 0.
inline uint64_t TraceTime() { return IsTracing() ? Now() : 0; }

// One of this process's handlers, or lanes, has it. Async-signal-safe.
void TraceCaptured(Traced kind, const siginfo_t& info, uint32_t data = 0,
                   uint32_t lane = 0);

struct Sent {
  pid_t pid;
  pid_t thread;  // 0: the process
  int error;     // 0 or a negative errno
  uint64_t time;
  uint32_t data = 0;
  uint32_t lane = 0;
};

// Async-signal-safe, as is the next. Nothing where `time` is 0.
void TraceSent(Traced kind, const siginfo_t& info, const Sent& sent);

// Of one that carries nothing.
void TraceSent(Traced kind, int signo, int code, const Sent& sent);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_TRACE_H_
