// What the sources below ask of the kernel, in the model: memory that comes and
// goes, one eventfd, a clock that stands. None of it orders anything.
#ifndef MINITALK_TEST_LITMUS_KERNEL_H_
#define MINITALK_TEST_LITMUS_KERNEL_H_

#include "shim.h"

// Behind it, as it wants its names as they are.
#include "or_none.h"
#include "record.h"
#include "handler/signals/state.h"

namespace litmus {

constexpr int kPoison = -77;
constexpr size_t kSlots = 4;
constexpr size_t kLives = 2;

// One of a run.
struct Kernel {
  minitalk::State process;
  minitalk::Ring::Slot memory[kLives][kSlots];
  size_t maps = 0;
  bool is_unmapped[kLives] = {};
  atomic<uint64_t> eventfd;

  // Whoever has written there after it was given back has overwritten this.
  bool IsUntouched() const {
    for (size_t life = 0; life < kLives; ++life) {
      for (const auto& slot : memory[life]) {
        if (is_unmapped[life] && slot.record.signo != kPoison) return false;
      }
    }
    return true;
  }
};

Kernel* kernel;

inline void* Map() { return kernel->memory[kernel->maps++]; }

inline int Unmap(void* memory) {
  for (size_t life = 0; life < kLives; ++life) {
    if (memory != kernel->memory[life]) continue;
    kernel->is_unmapped[life] = true;
    for (auto& slot : kernel->memory[life]) slot.record.signo = kPoison;
  }
  return 0;
}

inline ssize_t WriteEvent() {
  kernel->eventfd.fetch_add(1, mo_relaxed, $);
  return 8;
}

inline ssize_t ReadEvent() {
  return kernel->eventfd.exchange(0, mo_relaxed, $) > 0 ? 8 : -1;
}

inline bool IsReadable() { return kernel->eventfd.load(mo_relaxed, $) > 0; }

}  // namespace litmus

namespace minitalk {

State* state_now;

}  // namespace minitalk

#define mmap(...) litmus::Map()
#define munmap(memory, size) litmus::Unmap(memory)
#define eventfd(...) 3
#define read(...) litmus::ReadEvent()
#define write(...) litmus::WriteEvent()
#define sched_yield() rl::yield(1, $)

#include "handler/signals/calls.h"
#include "handler/signals/report.h"
#include "handler/signals/status.h"

// Nobody records here.
#define MINITALK_HANDLER_SIGNALS_TRACE_H_

namespace minitalk {

enum class Traced { kWord, kData, kSpare, kSent };
struct Sent {
  pid_t pid;
  pid_t thread;
  int error;
  uint64_t time;
};
constexpr uint32_t kNoPlace = 0;
uint64_t TraceTime() { return 0; }
void TraceCaptured(Traced, const siginfo_t&, uint32_t = 0, uint32_t = 0) {}
void TraceSent(Traced, const siginfo_t&, const Sent&) {}

uint64_t Now() { return 1; }
void Report(const siginfo_t&, SenderRelations&) {}
RelationSet FindRelations(const siginfo_t&, const Birth*) { return 0; }
uint32_t TellingRelation(RelationSet) { return 0; }
pid_t ThreadId() { return 1; }
int QueueInfo(pid_t, pid_t, const siginfo_t&) { return 0; }
uint32_t SnapshotPool::Take(pid_t) { return 0; }
int CatchesAll(int, uint64_t) { return 1; }
siginfo_t QueuedInfo(pid_t, uid_t, int, uint64_t) { return {}; }

}  // namespace minitalk

#include "core/signals/channel.cc"
#include "handler/signals/publish.cc"
#include "handler/signals/watchers.cc"

namespace minitalk {

// As disposition.cc does under its lock.
inline void Watch(Channel* channel, int signo, After after) {
  channel->after[static_cast<size_t>(after)].fetch_or(SignalBit(signo));
  channel->signals.fetch_or(SignalBit(signo));
}

inline void Unwatch(Channel* channel, int signo) {
  channel->signals.fetch_and(~SignalBit(signo));
  for (auto& mask : channel->after) mask.fetch_and(~SignalBit(signo));
}

// What a handler does with a signal.
inline void Handle(int signo) {
  siginfo_t info = {};
  info.si_signo = signo;
  info.si_code = SI_USER;
  info.si_pid = signo;
  Watchers(info).Tell(false);
}

// A run of a test: what all its threads have in common.
template <typename Suite, int kThreads>
struct Run : rl::test_suite<Suite, kThreads> {
  litmus::Kernel machine;

  Run() {
    litmus::kernel = &machine;
    state_now = &machine.process;
  }
};

}  // namespace minitalk

#endif  // MINITALK_TEST_LITMUS_KERNEL_H_
