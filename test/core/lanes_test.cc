// The threads that take data: how they live, and what becomes of signals that
// are not their grant's.
#include "core/minitalk/lanes.h"

#include <dirent.h>
#include <sched.h>
#include <stdlib.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "check.h"
#include "core/signals/process.h"
#include "own_grant.h"
#include "raw_client.h"

namespace minitalk::test {

namespace {

std::string OfThread(pid_t thread, const char* file) {
  std::ifstream in("/proc/self/task/" + std::to_string(thread) + "/" + file);
  std::string text;
  // Whole, or as far as it could be read: it may end meanwhile. An iterator of
  // the stream's buffer would throw then.
  std::getline(in, text, '\0');
  return text;
}

uint64_t Blocked(pid_t thread) {
  const std::string status = OfThread(thread, "status");
  const size_t at = status.find("SigBlk:");
  CHECK(at != std::string::npos);
  return strtoull(status.c_str() + at + 7, nullptr, 16);
}

bool IsThread(pid_t thread) { return !OfThread(thread, "comm").empty(); }

// So that signals for the process go to lanes.
void BlockHere() {
  sigset_t both;
  sigemptyset(&both);
  sigaddset(&both, SIGUSR1);
  sigaddset(&both, SIGUSR2);
  CHECK_EQ(sigprocmask(SIG_BLOCK, &both, nullptr), 0);
}

}  // namespace

TEST("lanes are threads of their own in SCHED_BATCH that block every signal") {
  sigset_t before;
  sigprocmask(SIG_BLOCK, nullptr, &before);
  Lanes lanes;
  CHECK_EQ(lanes.count(), 0);
  const std::vector<pid_t> ids = lanes.Start(5);
  CHECK_EQ(ids.size(), 5);
  CHECK_EQ(lanes.count(), 5);
  CHECK_EQ(std::set<pid_t>(ids.begin(), ids.end()).size(), 5);
  for (const pid_t id : ids) {
    CHECK(id != getpid());
    CHECK(OfThread(id, "comm") == "minitalk-lane\n");
    CHECK_EQ(sched_getscheduler(id), SCHED_BATCH);
    // While it waits for the two, they are shown as not blocked.
    const uint64_t others =
        0x7fffffff & ~SignalBit(SIGKILL) & ~SignalBit(SIGSTOP) & ~kUserSignals;
    CHECK_EQ(Blocked(id) & others, others);
  }
  sigset_t after;
  sigprocmask(SIG_BLOCK, nullptr, &after);
  for (int signo = 1; signo <= kMaxSignal; ++signo) {
    CHECK_EQ(sigismember(&before, signo), sigismember(&after, signo));
  }
}

TEST(
    "lanes that there are stay, and more can be made; new ones come after "
    "their end") {
  Lanes lanes;
  lanes.End();
  for (const uint32_t count : {3u, 64u, 1u}) {
    const std::vector<pid_t> ids = lanes.Start(count);
    CHECK_EQ(ids.size(), count);
    CHECK(lanes.Start(count) == ids);
    std::vector<pid_t> more = lanes.Start(count + 1);
    CHECK_EQ(lanes.count(), count + 1);
    more.pop_back();
    CHECK(more == ids);
    lanes.End();
    CHECK_EQ(lanes.count(), 0);
    for (const pid_t id : more) Await([&] { return !IsThread(id); });
    lanes.End();
  }
}

TEST("a server that there is none of starts no lanes") {
  Server server;
  CHECK(server.StartLanes(2).empty());
  CHECK_EQ(server.EndLanes(), 0);
}

TEST("a server has 64 lanes at most, and none after its end") {
  Watch watch({SIGUSR1, SIGUSR2}, After::kStop);
  Server server;
  CHECK_EQ(server.Claim(watch.channel()), 0);
  const std::vector<pid_t> ids = server.StartLanes(100);
  CHECK_EQ(ids.size(), kMaxLanes);
  server.Release();
  for (const pid_t id : ids) Await([&] { return !IsThread(id); });
}

TEST("where the system gives no more threads there are fewer lanes") {
  if (geteuid() == 0 && setuid(65534) != 0) return;  // who has a limit
  struct rlimit before;
  CHECK_EQ(getrlimit(RLIMIT_NPROC, &before), 0);
  const struct rlimit none = {1, before.rlim_max};
  CHECK_EQ(setrlimit(RLIMIT_NPROC, &none), 0);
  Lanes lanes;
  const size_t made = lanes.Start(8).size();
  CHECK(made < 8);
  CHECK_EQ(lanes.count(), made);
  // A sanitizer looks around with a thread of its own at the end.
  CHECK_EQ(setrlimit(RLIMIT_NPROC, &before), 0);
}

TEST("a stranger's signals that lanes are handed go to the watchers") {
  BlockHere();
  Shared<Stage> stage;
  Shared<std::atomic<pid_t>> lane;
  Child stranger([&] {
    stage->AwaitStep(1);
    for (int i = 0; i < 10; ++i) {
      const int signo = i % 2 == 0 ? SIGUSR1 : SIGUSR2;
      const Word word{Word::kQuery, 9, 1, 3, 0};
      CHECK_EQ(i < 4 ? Kill(getppid(), signo)
               : i < 8
                   ? KillThread(getppid(), lane->load(), signo)
                   : QueueSignal(getppid(), lane->load(), signo, word.Value()),
               0);
      stage->AwaitStep(i + 2);
    }
  });
  Watch watch({SIGUSR1, SIGUSR2}, After::kStop);
  Server server;
  CHECK_EQ(server.Claim(watch.channel()), 0);
  lane->store(server.StartLanes(3)[1]);
  stage->Reach(1);
  for (int i = 0; i < 10; ++i) {
    const std::vector<Record> records = watch.Take(1);
    CHECK_EQ(records.size(), 1);
    CHECK_EQ(records[0].signo, i % 2 == 0 ? SIGUSR1 : SIGUSR2);
    CHECK_EQ(records[0].code, i < 4 ? SI_USER : i < 8 ? SI_TKILL : SI_QUEUE);
    CHECK_EQ(records[0].pid, stranger.pid());
    CHECK_EQ(records[0].tag, 0);
    stage->Reach(i + 2);
  }
  stranger.Join();
}

TEST(
    "what a lane was sent before its end is not lost, and does not hinder it") {
  BlockHere();
  Shared<Stage> stage;
  Shared<std::atomic<pid_t>> lane;
  Shared<std::atomic<int>> sent;
  const int trials = static_cast<int>(Rounds(300));
  Child stranger([&] {
    for (int i = 1; i <= trials; ++i) {
      stage->AwaitStep(i);
      for (const int signo : {SIGUSR2, SIGUSR1}) {
        CHECK_EQ(KillThread(getppid(), lane->load(), signo), 0);
      }
      sent->store(i);
    }
  });
  Watch watch({SIGUSR1, SIGUSR2}, After::kStop);
  for (int i = 1; i <= trials; ++i) {
    Lanes lanes;
    lane->store(lanes.Start(1)[0]);
    stage->Reach(i);
    while (sent->load() != i) {
    }
    lanes.End();
    const std::vector<Record> records = watch.Take();
    CHECK_EQ(records.size(), 2);
    for (const Record& record : records) {
      CHECK_EQ(record.pid, stranger.pid());
    }
  }
  stranger.Join();
}

TEST("a late bit in a lane's slot is none of a grant without lanes") {
  BlockHere();
  OwnGrant own(Mode::kBit, 64);
  const std::vector<pid_t> ids = own.claim().StartLanes(2);
  own.grant()->started.store(true);
  for (const int signo : {SIGUSR1, SIGUSR2}) {
    CHECK_EQ(KillThread(getpid(), ids[1], signo), 0);
    const std::vector<Record> records = own.watch().Take(1);
    CHECK_EQ(records[0].code, SI_TKILL);
    CHECK_EQ(records[0].signo, signo);
    CHECK_EQ(records[0].tag, 0);
  }
  CHECK_EQ(own.claim().GrantCount(), 0);
}

TEST("lanes go where the client runs, and back, when they take something") {
  cpu_set_t all;
  CHECK_EQ(sched_getaffinity(0, sizeof all, &all), 0);
  const auto cpus_of = [](pid_t thread) {
    cpu_set_t cpus;
    CHECK_EQ(sched_getaffinity(thread, sizeof cpus, &cpus), 0);
    return cpus;
  };
  const int last = AllowedCpus().back();
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(last, &only);
  Watch watch({SIGUSR1, SIGUSR2}, After::kStop);
  Server server;
  CHECK_EQ(server.Claim(watch.channel()), 0);
  const pid_t lane = server.StartLanes(2)[0];
  const auto becomes = [&](int cpu, cpu_set_t wanted) {
    protocol.server.lane_cpu.store(cpu);
    CHECK_EQ(KillThread(getpid(), lane, SIGUSR1), 0);
    Await([&] {
      const cpu_set_t cpus = cpus_of(lane);
      return CPU_EQUAL(&cpus, &wanted);
    });
    watch.Take(1);
  };
  for (int i = 0; i < 2; ++i) {
    becomes(last, only);
    becomes(-1, all);
  }
  becomes(last, only);
  const cpu_set_t here = cpus_of(0);
  CHECK(CPU_EQUAL(&here, &all));
}

}  // namespace minitalk::test
