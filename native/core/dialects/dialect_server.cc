#include "core/dialects/dialect_server.h"

#include <errno.h>
#include <sched.h>

#include "core/dialects/gather.h"
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

}  // namespace

int DialectServer::Gather() {
  return channel_ == nullptr ? -EBADF : GatherSignals(Gathering::kFromNowOn);
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
