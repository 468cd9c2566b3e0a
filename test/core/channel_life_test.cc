// What a channel begins with, whatever its place was used for before, and what
// it gives back at its end.
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "check.h"
#include "core/signals/channel.h"
#include "handler/signals/grace.h"
#include "handler/signals/handler.h"
#include "handler/signals/publish.h"
#include "support.h"

namespace minitalk::test {

namespace {

Channel* Open(size_t capacity = 64) {
  int error = -1;
  Channel* channel = OpenChannel(capacity, &error);
  CHECK_EQ(error, 0);
  return channel;
}

// Whether the page is this process's still.
bool IsMapped(void* memory) { return msync(memory, 1, MS_ASYNC) == 0; }

bool IsReadable(const Channel* channel) {
  return test::IsReadable(WakeFd(channel), 0);
}

}  // namespace

TEST("a new channel has nothing of its place's former life") {
  Channel* channel = Open();
  CHECK_EQ(EnableSnapshots(channel), 0);
  channel->policy.set = true;
  channel->policy.refuses_others = true;
  channel->policy.only.uid_count = 1;
  channel->grace = 1'000;
  channel->holds.store(true);
  channel->held.store(1);
  channel->displaced.store(1);
  channel->deadline = 1'000;
  channel->sequence.store(7);
  for (auto& lost : channel->lost) lost.store(3);
  Wake(channel);
  channel->armed.store(false);
  CloseChannel(channel);

  CHECK(Open() == channel);
  CHECK(!channel->policy.set);
  CHECK(!channel->policy.refuses_others);
  CHECK_EQ(channel->policy.only.uid_count, 0);
  CHECK_EQ(channel->grace, 0);
  CHECK(!channel->holds.load());
  CHECK_EQ(channel->held.load(), 0);
  CHECK_EQ(channel->displaced.load(), 0);
  CHECK_EQ(channel->deadline, kNever);
  CHECK(channel->snapshots == nullptr);
  CHECK_EQ(channel->sequence.load(), 0);
  for (auto& lost : channel->lost) CHECK_EQ(lost.load(), 0);
  CHECK(!channel->wake_pending.load());
  CHECK(!IsReadable(channel));
  CHECK(channel->armed.load());
  CHECK_EQ(channel->signals.load(), 0);
  for (auto& mask : channel->after) CHECK_EQ(mask.load(), 0);
  CHECK_EQ(channel->ring.Depth(), 0);
  CloseChannel(channel);
}

TEST("a channel without snapshots gives none, and asks for them but once") {
  Channel* channel = Open();
  Sender sender;
  CHECK(!FetchSnapshot(channel, 0, &sender));
  CHECK_EQ(EnableSnapshots(channel), 0);
  const SnapshotPool* pool = channel->snapshots;
  CHECK_EQ(EnableSnapshots(channel), 0);
  CHECK(channel->snapshots == pool);
  CloseChannel(channel);
}

TEST("a closed channel's memory is given back") {
  Channel* channel = Open();
  CHECK_EQ(EnableSnapshots(channel), 0);
  void* ring = channel->ring.slots();
  void* snapshots = channel->snapshots;
  CHECK(IsMapped(ring));
  CHECK(IsMapped(snapshots));
  CloseChannel(channel);
  CHECK(!IsMapped(ring));
  CHECK(!IsMapped(snapshots));
}

TEST("a channel keeps its descriptor for ever, which no program inherits") {
  Channel* channel = Open();
  const int fd = WakeFd(channel);
  CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
  CHECK((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
  CloseChannel(channel);
  CHECK(fcntl(fd, F_GETFD) >= 0);  // a handler on another thread may be late
  CHECK(Open() == channel);
  CHECK_EQ(WakeFd(channel), fd);
  CloseChannel(channel);
}

TEST("a loop that has been woken is not written to again until it has looked") {
  Channel* channel = Open();
  uint64_t writes = 0;
  for (int i = 0; i < 3; ++i) Wake(channel);
  CHECK_EQ(read(WakeFd(channel), &writes, sizeof writes), sizeof writes);
  CHECK_EQ(writes, 1);
  TakeWake(channel);
  Wake(channel);
  CHECK(IsReadable(channel));
  CloseChannel(channel);
}

TEST("a number that no signal has is nobody's") {
  Watch watch({SIGUSR1});
  for (const int signo : {0, -1, kMaxSignal + 1, 1000}) {
    siginfo_t info = {};
    info.si_signo = signo;
    CHECK(!TakeSignal(info, nullptr));
  }
  CHECK_EQ(watch.Take().size(), 0);
}

TEST("a record tells its origin, and no snapshot where there is none") {
  Watch watch({SIGUSR1}, After::kStop);
  CHECK_EQ(EnableSnapshots(watch.channel()), 0);
  for (const int code : {SI_TKILL, SI_QUEUE, SI_KERNEL, SI_TIMER}) {
    siginfo_t info = {};
    info.si_signo = SIGUSR1;
    info.si_code = code;
    if (code == SI_TKILL) info.si_pid = getpid();
    TakeSignal(info, nullptr);
  }
  const std::vector<Record> records = watch.Take();
  CHECK_EQ(records.size(), 4);
  const Origin origins[] = {Origin::kProcess, Origin::kUnknown, Origin::kKernel,
                            Origin::kTimer};
  for (size_t i = 0; i < 4; ++i) {
    CHECK_EQ(records[i].extra >> kOriginShift & 0xff, origins[i]);
    CHECK_EQ((records[i].extra & kSnapshotMask) != 0, i == 0);
  }
}

#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
// The sanitizers need all of the address space themselves.
TEST("without memory a channel is refused with ENOMEM, and its place is free") {
  Channel* channel = Open();
  struct rlimit before;
  CHECK_EQ(getrlimit(RLIMIT_AS, &before), 0);
  const struct rlimit little = {64 << 20, before.rlim_max};
  CHECK_EQ(setrlimit(RLIMIT_AS, &little), 0);
  int error = 0;
  CHECK(OpenChannel(size_t{1} << 22, &error) == nullptr);
  CHECK_EQ(error, -ENOMEM);
  const struct rlimit none = {1, before.rlim_max};
  CHECK_EQ(setrlimit(RLIMIT_AS, &none), 0);
  CHECK_EQ(EnableSnapshots(channel), -ENOMEM);
  CHECK(channel->snapshots == nullptr);
  CHECK_EQ(setrlimit(RLIMIT_AS, &before), 0);
  Channel* next = Open();
  CHECK_EQ(next - channel, 1);
  CloseChannel(next);
  CloseChannel(channel);
}
#endif

}  // namespace minitalk::test
