#include "core/signals/restorer.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "core/signals/disposition.h"
#include "core/signals/patience.h"
#include "handler/signals/calls.h"
#include "handler/signals/state.h"

namespace minitalk {

namespace {

// Room for Node's thread-local storage, which every stack holds.
constexpr size_t kStack = 512 * 1024;

// For how long a process ends no sooner than this thread has done its work,
// which may get no CPU; ms.
constexpr int kPatience = 1000;

void RestoreAndRepeat(const siginfo_t& info) {
  if (!RestoreAbandoned(info.si_signo)) return;
  // The kernel lets only the thread whose id is the process's repeat what
  // kill(2) has sent: then it comes from ourselves.
  if (QueueInfo(getpid(), 0, info) != 0) kill(getpid(), info.si_signo);
}

// libuv's calls cannot be made in a handler, nor under a lock that the
// interrupted code may hold: so a thread makes them, and sends the signal
// again.
void* Run(void* read_end) {
  const int fd = static_cast<int>(reinterpret_cast<intptr_t>(read_end));
  siginfo_t info;
  for (;;) {
    const ssize_t size = read(fd, &info, sizeof info);
    if (size == static_cast<ssize_t>(sizeof info)) {
      RestoreAndRepeat(info);
      state.restoring.fetch_sub(1);
    } else if (size >= 0 || errno != EINTR) {
      return nullptr;
    }
  }
}

bool StartThread(int read_end) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, kStack);
  // Inherited: no signal of the process's is ever taken there.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  const bool started =
      pthread_create(&thread, &attributes, Run,
                     reinterpret_cast<void*>(intptr_t{read_end})) == 0;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_attr_destroy(&attributes);
  return started;
}

}  // namespace

void StartRestorer() {
  if (!kHasQueue || state.restorer_fd.load() >= 0) return;
  int ends[2];
  if (pipe(ends) != 0) return;
  for (const int end : ends) fcntl(end, F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFL, O_NONBLOCK);  // a handler must not wait
  if (StartThread(ends[0])) {
    state.restorer_fd.store(ends[1]);
    return;
  }
  close(ends[0]);
  close(ends[1]);
}

void AwaitRestorer() {
  if (state.owner.load() != getpid()) return;  // forked: it has no such thread
  HoldsWithin(kPatience, [] { return state.restoring.load() == 0; });
}

}  // namespace minitalk
