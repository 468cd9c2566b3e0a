#include "core/signals/sending.h"

#include <signal.h>
#include <unistd.h>

#include "core/signals/process.h"
#include "handler/signals/calls.h"
#include "handler/signals/platform.h"
#include "handler/signals/trace.h"

namespace minitalk {

namespace {

// One that carries nothing, by `send`.
template <typename Send>
int SendPlain(pid_t pid, pid_t thread, int signo, int code, Send send) {
  const uint64_t time = signo == 0 ? 0 : TraceTime();
  const int error = send();
  TraceSent(Traced::kSent, signo, code, {pid, thread, error, time});
  return error;
}

// One with a value, by `send`.
template <typename Send>
int SendQueued(pid_t pid, pid_t thread, int signo, uint64_t value, Send send) {
  const uint64_t time = signo == 0 ? 0 : TraceTime();
  const int error = send();
  if (time != 0) {
    TraceSent(Traced::kSent, QueuedInfo(getpid(), getuid(), signo, value),
              {pid, thread, error, time});
  }
  return error;
}

}  // namespace

int TracedKill(pid_t pid, int signo) {
  return SendPlain(pid, 0, signo, SI_USER, [&] { return Kill(pid, signo); });
}

int TracedKillThread(pid_t pid, pid_t thread, int signo) {
  return SendPlain(pid, thread, signo, kCodeThread,
                   [&] { return KillThread(pid, thread, signo); });
}

int TracedQueue(pid_t pid, pid_t thread, int signo, uint64_t value) {
  return SendQueued(pid, thread, signo, value,
                    [&] { return QueueSignal(pid, thread, signo, value); });
}

int TracedSendToPidfd(int pidfd, pid_t pid, int signo) {
  return SendPlain(pid, 0, signo, SI_USER,
                   [&] { return SendToPidfd(pidfd, signo); });
}

int TracedQueueToPidfd(int pidfd, pid_t pid, int signo, uint64_t value) {
  return SendQueued(pid, 0, signo, value,
                    [&] { return QueueToPidfd(pidfd, signo, value); });
}

}  // namespace minitalk
