#include "core/signals/tracing.h"

#include <errno.h>

#include <algorithm>
#include <mutex>

#include "core/signals/pages.h"

namespace minitalk {

namespace {

using Slot = RingOf<TraceEvent>::Slot;

constexpr unsigned kShift = 16;  // 65,536 events, 4 MiB once they are used

// Guards whose the trace is: several environments may want it.
std::mutex owner_mutex;
bool has_owner = false;

int MapRing() {
  if (trace.has_ring.load()) return 0;
  void* memory = MapPages(sizeof(Slot) << kShift);
  if (memory == nullptr) return -ENOMEM;
  trace.ring.Reset(static_cast<Slot*>(memory), kShift);
  trace.has_ring.store(true);
  return 0;
}

}  // namespace

int Tracing::Open() {
  const std::lock_guard<std::mutex> lock(owner_mutex);
  if (has_owner) return -EBUSY;
  const int error = MapRing();
  if (error != 0) return error;
  opened_at_ = Now();
  lost_before_ = trace.lost.load();
  has_owner = is_open_ = true;
  trace.open.store(true);
  return 0;
}

size_t Tracing::Drain(TraceEvent* out, size_t limit) {
  for (;;) {
    const size_t count = trace.ring.Drain(out, limit);
    // What a former recorder has left, or a handler that was held up since.
    const TraceEvent* end = std::remove_if(
        out, out + count,
        [this](const TraceEvent& event) { return event.time < opened_at_; });
    if (end != out || count < limit) return static_cast<size_t>(end - out);
  }
}

uint64_t Tracing::lost() const { return trace.lost.load() - lost_before_; }

void Tracing::Stop() {
  if (is_open_) trace.open.store(false);
}

void Tracing::Close() {
  Stop();
  const std::lock_guard<std::mutex> lock(owner_mutex);
  if (is_open_) has_owner = false;
  is_open_ = false;
}

}  // namespace minitalk
