// Opens and drains the process's one trace, see handler/signals/trace.h.
#ifndef MINITALK_CORE_SIGNALS_TRACING_H_
#define MINITALK_CORE_SIGNALS_TRACING_H_

#include <cstddef>
#include <cstdint>

#include "handler/signals/trace.h"

namespace minitalk {

// What one recorder has; one in the process at a time.
class Tracing {
 public:
  Tracing() = default;
  Tracing(const Tracing&) = delete;
  Tracing& operator=(const Tracing&) = delete;
  ~Tracing() { Close(); }

  // From now on events are traced. 0, -EBUSY where they are already, or
  // -ENOMEM.
  int Open();

  // Moves at most `limit` events to `out`: those since Open, in the order in
  // which they took their places.
  size_t Drain(TraceEvent* out, size_t limit);

  // Events since Open that found no room.
  uint64_t lost() const;

  // No more events. Those that are there can still be drained.
  void Stop();

  // Another recorder may have it.
  void Close();

 private:
  bool is_open_ = false;
  uint64_t opened_at_ = 0;
  uint64_t lost_before_ = 0;
};

}  // namespace minitalk

#endif  // MINITALK_CORE_SIGNALS_TRACING_H_
