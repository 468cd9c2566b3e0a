#include "core/minitalk/lanes.h"

#include <signal.h>
#include <unistd.h>

#include <utility>

#include "core/minitalk/affinity.h"
#include "core/signals/waiting.h"
#include "handler/minitalk/lane.h"
#include "handler/minitalk/word.h"
#include "handler/signals/calls.h"

#if MINITALK_LINUX
#include <sched.h>
#include <semaphore.h>
#endif

namespace minitalk {

#if MINITALK_LINUX

namespace {

// A handler below ours, which a stranger's signal may reach, has this much.
constexpr size_t kStackBytes = 256 * 1024;

// What a lane was handed and did not take. A bit that was sent to this very
// thread is of no other channel, whose grant may be the same client's.
void PassOn(const siginfo_t& info) {
  if (info.si_code == kCodeThread) {
    DispatchStray(info);
  } else {
    Dispatch(info);
  }
}

}  // namespace

struct Lanes::Thread {
  Lane lane;
  pthread_t handle{};
  pid_t id = 0;
  sem_t has_begun;
  std::atomic<bool> ends{false};
};

void* Lanes::Main(void* argument) {
  auto* thread = static_cast<Thread*>(argument);
  pthread_setname_np(pthread_self(), "minitalk-lane");
  // One that is woken does not preempt its waker, which has others to wake.
  // Where that is refused it costs speed alone.
  const struct sched_param none = {};
  pthread_setschedparam(pthread_self(), SCHED_BATCH, &none);
  thread->id = ThreadId();
  sem_post(&thread->has_begun);
  CpuFollow follow;
  siginfo_t info;
  while (!thread->ends.load(std::memory_order_relaxed)) {
    if (!DequeueBlocked(kUserSignals, kForever, &info)) continue;
    const bool is_end = info.si_code == kCodeThread &&
                        info.si_pid == state.owner.load() &&
                        thread->ends.load();
    if (is_end) break;
    if (!TakeInLane(&thread->lane, info)) PassOn(info);
    follow.To(protocol.server.lane_cpu.load(std::memory_order_relaxed));
  }
  // A stranger's, behind which there was no room for the end's.
  while (DequeueBlocked(kUserSignals, 0, &info)) {
    const bool is_end =
        info.si_code == kCodeThread && info.si_pid == state.owner.load();
    if (!is_end) PassOn(info);
  }
  return nullptr;
}

std::vector<pid_t> Lanes::Start(uint32_t count) {
  if (threads_.size() < count) {
    const size_t had = threads_.size();
    const SignalsBlocked blocked;  // which they inherit
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, kStackBytes);
    while (threads_.size() < count) {
      auto thread = std::make_unique<Thread>();
      thread->lane.index = this->count();
      sem_init(&thread->has_begun, 0, 0);
      if (pthread_create(&thread->handle, &attributes, Main, thread.get())) {
        sem_destroy(&thread->has_begun);
        break;
      }
      threads_.push_back(std::move(thread));
    }
    pthread_attr_destroy(&attributes);
    for (size_t i = had; i < threads_.size(); ++i) {
      while (sem_wait(&threads_[i]->has_begun) != 0) {
      }
    }
  }
  std::vector<pid_t> ids;
  ids.reserve(threads_.size());
  for (const auto& thread : threads_) ids.push_back(thread->id);
  return ids;
}

void Lanes::End() {
  for (const auto& thread : threads_) {
    thread->ends.store(true);
    // Only wakes it: where its slot is taken, what is there does.
    KillThread(getpid(), thread->id, SIGUSR2);
  }
  for (const auto& thread : threads_) {
    pthread_join(thread->handle, nullptr);
    sem_destroy(&thread->has_begun);
  }
  threads_.clear();
}

#else

struct Lanes::Thread {};

std::vector<pid_t> Lanes::Start(uint32_t) { return {}; }
void Lanes::End() {}

#endif

Lanes::Lanes() = default;
Lanes::~Lanes() { End(); }

}  // namespace minitalk
