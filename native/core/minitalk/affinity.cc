#include "core/minitalk/affinity.h"

#include <errno.h>

namespace minitalk {

#if MINITALK_LINUX

int CpuHold::Acquire(int cpu) {
  if (held_) return -EBUSY;
  if (cpu < 0 || cpu >= CPU_SETSIZE) return -EINVAL;
  if (sched_getaffinity(0, sizeof before_, &before_) != 0) return -errno;
  // Our user may have limited this thread; stay within that.
  if (!CPU_ISSET(cpu, &before_)) return -EINVAL;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(cpu, &one);
  if (sched_setaffinity(0, sizeof one, &one) != 0) return -errno;
  held_ = true;
  return 0;
}

void CpuHold::Release() {
  if (!held_) return;
  sched_setaffinity(0, sizeof before_, &before_);
  held_ = false;
}

int CurrentCpu() { return sched_getcpu(); }

int HoldableCpu() {
  const int cpu = CurrentCpu();
  CpuHold hold;
  return hold.Acquire(cpu) == 0 ? cpu : -1;
}

#else

int CpuHold::Acquire(int) { return -ENOSYS; }
void CpuHold::Release() {}
int CurrentCpu() { return -1; }
int HoldableCpu() { return -1; }

#endif

}  // namespace minitalk
