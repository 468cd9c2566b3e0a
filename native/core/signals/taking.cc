#include "core/signals/taking.h"

#include "handler/signals/grace.h"

namespace minitalk {

namespace {

size_t DrainAll(Channel* channel, Record* out, size_t limit) {
  size_t count = Drain(channel, out, limit);
  while (count < limit && LetIn(channel)) {
    count += Drain(channel, out + count, limit - count);
  }
  return count;
}

}  // namespace

size_t TakeRecords(Channel* channel, Record* out, size_t limit) {
  const uint64_t ending =
      channel->after[static_cast<size_t>(After::kDefault)].load();
  if (ending == 0) return DrainAll(channel, out, limit);
  // Before the drain: a record that comes during it may not be in it.
  uint64_t taken = 0;
  for (int signo = 1; signo <= kMaxSignal; ++signo) {
    const uint64_t bit = SignalBit(signo);
    if ((ending & bit) != 0 && StopAwaiting(signo)) taken |= bit;
  }
  const size_t count = DrainAll(channel, out, limit);
  for (int signo = 1; signo <= kMaxSignal; ++signo) {
    if ((taken & SignalBit(signo)) != 0) EndGrace(signo);
  }
  return count;
}

}  // namespace minitalk
