// The client's tight loop: one frame of data bits over one line, in time
// slices.
#ifndef MINITALK_CORE_TRANSMIT_H_
#define MINITALK_CORE_TRANSMIT_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "handler/state.h"

namespace minitalk {

// One session with a server, for the thread that opened it.
class Transmitter {
 public:
  enum Status {
    kSliceOver = 0,  // call Run again soon
    kFrameDone = 1,  // every bit was taken
    kStalled = 2,   // no reply for a while, or held up ourselves: let the event
                    // loop rest, and look at the server, first
    kMismatch = 3,  // the server counted other than we sent
  };

  Transmitter() = default;
  ~Transmitter() { Close(); }
  Transmitter(const Transmitter&) = delete;
  Transmitter& operator=(const Transmitter&) = delete;

  // `pidfd` stays the caller's. 0 or a negative errno: ENOSPC when the process
  // has kMaxLines open, ENOSYS.
  int Open(pid_t pid, pid_t thread, int pidfd);
  void Close();

  // Makes `bytes`, most significant bit first, the frame of `grant`.
  void Begin(uint32_t session, uint32_t grant, const uint8_t* bytes,
             size_t size);

  // Transmits for about `slice_ns`, on `cpu` if that is allowed (-1: anywhere).
  // Returns a Status, or a negative errno: ESRCH when the server is gone,
  // EPERM.
  int Run(int cpu, uint64_t slice_ns);

  // Bits of the frame that the server has taken.
  uint32_t taken() const { return taken_; }
  // CLOCK_MONOTONIC of the last sign of life within a frame, ns; 0: none yet.
  uint64_t last_reply() const { return last_reply_; }

 private:
  enum class Waiting { kNothing, kAnswer, kAck };

  int Loop(uint64_t end);
  int SendBit(uint64_t now);
  int SendQuestion(uint64_t now);
  // Looks at the newest ACK and ANSWER. False when the server's count is
  // neither with nor without the outstanding bit.
  bool TakeReply(uint64_t now);
  void Taken(uint64_t now);

  Line* line_ = nullptr;
  pid_t pid_ = 0;
  pid_t thread_ = 0;
  int pidfd_ = -1;
  uint32_t session_ = 0;
  uint32_t grant_ = 0;
  std::vector<uint8_t> bytes_;
  uint32_t bits_ = 0;
  uint32_t taken_ = 0;        // confirmed by the server
  uint32_t outstanding_ = 0;  // number of the bit sent and not confirmed, or 0
  uint32_t question_ = 0;
  bool started_ = false;  // the server counts our bits
  Waiting waiting_ = Waiting::kNothing;
  uint64_t timeout_ = 0;   // ns, of the present wait
  uint64_t deadline_ = 0;  // when it ends
  uint64_t last_reply_ = 0;
  uint64_t last_look_ = 0;  // when the loop last ran
  bool stalled_ = false;    // the caller was told to look at the server
};

}  // namespace minitalk

#endif  // MINITALK_CORE_TRANSMIT_H_
