#include "core/minitalk/send_word.h"

#include <signal.h>
#include <unistd.h>

#include "handler/minitalk/word.h"
#include "handler/signals/calls.h"
#include "handler/signals/status.h"
#include "handler/signals/trace.h"

namespace minitalk {

int SendWord(int status_fd, pid_t pid, pid_t thread, uint64_t word) {
  const int caught = CatchesAll(status_fd, kUserSignals);
  if (caught < 0) return caught;
  if (caught == 0) return 1;
  const siginfo_t info = QueuedInfo(getpid(), getuid(), SIGUSR2, word);
  const uint64_t time = TraceTime();
  const int error = QueueInfo(pid, thread, info);
  TraceSent(Traced::kSent, info, {pid, thread, error, time});
  return error;
}

}  // namespace minitalk
