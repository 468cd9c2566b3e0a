#include "handler/signals/trace.h"

#include <cstring>

#include "handler/signals/identity.h"

namespace minitalk {

Trace trace;

namespace {

using Slot = RingOf<TraceEvent>::Slot;

Slot* ClaimForTrace() {
  if (!trace.has_ring.load(std::memory_order_acquire)) return nullptr;
  Slot* slot = trace.ring.Claim();
  if (slot == nullptr) trace.lost.fetch_add(1, std::memory_order_relaxed);
  return slot;
}

// What a queued signal carries: its value, and what follows it.
void CopyPayload(const siginfo_t& info, TraceEvent* event) {
  constexpr size_t kOffset = offsetof(siginfo_t, si_value);
  static_assert(kOffset + sizeof event->payload <= sizeof info, "");
  if (CarriesValue(info)) {
    memcpy(event->payload, reinterpret_cast<const char*>(&info) + kOffset,
           sizeof event->payload);
  } else {
    memset(event->payload, 0, sizeof event->payload);
  }
}

void Publish(Slot* slot, Traced kind, int signo, int code, uint32_t lane) {
  TraceEvent& event = slot->record;
  event.lane = lane;
  event.code = static_cast<int16_t>(code);
  event.signo = static_cast<uint8_t>(signo);
  event.kind = kind;
  RingOf<TraceEvent>::Publish(slot);
}

void FillSent(TraceEvent* event, const Sent& sent) {
  event->time = sent.time;
  event->data = sent.data;
  event->pid = sent.pid;
  event->uid = static_cast<uint32_t>(-sent.error);
  event->thread = sent.thread;
}

}  // namespace

void TraceCaptured(Traced kind, const siginfo_t& info, uint32_t data,
                   uint32_t lane) {
  if (!IsTracing()) return;
  Slot* slot = ClaimForTrace();
  if (slot == nullptr) return;
  TraceEvent& event = slot->record;
  event.time = Now();
  CopyPayload(info, &event);
  event.data = data;
  event.pid = SenderPid(info);
  event.uid = SenderUid(info);
  event.thread = ThreadId();
  Publish(slot, kind, info.si_signo, info.si_code, lane);
}

void TraceSent(Traced kind, const siginfo_t& info, const Sent& sent) {
  if (sent.time == 0) return;
  Slot* slot = ClaimForTrace();
  if (slot == nullptr) return;
  FillSent(&slot->record, sent);
  CopyPayload(info, &slot->record);
  Publish(slot, kind, info.si_signo, info.si_code, sent.lane);
}

void TraceSent(Traced kind, int signo, int code, const Sent& sent) {
  if (sent.time == 0) return;
  Slot* slot = ClaimForTrace();
  if (slot == nullptr) return;
  FillSent(&slot->record, sent);
  memset(slot->record.payload, 0, sizeof slot->record.payload);
  Publish(slot, kind, signo, code, sent.lane);
}

}  // namespace minitalk
