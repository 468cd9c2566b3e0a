#include "core/dialects/dialect_server.h"

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <unistd.h>

#include <cstdlib>

#include "core/dialects/pace.h"
#include "core/signals/channel.h"
#include "handler/dialects/conversation.h"
#include "handler/signals/calls.h"
#include "handler/signals/status.h"

namespace minitalk {

namespace {

// The entry of that pid; of 0: one that is free. Null: there is none.
Correspondent* EntryOf(pid_t pid) {
  for (Correspondent& entry : dialects.correspondents) {
    if (entry.pid.load() == pid) return &entry;
  }
  return nullptr;
}

void Free(Correspondent* entry) {
  entry->pid.store(0);
  // A handler that enters from here on finds it free and leaves at once.
  while (entry->users.load() != 0) sched_yield();
}

// Until the thread has blocked both signals, or some time has passed.
void AwaitBlocked(int status_fd) {
  constexpr int kTries = 50;
  for (int i = 0; i < kTries; ++i) {
    Readiness ready;
    if (ReadReadiness(status_fd, &ready) != 0 || ready.blocks) return;
    usleep(100);
  }
}

void GatherThread(pid_t process, pid_t thread) {
  const int status = OpenStatus(process, thread);
  if (status < 0) return;
  Readiness ready;
  if (ReadReadiness(status, &ready) == 0 && !ready.blocks &&
      // Node's own threads block SIGUSR1 alone.
      QueueSignal(process, thread, SIGUSR2, kNudge) == 0) {
    AwaitBlocked(status);
  }
  close(status);
}

}  // namespace

int DialectServer::Gather() {
  if (channel_ == nullptr) return -EBADF;
  DIR* tasks = opendir("/proc/self/task");
  if (tasks == nullptr) return -errno;
  const pid_t process = getpid();
  while (const dirent* entry = readdir(tasks)) {
    // 0 of "." and "..".
    const auto thread = static_cast<pid_t>(strtol(entry->d_name, nullptr, 10));
    if (thread > 0 && thread != process && !HasConsumer(thread)) {
      GatherThread(process, thread);
    }
  }
  closedir(tasks);
  return 0;
}

int DialectServer::Claim(Channel* channel, AckBy ack_by) {
  if (channel_ != nullptr) return -EALREADY;
  if (ack_by > AckBy::kEcho) return -EINVAL;
  bool expected = false;
  if (!dialects.claimed.compare_exchange_strong(expected, true)) {
    return -EADDRINUSE;
  }
  InstallDialectHook();
  dialects.ack_by.store(ack_by);
  dialects.channel.store(channel);
  channel_ = channel;
  return 0;
}

void DialectServer::Release() {
  if (channel_ == nullptr) return;
  for (Correspondent& entry : dialects.correspondents) {
    if (entry.pid.load() != 0) Free(&entry);
  }
  dialects.channel.store(nullptr);
  // A handler on another thread may be about to publish.
  Settle(channel_);
  channel_ = nullptr;
  dialects.claimed.store(false);
}

int DialectServer::Admit(pid_t pid, int pidfd, int status, uint32_t plain) {
  if (channel_ == nullptr) return -EBADF;
  if (pid <= 0 || pidfd < 0 || status < 0) return -EINVAL;
  if (EntryOf(pid) != nullptr) return -EEXIST;
  Correspondent* entry = EntryOf(0);
  if (entry == nullptr) return -ENOSPC;
  entry->pidfd.store(pidfd);
  entry->status.store(status);
  entry->plain.store(plain);
  entry->last.store(Now());
  entry->pid.store(pid);
  return 0;
}

int DialectServer::SetPlain(pid_t pid, uint32_t plain) {
  if (channel_ == nullptr) return -EBADF;
  Correspondent* entry = EntryOf(pid);
  if (pid <= 0 || entry == nullptr) return -ESRCH;
  entry->plain.store(plain);
  return 0;
}

int DialectServer::Dismiss(pid_t pid) {
  if (channel_ == nullptr) return -EBADF;
  Correspondent* entry = EntryOf(pid);
  if (pid <= 0 || entry == nullptr) return -ESRCH;
  Free(entry);
  return 0;
}

}  // namespace minitalk
