// The client's tight loop for other minitalks: steps, each a signal and the
// signals that are awaited after it, in time slices. It knows no dialect.
#ifndef MINITALK_CORE_DIALECTS_STEP_SENDER_H_
#define MINITALK_CORE_DIALECTS_STEP_SENDER_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "handler/dialects/dialect_state.h"

namespace minitalk {

// Whom it sends to, and how. The descriptors stay the caller's.
struct StepTarget {
  pid_t pid;
  int pidfd;
  int status;         // of its main thread, see handler/signals/status.h
  SignalsOfTwo busy;  // by which it refuses, where that is not awaited; 0: none
  // Pause after each step that awaits nothing, µs; -1: until /proc says that it
  // was taken.
  int64_t gap;
};

class StepSender {
 public:
  enum Status {
    kSliceOver = 0,  // call Run again soon
    kDone = 1,       // all steps, and what they await
    // No reply for a while, or it does not take what it was sent: rest.
    kStalled = 2,
    kBusy = 3,  // it refuses
    kDeaf = 4,  // it does not catch both signals any more; nothing was sent
  };

  StepSender() = default;
  ~StepSender() { Close(); }
  StepSender(const StepSender&) = delete;
  StepSender& operator=(const StepSender&) = delete;

  // 0 or a negative errno: ENOSPC when the process has kMaxReplies open, ENOSYS
  // without pidfd_open(2), EALREADY.
  int Open(const StepTarget& target);
  void Close();

  // The next steps, once the ones before are done: see lib/dialects/encode.ts.
  // A new message's first is sent when the target rests: what ended the message
  // before may be one of several answers, and the others are not to be taken
  // for answers to this one. 0 or a negative errno: EBADF when it is not open,
  // EINVAL for what is no step.
  int Begin(const uint8_t* steps, size_t count, bool is_new_message);
  // Sends for about `slice_ns`. Returns a Status, or a negative errno: ESRCH
  // when the target is gone, EPERM.
  int Run(uint64_t slice_ns);

  // Steps that are done, of those of the last Begin.
  size_t done() const { return next_; }

 private:
  int Loop(uint64_t end);
  // Whether the target may be sent a step now. A Status, negative errno, or
  // kReady.
  int Look(uint64_t now);
  int LookAtRest(uint64_t now);
  // Counts what the target has answered so far as answers to earlier steps.
  void DrainAnswers();
  int Send(uint64_t now);
  // Signals of the target since the present step was sent.
  SignalsOfTwo Seen() const;
  void Finish(uint64_t now);

  static constexpr int kReady = -1'000'000;

  StepTarget target_ = {};
  Replies* replies_ = nullptr;
  std::vector<uint8_t> steps_;
  size_t next_ = 0;
  bool is_sent_ = false;  // the present one
  // The step before was, so all before this one have been taken.
  bool is_acknowledged_ = false;
  // A message was, and the present step begins the next one.
  bool is_between_messages_ = false;
  uint32_t before_[2] = {};
  uint64_t sent_at_ = 0;
  uint64_t not_before_ = 0;     // the pause of `gap`
  uint64_t looked_at_ = 0;      // when it was last known to catch
  uint64_t unready_since_ = 0;  // 0: it was ready
  bool never_sleeps_ = false;
};

}  // namespace minitalk

#endif  // MINITALK_CORE_DIALECTS_STEP_SENDER_H_
