// Keeping the calling thread on one CPU for a while.
#ifndef MINITALK_CORE_MINITALK_AFFINITY_H_
#define MINITALK_CORE_MINITALK_AFFINITY_H_

#include "handler/signals/platform.h"

#if MINITALK_LINUX
#include <sched.h>
#endif

namespace minitalk {

// Holds the thread on a CPU until it is destroyed or Release is called. Does
// nothing where that is not permitted or not possible.
class CpuHold {
 public:
  CpuHold() = default;
  ~CpuHold() { Release(); }
  CpuHold(const CpuHold&) = delete;
  CpuHold& operator=(const CpuHold&) = delete;

  // 0, or a negative errno: EINVAL when the CPU is not allowed, EBUSY when this
  // holds already, ENOSYS. Release must come from the same thread.
  int Acquire(int cpu);
  // Gives back the CPUs that the thread had, unless somebody else has set other
  // ones meanwhile: those stay. The kernel does not tell who set them: whoever
  // sets exactly the one that is held is not noticed.
  void Release();

 private:
  bool held_ = false;
#if MINITALK_LINUX
  cpu_set_t before_;
  cpu_set_t ours_;
#endif
};

// Keeps a thread that is ours on the CPU that somebody names, as long as it is
// named.
class CpuFollow {
 public:
  // -1, or a CPU that is not among those that it may use: on all of these. Does
  // nothing where that is not permitted.
  void To(int cpu);

 private:
  int cpu_ = -1;
  bool held_ = false;
#if MINITALK_LINUX
  cpu_set_t before_;
  cpu_set_t ours_;
#endif
};

// The CPU that runs the calling thread, or -1.
int CurrentCpu();

// The same where the thread may be held on it, else -1.
int HoldableCpu();

}  // namespace minitalk

#endif  // MINITALK_CORE_MINITALK_AFFINITY_H_
