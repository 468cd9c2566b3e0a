#include "handler/signals/publish.h"

#include <unistd.h>

#include "handler/signals/identity.h"

namespace minitalk {

void Wake(Channel* channel) {
  if (channel->wake_pending.exchange(true, std::memory_order_acq_rel)) return;
  const uint64_t one = 1;
  // A full pipe or a saturated eventfd is already readable: nothing is lost.
  [[maybe_unused]] const ssize_t written =
      write(channel->wake_fd.load(std::memory_order_relaxed), &one, sizeof one);
}

void Fill(Record* record, const siginfo_t& info, uint64_t time,
          uint64_t sequence) {
  record->sequence = sequence;
  record->time = time;
  record->value = CarriesValue(info) ? SignalValue(info) : 0;
  record->signo = info.si_signo;
  record->code = info.si_code;
  record->pid = SenderPid(info);
  record->uid = SenderUid(info);
  record->tag = 0;
  record->extra = static_cast<uint32_t>(OriginOf(info)) << kOriginShift;
}

Ring::Slot* ClaimForArrival(Channel* channel, int signo, uint64_t* sequence) {
  Ring::Slot* slot = channel->ring.Claim();
  *sequence = channel->sequence.fetch_add(1, std::memory_order_relaxed);
  if (slot == nullptr) {
    channel->lost[signo].fetch_add(1, std::memory_order_relaxed);
    Wake(channel);
  }
  return slot;
}

}  // namespace minitalk
