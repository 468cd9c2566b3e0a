// Waiting for another thread where nobody may wait for ever.
#ifndef MINITALK_CORE_SIGNALS_PATIENCE_H_
#define MINITALK_CORE_SIGNALS_PATIENCE_H_

#include <time.h>

namespace minitalk {

// Asks each ms, at least once; false: it did not hold within so many.
template <typename Condition>
bool HoldsWithin(int ms, Condition holds) {
  const struct timespec pause = {0, 1'000'000};
  for (int i = 0; i < ms; ++i) {
    if (holds()) return true;
    nanosleep(&pause, nullptr);
  }
  return holds();
}

}  // namespace minitalk

#endif  // MINITALK_CORE_SIGNALS_PATIENCE_H_
