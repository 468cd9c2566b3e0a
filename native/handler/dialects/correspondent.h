// A client that the server's loop has admitted, for a handler that has a signal
// of it.
#ifndef MINITALK_HANDLER_DIALECTS_CORRESPONDENT_H_
#define MINITALK_HANDLER_DIALECTS_CORRESPONDENT_H_

#include "handler/dialects/dialect_state.h"

namespace minitalk {

// Keeps its entry, with the descriptors in it, while a handler is inside.
class CorrespondentUse {
 public:
  explicit CorrespondentUse(pid_t pid);
  ~CorrespondentUse();
  CorrespondentUse(const CorrespondentUse&) = delete;
  CorrespondentUse& operator=(const CorrespondentUse&) = delete;

  // Whether there is one of that pid.
  bool valid() const { return entry_ != nullptr; }
  // Takes one of the signals that are acknowledged at once, if any is left, and
  // if the client catches what it would be sent.
  bool MayAcknowledge(uint64_t now) const;
  void Acknowledge(int signo) const;

 private:
  Correspondent* entry_ = nullptr;
};

}  // namespace minitalk

#endif  // MINITALK_HANDLER_DIALECTS_CORRESPONDENT_H_
