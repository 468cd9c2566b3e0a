#include "core/signals/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#if MINITALK_LINUX
#include <sys/eventfd.h>
#endif

#include <mutex>

#include "core/signals/mask.h"
#include "core/signals/pages.h"
#include "handler/signals/calls.h"
#include "handler/signals/grace.h"

namespace minitalk {

namespace {

constexpr unsigned kMinShift = 6;
constexpr unsigned kMaxShift = 22;

// Guards which channels are open. OpenChannel and CloseChannel lock it; what
// they call is called with it held.
std::mutex channels_mutex;

#if !MINITALK_LINUX
int pipe_read_ends[kMaxChannels];
#endif

// Wake descriptors stay with their channel for ever: a handler on another
// thread could otherwise write into a descriptor that is somebody else's by
// then.
int OpenWakeFd(Channel* channel) {
  if (channel->wake_fd.load() >= 0) return 0;
#if MINITALK_LINUX
  const int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd < 0) return -errno;
#else
  int ends[2];
  if (pipe(ends) != 0) return -errno;
  for (const int end : ends) {
    fcntl(end, F_SETFD, FD_CLOEXEC);
    fcntl(end, F_SETFL, O_NONBLOCK);
  }
  pipe_read_ends[channel - state.channels] = ends[0];
  const int fd = ends[1];
#endif
  channel->wake_fd.store(fd);
  return 0;
}

unsigned ShiftFor(size_t capacity) {
  unsigned shift = kMinShift;
  while (shift < kMaxShift && (size_t{1} << shift) < capacity) ++shift;
  return shift;
}

size_t RingBytes(size_t slots) { return slots * sizeof(Ring::Slot); }

}  // namespace

Channel* OpenChannel(size_t capacity, int* error) {
  const std::lock_guard<std::mutex> lock(channels_mutex);
  for (size_t i = 0; i < kMaxChannels; ++i) {
    Channel* channel = &state.channels[i];
    if (channel->open.load()) continue;
    *error = OpenWakeFd(channel);
    if (*error != 0) return nullptr;
    const unsigned shift = ShiftFor(capacity);
    void* memory = MapPages(RingBytes(size_t{1} << shift));
    if (memory == nullptr) {
      *error = -ENOMEM;
      return nullptr;
    }
    channel->ring.Reset(static_cast<Ring::Slot*>(memory), shift);
    channel->policy = Policy{};
    channel->grace = 0;
    channel->deadline = kNever;
    channel->holds.store(false);
    channel->thread = ThreadId();
    channel->held.store(0);
    channel->displaced.store(0);
    channel->snapshots = nullptr;
    channel->sequence.store(0);
    for (auto& lost : channel->lost) lost.store(0);
    TakeWake(channel);  // a handler of its last life may have left one
    channel->armed.store(true);
    channel->open.store(true);
    if (state.channel_count.load() <= i) state.channel_count.store(i + 1);
    return channel;
  }
  *error = -ENOSPC;
  return nullptr;
}

void Settle(Channel* channel) {
  while (channel->users.load() != 0) sched_yield();
}

void CloseChannel(Channel* channel) {
  const std::lock_guard<std::mutex> lock(channels_mutex);
  channel->signals.store(0);
  for (auto& mask : channel->after) mask.store(0);
  channel->open.store(false);
  // A handler that enters from here on sees it closed and leaves at once.
  Settle(channel);
  munmap(channel->ring.slots(), RingBytes(channel->ring.capacity()));
  if (channel->snapshots != nullptr) {
    munmap(channel->snapshots, sizeof(SnapshotPool));
  }
}

int EnableSnapshots(Channel* channel) {
  if (channel->snapshots != nullptr) return 0;
  channel->snapshots =
      static_cast<SnapshotPool*>(MapPages(sizeof(SnapshotPool)));
  return channel->snapshots == nullptr ? -ENOMEM : 0;
}

bool FetchSnapshot(Channel* channel, uint32_t index, Sender* out) {
  if (channel->snapshots == nullptr || index >= SnapshotPool::kSize) {
    return false;
  }
  *out = channel->snapshots->senders[index];
  channel->snapshots->taken[index].store(false, std::memory_order_release);
  return true;
}

int WakeFd(const Channel* channel) {
#if MINITALK_LINUX
  return channel->wake_fd.load();
#else
  return pipe_read_ends[channel - state.channels];
#endif
}

void TakeWake(Channel* channel) {
  uint64_t buffer[64];
  while (read(WakeFd(channel), buffer, sizeof buffer) ==
         static_cast<ssize_t>(sizeof buffer)) {
  }
  channel->armed.store(false);
  // An exchange, so that what a handler published before it found this set is
  // seen by the drain that follows.
  channel->wake_pending.exchange(false);
}

size_t Drain(Channel* channel, Record* out, size_t limit) {
  return channel->ring.Drain(out, limit);
}

bool LetIn(Channel* channel) {
  const uint64_t held = channel->held.exchange(0);
  if (held == 0) return false;
  Unblock(held);
  return true;
}

void StopHolding(Channel* channel) {
  channel->holds.store(false);
  LetIn(channel);
  Settle(channel);  // what is queued to this thread has come then
}

bool Arm(Channel* channel) {
  channel->armed.store(true);
  if (channel->ring.Depth() == 0) return true;
  channel->armed.store(false);
  return false;
}

}  // namespace minitalk
