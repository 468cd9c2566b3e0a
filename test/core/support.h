// Processes, memory that they share, and a watched set of signals: what most of
// the tests begin with.
#ifndef MINITALK_TEST_CORE_SUPPORT_H_
#define MINITALK_TEST_CORE_SUPPORT_H_

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstdint>
#include <initializer_list>
#include <new>
#include <vector>

#include "check.h"
#include "core/signals/channel.h"
#include "core/signals/disposition.h"

namespace minitalk::test {

// CLOCK_MONOTONIC in ns.
uint64_t Monotonic();

// About 0.2 ms; shorter when a signal comes.
void Pause();

void SleepMs(int ms);

// Those that this thread may run on, in order.
std::vector<int> AllowedCpus();

// Holds the calling thread there.
void StayOn(int cpu);

// A realtime signal that nothing else here uses.
inline const int kBurstSignal = SIGRTMIN + 7;

// Whether the condition becomes true in time.
template <typename Condition>
bool Within(int ms, Condition condition) {
  const uint64_t end = Monotonic() + uint64_t{1'000'000} * ms;
  while (!condition()) {
    if (Monotonic() > end) return false;
    Pause();
  }
  return true;
}

// Until the condition is true; the test's own time-out is the limit.
template <typename Condition>
void Await(Condition condition) {
  while (!condition()) Pause();
}

// A T in memory that forked processes have in common.
template <typename T>
class Shared {
 public:
  Shared() {
    void* memory = mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED);
    value_ = new (memory) T();
  }
  ~Shared() { munmap(value_, sizeof(T)); }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  T* get() const { return value_; }
  T* operator->() const { return value_; }
  T& operator*() const { return *value_; }

 private:
  T* value_;
};

// A forked process that runs `body` and ends. To be made before this process
// has threads or handlers.
class Child {
 public:
  template <typename Body>
  explicit Child(Body body) : pid_(fork()) {
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      body();
      _exit(0);
    }
  }
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const { return pid_; }
  // Its wait status, reaped.
  int Wait();
  // Waits, and fails unless all of the child's checks passed.
  void Join() { CHECK_EQ(Wait(), 0); }

 private:
  pid_t pid_;
  bool reaped_ = false;
};

// An open channel that watches some signals, until the end of the scope.
class Watch {
 public:
  explicit Watch(std::initializer_list<int> signals,
                 After after = After::kChain, size_t capacity = 4096);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  Channel* channel() const { return channel_; }
  // All records that are there now.
  std::vector<Record> Take();
  // The next `count` records, however long they take.
  std::vector<Record> Take(size_t count);
  uint64_t Lost(int signo) const { return channel_->lost[signo].load(); }

 private:
  Channel* channel_;
  std::vector<int> signals_;
  After after_;
};

// A pidfd of the process, or -1 where there are none (Linux before 5.3,
// valgrind).
int PidfdOrNone(pid_t pid);

// How many signals are queued now, for all of this user's processes.
rlim_t PendingSignals();

// Sets the process's RLIMIT_SIGPENDING, which they are held against when one
// more is sent to it; returns what it was. Root is not exempt.
rlim_t LimitPending(pid_t pid, rlim_t limit);

// Whether the descriptor becomes readable in time.
bool IsReadable(int fd, int ms);

// Installs a handler, plain; returns what stood there.
struct sigaction SetHandler(int signo, void (*handler)(int), int flags = 0);
struct sigaction SetHandler(int signo, void (*handler)(int, siginfo_t*, void*),
                            int flags = 0);

// Small, quick and the same in each run.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 2 + 1) {}
  uint32_t Below(uint32_t limit) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>(state_ >> 33) % limit;
  }

 private:
  uint64_t state_;
};

}  // namespace minitalk::test

#endif  // MINITALK_TEST_CORE_SUPPORT_H_
