#include "core/minitalk/send_word.h"

#include <signal.h>

#include "core/signals/sending.h"
#include "handler/minitalk/word.h"
#include "handler/signals/status.h"

namespace minitalk {

int SendWord(int status_fd, pid_t pid, pid_t thread, uint64_t word) {
  const int caught = CatchesAll(status_fd, kUserSignals);
  if (caught < 0) return caught;
  return caught == 0 ? 1 : TracedQueue(pid, thread, SIGUSR2, word);
}

}  // namespace minitalk
