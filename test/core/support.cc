#include "support.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <sys/wait.h>
#include <time.h>

#include <cstdio>

#include "core/signals/process.h"

namespace minitalk::test {

uint64_t Monotonic() {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<uint64_t>(time.tv_nsec);
}

void Pause() {
  const struct timespec time = {0, 200'000};
  nanosleep(&time, nullptr);
}

void SleepMs(int ms) {
  const uint64_t end = Monotonic() + uint64_t{1'000'000} * ms;
  while (Monotonic() < end) Pause();
}

std::vector<int> AllowedCpus() {
  cpu_set_t set;
  CHECK_EQ(sched_getaffinity(0, sizeof set, &set), 0);
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  }
  return cpus;
}

void StayOn(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  CHECK_EQ(sched_setaffinity(0, sizeof set, &set), 0);
}

Child::~Child() {
  if (reaped_) return;
  kill(pid_, SIGKILL);
  Wait();
}

int Child::Wait() {
  int status = 0;
  // Asleep in nanosleep, not in waitpid: ThreadSanitizer runs our handlers only
  // in calls that it knows to block.
  while (waitpid(pid_, &status, WNOHANG) == 0) Pause();
  reaped_ = true;
  return status;
}

Watch::Watch(std::initializer_list<int> signals, After after, size_t capacity)
    : signals_(signals), after_(after) {
  int error = 0;
  channel_ = OpenChannel(capacity, &error);
  CHECK_EQ(error, 0);
  for (const int signo : signals_) {
    CHECK_EQ(Subscribe(channel_, signo, after_), 0);
  }
}

Watch::~Watch() {
  for (const int signo : signals_) Unsubscribe(channel_, signo, after_);
  CloseChannel(channel_);
}

std::vector<Record> Watch::Take() {
  std::vector<Record> all;
  Record batch[64];
  for (;;) {
    const size_t count = Drain(channel_, batch, 64);
    if (count == 0) return all;
    all.insert(all.end(), batch, batch + count);
  }
}

std::vector<Record> Watch::Take(size_t count) {
  std::vector<Record> all;
  Await([&] {
    Record record;
    while (all.size() < count && Drain(channel_, &record, 1) == 1) {
      all.push_back(record);
    }
    return all.size() == count;
  });
  return all;
}

int PidfdOrNone(pid_t pid) {
  const int pidfd = OpenPidfd(pid);
  CHECK(pidfd >= 0 || pidfd == -ENOSYS);
  return pidfd >= 0 ? pidfd : -1;
}

rlim_t PendingSignals() {
  FILE* status = fopen("/proc/self/status", "re");
  CHECK(status != nullptr);
  char line[256];
  unsigned long count = 0;
  bool found = false;
  while (!found && fgets(line, sizeof line, status) != nullptr) {
    found = sscanf(line, "SigQ: %lu/", &count) == 1;
  }
  fclose(status);
  CHECK(found);
  return count;
}

rlim_t LimitPending(pid_t pid, rlim_t limit) {
  struct rlimit before;
  CHECK_EQ(prlimit(pid, RLIMIT_SIGPENDING, nullptr, &before), 0);
  const struct rlimit after = {limit, before.rlim_max};
  CHECK_EQ(prlimit(pid, RLIMIT_SIGPENDING, &after, nullptr), 0);
  return before.rlim_cur;
}

bool IsReadable(int fd, int ms) {
  const uint64_t end = Monotonic() + uint64_t{1'000'000} * ms;
  struct pollfd entry = {fd, POLLIN, 0};
  for (;;) {
    const int result = poll(&entry, 1, ms);
    if (result >= 0) return result == 1;
    if (Monotonic() > end) ms = 0;  // signals interrupt poll
  }
}

struct sigaction SetHandler(int signo, void (*handler)(int), int flags) {
  struct sigaction action = {};
  struct sigaction before;
  action.sa_handler = handler;
  action.sa_flags = flags;
  CHECK_EQ(sigaction(signo, &action, &before), 0);
  return before;
}

struct sigaction SetHandler(int signo, void (*handler)(int, siginfo_t*, void*),
                            int flags) {
  struct sigaction action = {};
  struct sigaction before;
  action.sa_sigaction = handler;
  action.sa_flags = flags | SA_SIGINFO;
  CHECK_EQ(sigaction(signo, &action, &before), 0);
  return before;
}

}  // namespace minitalk::test
