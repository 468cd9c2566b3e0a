#include "core/dialects/gather.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>

#include "handler/dialects/conversation.h"
#include "handler/signals/calls.h"
#include "handler/signals/status.h"

namespace minitalk {

namespace {

void Await(int status_fd, Gathering gathering) {
  constexpr int kTries = 50;
  for (int i = 0; i < kTries; ++i) {
    Readiness ready;
    if (ReadReadiness(status_fd, &ready) != 0 || IsGathered(ready, gathering)) {
      return;
    }
    usleep(100);
  }
}

void Gather(pid_t process, pid_t thread, Gathering gathering) {
  const int status = OpenStatus(process, thread);
  if (status < 0) return;
  Readiness ready;
  if (ReadReadiness(status, &ready) == 0 && !IsGathered(ready, gathering) &&
      (ready.blocks ||
       // Node's own threads block SIGUSR1 alone.
       QueueSignal(process, thread, SIGUSR2, kNudge) == 0)) {
    Await(status, gathering);
  }
  close(status);
}

}  // namespace

bool IsGathered(const Readiness& ready, Gathering gathering) {
  return ready.blocks &&
         (gathering == Gathering::kFromNowOn || ready.state != 'R');
}

int GatherSignals(Gathering gathering) {
  DIR* tasks = opendir("/proc/self/task");
  if (tasks == nullptr) return -errno;
  const pid_t process = getpid();
  while (const dirent* entry = readdir(tasks)) {
    // 0 of "." and "..".
    const auto thread = static_cast<pid_t>(strtol(entry->d_name, nullptr, 10));
    if (thread > 0 && thread != process && thread != ThreadId() &&
        !HasConsumer(thread)) {
      Gather(process, thread, gathering);
    }
  }
  closedir(tasks);
  return 0;
}

}  // namespace minitalk
