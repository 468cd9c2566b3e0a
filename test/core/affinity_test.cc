// A thread on one CPU for a while, and what somebody else decides meanwhile.
#include "core/minitalk/affinity.h"

#include <errno.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "check.h"
#include "desk.h"
#include "support.h"

namespace minitalk::test {

namespace {

using Cpus = cpu_set_t;

Cpus Get(pid_t thread) {
  Cpus cpus;
  CHECK_EQ(sched_getaffinity(thread, sizeof cpus, &cpus), 0);
  return cpus;
}

void Set(pid_t thread, const Cpus& cpus) {
  CHECK_EQ(sched_setaffinity(thread, sizeof cpus, &cpus), 0);
}

bool Has(pid_t thread, const Cpus& wanted) {
  const Cpus cpus = Get(thread);
  return CPU_EQUAL(&cpus, &wanted);
}

// What this process may use, and two of these; false: there is but one.
struct Choice {
  Cpus all;
  int first = -1;
  int second = -1;
  bool Make() {
    all = Get(0);
    for (int cpu = 0; cpu < CPU_SETSIZE && second < 0; ++cpu) {
      if (!CPU_ISSET(cpu, &all)) continue;
      (first < 0 ? first : second) = cpu;
    }
    return second >= 0;
  }
};

Cpus Only(int cpu) {
  Cpus cpus;
  CPU_ZERO(&cpus);
  CPU_SET(cpu, &cpus);
  return cpus;
}

}  // namespace

TEST("a hold gives back what was there") {
  Choice cpus;
  if (!cpus.Make()) return;
  CpuHold hold;
  CHECK_EQ(hold.Acquire(cpus.second), 0);
  CHECK_EQ(hold.Acquire(cpus.second), -EBUSY);
  CHECK(Has(0, Only(cpus.second)));
  CHECK_EQ(CurrentCpu(), cpus.second);
  hold.Release();
  CHECK(Has(0, cpus.all));
}

TEST("a hold leaves what somebody else has set meanwhile") {
  Choice cpus;
  if (!cpus.Make()) return;
  for (const Cpus& decided : {cpus.all, Only(cpus.second)}) {
    CpuHold hold;
    CHECK_EQ(hold.Acquire(cpus.first), 0);
    Set(0, decided);
    hold.Release();
    CHECK(Has(0, decided));
    Set(0, cpus.all);
  }
}

TEST(
    "a hold stays within what is allowed, and takes nothing where that is "
    "one") {
  Choice cpus;
  if (!cpus.Make()) return;
  Set(0, Only(cpus.first));
  {
    CpuHold hold;
    CHECK_EQ(hold.Acquire(cpus.second), -EINVAL);
    CHECK_EQ(hold.Acquire(cpus.first), 0);
    CHECK_EQ(hold.Acquire(cpus.first), 0);  // nothing is held
    Set(0, cpus.all);
  }
  CHECK(Has(0, cpus.all));
  for (const int cpu : {-1, CPU_SETSIZE}) {
    CHECK_EQ(CpuHold().Acquire(cpu), -EINVAL);
  }
}

TEST("who follows a CPU is on it as long as it is named") {
  Choice cpus;
  if (!cpus.Make()) return;
  CpuFollow follow;
  follow.To(-1);
  CHECK(Has(0, cpus.all));
  for (const int cpu : {cpus.first, cpus.second, cpus.first}) {
    follow.To(cpu);
    CHECK(Has(0, Only(cpu)));
  }
  follow.To(-1);
  CHECK(Has(0, cpus.all));
}

TEST("who follows a CPU that is not allowed stays on all that are") {
  Choice cpus;
  if (!cpus.Make()) return;
  for (const int other : {CPU_SETSIZE, 4095}) {
    CpuFollow follow;
    follow.To(other);
    CHECK(Has(0, cpus.all));
    follow.To(cpus.second);
    CHECK(Has(0, Only(cpus.second)));
    follow.To(other);
    CHECK(Has(0, cpus.all));
  }
  Set(0, Only(cpus.first));
  CpuFollow follow;
  follow.To(cpus.second);
  CHECK(Has(0, Only(cpus.first)));
  follow.To(-1);
  CHECK(Has(0, Only(cpus.first)));
}

TEST("CPUs that somebody else sets are those that a follower may use") {
  Choice cpus;
  if (!cpus.Make()) return;
  CpuFollow follow;
  follow.To(cpus.first);
  Set(0, Only(cpus.second));
  follow.To(cpus.first);  // named still: nothing is set
  CHECK(Has(0, Only(cpus.second)));
  follow.To(-1);
  CHECK(Has(0, Only(cpus.second)));
  follow.To(cpus.first);  // not among them
  CHECK(Has(0, Only(cpus.second)));
  follow.To(-1);
  Set(0, cpus.all);
  follow.To(cpus.first);
  CHECK(Has(0, Only(cpus.first)));
  follow.To(-1);
  CHECK(Has(0, cpus.all));
}

TEST("to ask for a CPU that can be held sets none") {
  Choice cpus;
  if (!cpus.Make()) return;
  HoldableCpu();  // tries once whether that is permitted
  std::atomic<bool> over{false};
  std::thread watcher([&, asking = getpid()] {
    while (!over.load()) CHECK(Has(asking, cpus.all));
  });
  for (uint64_t i = Rounds(200'000); i > 0; --i) {
    CHECK(CPU_ISSET(HoldableCpu(), &cpus.all));
  }
  over.store(true);
  watcher.join();
}

TEST(
    "CPUs that another process sets while a frame is sent stay, at both ends") {
  Choice cpus;
  if (!cpus.Make()) return;
  Shared<Desk> desk;
  Shared<std::atomic<bool>> enough;
  desk->cpu.store(cpus.first);
  Child server([&] { Serve(desk.get(), false); });
  Child client(Client(desk.get(),
                      [&](Sender* sender, Watch*) {
                        for (uint64_t i = 0; !enough->load(); ++i) {
                          sender->Deliver(RandomBytes(60'000, i));
                        }
                      },
                      {Mode::kWord, 24, 1, true}));
  for (const pid_t end : {server.pid(), client.pid()}) {
    for (uint64_t trial = Rounds(40); trial > 0; --trial) {
      // As soon as it is held: the kernel cannot compare and set at once, and
      // at the end of a slice of 2 ms we could come in between.
      while (!Has(end, cpus.all)) {
      }
      while (!Has(end, Only(cpus.first))) {
      }
      Set(end, Only(cpus.second));
      const uint64_t later = Monotonic() + 20'000'000;
      do {
        CHECK(Has(end, Only(cpus.second)));
        Pause();
      } while (Monotonic() < later);
      Set(end, cpus.all);
    }
  }
  enough->store(true);
  client.Join();
  server.Join();
}

}  // namespace minitalk::test
