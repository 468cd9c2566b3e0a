// The process's one server of a dialect, as the handler sees it: whom it may
// acknowledge.
#ifndef MINITALK_CORE_DIALECTS_DIALECT_SERVER_H_
#define MINITALK_CORE_DIALECTS_DIALECT_SERVER_H_

#include <sys/types.h>

#include <cstdint>

#include "handler/dialects/dialect_state.h"

namespace minitalk {

// A claim, which ends with the object. Without it all calls give -EBADF. For
// one thread.
class DialectServer {
 public:
  DialectServer() = default;
  ~DialectServer() { Release(); }
  DialectServer(const DialectServer&) = delete;
  DialectServer& operator=(const DialectServer&) = delete;

  // Makes `channel` the one that gets the records of admitted clients. 0, or
  // -EADDRINUSE when there is a server of a dialect, -EALREADY, -EINVAL.
  int Claim(Channel* channel, AckBy ack_by);
  // Nobody is acknowledged any more. Safe to repeat.
  void Release();

  // See gather.h. -EBADF without the claim.
  int Gather();

  // From now on `plain` signals of this process are acknowledged at once. It
  // was looked at, through these descriptors, which stay open until Dismiss.
  // -EEXIST when it is admitted, -ENOSPC when kMaxCorrespondents are.
  int Admit(pid_t pid, int pidfd, int status, uint32_t plain);
  // The same of one that is admitted; -ESRCH.
  int SetPlain(pid_t pid, uint32_t plain);
  // Afterwards no handler uses the descriptors. -ESRCH.
  int Dismiss(pid_t pid);

  // Null without the claim.
  Channel* channel() const { return channel_; }

 private:
  Channel* channel_ = nullptr;
};

}  // namespace minitalk

#endif  // MINITALK_CORE_DIALECTS_DIALECT_SERVER_H_
