// The server's lanes: threads that take data and do nothing else, so that as
// many data signals can be on their way. docs/protocol.md, section 9.
#ifndef MINITALK_CORE_MINITALK_LANES_H_
#define MINITALK_CORE_MINITALK_LANES_H_

#include <pthread.h>
#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "handler/minitalk/protocol_state.h"

namespace minitalk {

// For one thread. No grant may name the lanes when they end.
class Lanes {
 public:
  Lanes();
  ~Lanes();
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;

  // Makes as many as are missing to `count`. The thread ids of all, in order;
  // fewer where the system gives no more threads.
  std::vector<pid_t> Start(uint32_t count);
  // Waits until they have ended. Safe to repeat.
  void End();

  uint32_t count() const { return static_cast<uint32_t>(threads_.size()); }

 private:
  struct Thread;

  static void* Main(void* thread);

  std::vector<std::unique_ptr<Thread>> threads_;
};

}  // namespace minitalk

#endif  // MINITALK_CORE_MINITALK_LANES_H_
