#include "core/minitalk/affinity.h"

#include <errno.h>

namespace minitalk {

#if MINITALK_LINUX

namespace {

int GetCpus(cpu_set_t* cpus) {
  return sched_getaffinity(0, sizeof *cpus, cpus) == 0 ? 0 : -errno;
}

int SetCpus(const cpu_set_t& cpus) {
  return sched_setaffinity(0, sizeof cpus, &cpus) == 0 ? 0 : -errno;
}

// Whether this process may set CPUs at all. Tried once, because each try is a
// moment in which what somebody else sets is lost.
bool MaySetCpus() {
  static const bool may = [] {
    cpu_set_t cpus;
    if (GetCpus(&cpus) != 0) return false;
    const int error = SetCpus(cpus);
    return error == 0 || error == -EINVAL;  // somebody was quicker: no refusal
  }();
  return may;
}

}  // namespace

int CpuHold::Acquire(int cpu) {
  if (held_) return -EBUSY;
  if (cpu < 0 || cpu >= CPU_SETSIZE) return -EINVAL;
  int error = GetCpus(&before_);
  if (error != 0) return error;
  // Our user may have limited this thread; stay within that.
  if (!CPU_ISSET(cpu, &before_)) return -EINVAL;
  if (CPU_COUNT(&before_) == 1) return 0;  // there already, and not by us
  CPU_ZERO(&ours_);
  CPU_SET(cpu, &ours_);
  error = SetCpus(ours_);
  held_ = error == 0;
  return error;
}

void CpuHold::Release() {
  if (!held_) return;
  held_ = false;
  cpu_set_t present;
  if (GetCpus(&present) == 0 && CPU_EQUAL(&present, &ours_)) SetCpus(before_);
}

void CpuFollow::To(int cpu) {
  if (cpu == cpu_) return;
  cpu_ = cpu;
  cpu_set_t present;
  if (GetCpus(&present) != 0) return;
  // Somebody else has set other ones meanwhile: those are it from now on.
  if (!held_ || !CPU_EQUAL(&present, &ours_)) before_ = present;
  const bool is_allowed =
      cpu >= 0 && cpu < CPU_SETSIZE && CPU_ISSET(cpu, &before_);
  ours_ = before_;
  if (is_allowed) {
    CPU_ZERO(&ours_);
    CPU_SET(cpu, &ours_);
  }
  held_ = SetCpus(ours_) == 0 && is_allowed;
}

int CurrentCpu() { return sched_getcpu(); }

int HoldableCpu() {
  if (!MaySetCpus()) return -1;
  const int cpu = CurrentCpu();
  cpu_set_t cpus;
  const bool is_allowed = cpu >= 0 && cpu < CPU_SETSIZE &&
                          GetCpus(&cpus) == 0 && CPU_ISSET(cpu, &cpus);
  return is_allowed ? cpu : -1;
}

#else

int CpuHold::Acquire(int) { return -ENOSYS; }
void CpuHold::Release() {}
void CpuFollow::To(int) {}
int CurrentCpu() { return -1; }
int HoldableCpu() { return -1; }

#endif

}  // namespace minitalk
