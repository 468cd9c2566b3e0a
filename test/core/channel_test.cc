// Channels, from opening to closing, and what one signal leaves in them.
#include "core/signals/channel.h"

#include <errno.h>
#include <limits.h>
#include <sys/syscall.h>

#include "check.h"
#include "core/signals/process.h"
#include "handler/signals/calls.h"
#include "support.h"

namespace minitalk::test {

namespace {

constexpr uint64_t kValue = 0xfedc'ba98'7654'3210;

// A queued signal whose pid and uid are the sender's choice.
void QueueForged(int signo, pid_t pid, uid_t uid) {
  siginfo_t info = {};
  info.si_signo = signo;
  info.si_code = SI_QUEUE;
  info.si_pid = pid;
  info.si_uid = uid;
  info.si_value.sival_ptr = reinterpret_cast<void*>(kValue);
  CHECK_EQ(syscall(SYS_rt_sigqueueinfo, getpid(), signo, &info), 0);
}

}  // namespace

TEST("a kill from another process is recorded with its pid and uid") {
  Shared<std::atomic<bool>> ready;
  Child sender([&] {
    Await([&] { return ready->load(); });
    CHECK_EQ(Kill(getppid(), SIGUSR1), 0);
  });
  Watch watch({SIGUSR1});
  const uint64_t before = Now();
  ready->store(true);
  const Record record = watch.Take(1)[0];
  CHECK_EQ(record.signo, SIGUSR1);
  CHECK_EQ(record.code, SI_USER);
  CHECK_EQ(record.pid, sender.pid());
  CHECK_EQ(record.uid, getuid());
  CHECK_EQ(record.value, 0);
  CHECK_EQ(record.tag, 0);
  CHECK_EQ(record.sequence, 0);
  CHECK(record.time >= before && record.time <= Now());
  sender.Join();
}

TEST("a tgkill is told apart from a kill and carries no value") {
  Watch watch({SIGUSR1});
  CHECK_EQ(KillThread(getpid(), ThreadId(), SIGUSR1), 0);
  const Record record = watch.Take(1)[0];
  CHECK_EQ(record.code, SI_TKILL);
  CHECK_EQ(record.pid, getpid());
  CHECK_EQ(record.value, 0);
}

TEST("all 64 bits of a queued value arrive, sent to a thread or a process") {
  Watch watch({SIGRTMIN, SIGUSR1});
  CHECK_EQ(QueueSignal(getpid(), ThreadId(), SIGRTMIN, kValue), 0);
  CHECK_EQ(QueueSignal(getpid(), 0, SIGUSR1, ~kValue), 0);
  const std::vector<Record> records = watch.Take(2);
  CHECK_EQ(records[0].signo, SIGRTMIN);
  CHECK_EQ(records[0].code, SI_QUEUE);
  CHECK_EQ(records[0].pid, getpid());
  CHECK_EQ(records[0].uid, getuid());
  CHECK_EQ(records[0].value, kValue);
  CHECK_EQ(records[1].value, ~kValue);
}

TEST("a queued signal's pid and uid are recorded as they were claimed") {
  Watch watch({SIGUSR2});
  QueueForged(SIGUSR2, 1, 12345);
  const Record record = watch.Take(1)[0];
  CHECK_EQ(record.code, SI_QUEUE);
  CHECK_EQ(record.pid, 1);
  CHECK_EQ(record.uid, 12345);
  CHECK_EQ(record.value, kValue);
}

TEST("realtime signals keep their order and each its value") {
  Watch watch({SIGRTMIN + 1});
  for (uint64_t i = 0; i < 500; ++i) {
    CHECK_EQ(QueueSignal(getpid(), ThreadId(), SIGRTMIN + 1, i), 0);
  }
  const std::vector<Record> records = watch.Take(500);
  for (size_t i = 0; i < 500; ++i) {
    CHECK_EQ(records[i].value, i);
    CHECK_EQ(records[i].sequence, i);
    CHECK(i == 0 || records[i].time >= records[i - 1].time);
  }
}

TEST("each channel gets the signals that it asked for, and no other") {
  Watch one({SIGUSR1});
  Watch both({SIGUSR1, SIGUSR2});
  Watch two({SIGUSR2});
  for (int i = 0; i < 30; ++i) CHECK_EQ(raise(i % 3 ? SIGUSR1 : SIGUSR2), 0);
  CHECK_EQ(one.Take().size(), 20);
  CHECK_EQ(both.Take().size(), 30);
  const std::vector<Record> records = two.Take();
  CHECK_EQ(records.size(), 10);
  for (const Record& record : records) CHECK_EQ(record.signo, SIGUSR2);
  CHECK_EQ(records[9].sequence, 9);  // counted for each channel apart
}

TEST("a full channel counts what it loses and numbers it too") {
  Watch small({SIGUSR1, SIGUSR2}, After::kChain, 64);
  Watch large({SIGUSR1});
  for (int i = 0; i < 100; ++i) CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(raise(SIGUSR2), 0);
  CHECK_EQ(small.Take().size(), 64);
  CHECK_EQ(small.Lost(SIGUSR1), 36);
  CHECK_EQ(small.Lost(SIGUSR2), 1);
  CHECK_EQ(large.Take().size(), 100);
  CHECK_EQ(large.Lost(SIGUSR1), 0);
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(small.Take(1)[0].sequence, 101);
}

TEST("a channel opened again is empty, unread and counts from zero") {
  {
    Watch first({SIGUSR1}, After::kChain, 64);
    for (int i = 0; i < 70; ++i) CHECK_EQ(raise(SIGUSR1), 0);
  }
  Watch again({SIGUSR1});
  CHECK(!IsReadable(WakeFd(again.channel()), 0));
  CHECK_EQ(again.Lost(SIGUSR1), 0);
  CHECK_EQ(again.Take().size(), 0);
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK(IsReadable(WakeFd(again.channel()), 0));
  CHECK_EQ(again.Take(1)[0].sequence, 0);
}

TEST("capacity is rounded up to a power of two from 64 to 2^22") {
  const struct {
    size_t asked;
    uint64_t given;
  } cases[] = {{0, 64},
               {64, 64},
               {65, 128},
               {1000, 1024},
               {4096, 4096},
               {(1 << 22) - 1, 1 << 22},
               {UINT_MAX, 1 << 22}};
  for (const auto& entry : cases) {
    int error = -1;
    Channel* channel = OpenChannel(entry.asked, &error);
    CHECK_EQ(error, 0);
    CHECK_EQ(channel->ring.capacity(), entry.given);
    CloseChannel(channel);
  }
}

TEST("the 65th channel is refused, and again possible after a close") {
  Channel* channels[kMaxChannels];
  int error = -1;
  for (Channel*& channel : channels) {
    channel = OpenChannel(64, &error);
    CHECK_EQ(error, 0);
  }
  CHECK(OpenChannel(64, &error) == nullptr);
  CHECK_EQ(error, -ENOSPC);
  CloseChannel(channels[17]);
  CHECK(OpenChannel(64, &error) == channels[17]);
  for (Channel* channel : channels) CloseChannel(channel);
}

TEST("a process at its limit of descriptors is told EMFILE") {
  int error = 0;
  int descriptors[4096];
  int count = 0;
  while (count < 4096 && (descriptors[count] = dup(0)) >= 0) ++count;
  if (count == 4096) {
    CHECK(true);  // a limit beyond what a test should use up
    return;
  }
  CHECK(OpenChannel(64, &error) == nullptr);
  CHECK_EQ(error, -EMFILE);
  close(descriptors[0]);
  Channel* channel = OpenChannel(64, &error);
  CHECK_EQ(error, 0);
  CloseChannel(channel);
}

}  // namespace minitalk::test
