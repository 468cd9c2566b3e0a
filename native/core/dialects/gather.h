// The kernel gives a process's signal to any thread that takes it. Of a dialect
// the main thread is to get all: two threads at once can change their order.
#ifndef MINITALK_CORE_DIALECTS_GATHER_H_
#define MINITALK_CORE_DIALECTS_GATHER_H_

#include "core/dialects/pace.h"

namespace minitalk {

enum class Gathering {
  kFromNowOn,
  // And what another thread is taking now is taken.
  kAlsoTheLast,
};

// Whether a thread of which /proc tells that takes none of the two any more.
// Who runs may be in its handler, where it blocks them, too.
bool IsGathered(const Readiness& ready, Gathering gathering);

// Has the process's other threads leave SIGUSR1 and SIGUSR2 to the main one,
// but those with a consumer of their own. Threads come, so it is to be called
// now and then. Waits for each for some ms at the most. 0 or a negative errno.
int GatherSignals(Gathering gathering);

}  // namespace minitalk

#endif  // MINITALK_CORE_DIALECTS_GATHER_H_
