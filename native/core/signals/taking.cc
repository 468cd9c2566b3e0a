#include "core/signals/taking.h"

#include <algorithm>

#include "handler/signals/grace.h"

namespace minitalk {

namespace {

// Drain, until `out` is full or the ring empty.
size_t DrainSifted(Channel* channel, Record* out, size_t limit, Sift* sift) {
  size_t count = 0;
  for (;;) {
    const size_t room = limit - count;
    Record* end = out + count + Drain(channel, out + count, room);
    const bool is_empty = end < out + limit;
    if (sift != nullptr) {
      end = std::remove_if(out + count, end, [sift](const Record& record) {
        return sift->Takes(record);
      });
    }
    count = static_cast<size_t>(end - out);
    if (is_empty || count == limit) return count;
  }
}

size_t DrainAll(Channel* channel, Record* out, size_t limit, Sift* sift) {
  size_t count = DrainSifted(channel, out, limit, sift);
  while (count < limit && LetIn(channel)) {
    count += DrainSifted(channel, out + count, limit - count, sift);
  }
  return count;
}

}  // namespace

size_t TakeRecords(Channel* channel, Record* out, size_t limit, Sift* sift) {
  const uint64_t ending =
      channel->after[static_cast<size_t>(After::kDefault)].load();
  if (ending == 0) return DrainAll(channel, out, limit, sift);
  // Before the drain: a record that comes during it may not be in it.
  uint64_t taken = 0;
  for (int signo = 1; signo <= kMaxSignal; ++signo) {
    const uint64_t bit = SignalBit(signo);
    if ((ending & bit) != 0 && StopAwaiting(signo)) taken |= bit;
  }
  const size_t count = DrainAll(channel, out, limit, sift);
  for (int signo = 1; signo <= kMaxSignal; ++signo) {
    if ((taken & SignalBit(signo)) != 0) EndGrace(signo);
  }
  return count;
}

}  // namespace minitalk
