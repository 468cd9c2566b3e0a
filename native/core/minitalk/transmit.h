// The client's tight loop: one frame over one line, in time slices.
#ifndef MINITALK_CORE_MINITALK_TRANSMIT_H_
#define MINITALK_CORE_MINITALK_TRANSMIT_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "handler/minitalk/protocol_state.h"
#include "handler/minitalk/word.h"

namespace minitalk {

inline constexpr uint32_t kMaxWindow = 256;

// Who was stopped for so long looks at the server before it sends on.
inline constexpr uint64_t kHeldUp = 100'000'000;  // ns

// What is to be transmitted under one grant, and how.
struct Frame {
  uint32_t session;
  uint32_t grant;
  const uint8_t* bytes;
  size_t size;  // at most kMaxFrameBytes, in bit mode 8,191
  Mode mode = Mode::kBit;
  size_t payload = 8;    // bytes in a data word: 8 or 24
  int burst_signal = 0;  // of the server, in burst mode
  uint32_t window =
      1;  // most data on their way; more than 1 in burst mode only
  // Threads of the server by which the data go, 2 to kMaxLanes of them, not in
  // burst mode; empty: not by lanes.
  std::vector<pid_t> lanes = {};
  int cpu =
      -1;  // where Run is to run then, for the server to know; -1: anywhere
};

// One session with a server, for the thread that opened it.
class Transmitter {
 public:
  enum Status {
    kSliceOver = 0,  // call Run again soon
    kFrameDone = 1,  // everything was taken
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

  // 0 or a negative errno: EINVAL for what no data signal can carry, EBADF
  // without a line.
  int Begin(const Frame& frame);

  // Transmits for about `slice_ns`, on `cpu` if that is allowed (-1: anywhere).
  // Returns a Status, or a negative errno: ESRCH when the server is gone,
  // EPERM.
  int Run(int cpu, uint64_t slice_ns);

  // Data signals of the frame that the server has taken, and their bytes.
  uint32_t taken() const { return taken_; }
  size_t taken_bytes() const;
  // CLOCK_MONOTONIC of the last sign of life within a frame, ns; 0: none yet.
  uint64_t last_reply() const { return last_reply_; }

 private:
  enum class Waiting { kNothing, kAnswer, kAck };

  int Loop(uint64_t end);
  // All that the window allows. In the modes without one that is one signal.
  int SendData(uint64_t now);
  // Whom a data signal goes to.
  struct Receiver {
    pid_t thread;
    uint32_t lane = 0;  // 1 + its index, by lanes
  };

  int SendBit(const Receiver& receiver, uint32_t number);
  int SendWord(const Receiver& receiver, uint32_t number, bool ask);
  int SendQuestion(uint64_t now);
  int SendQuery(pid_t thread, bool quiet);
  // Looks at the newest ACK and ANSWER. False when the server's count is not
  // among those that it can have.
  bool ReadReply(uint64_t now);
  void NoteTaken(uint32_t count, uint64_t now);

  // The grant's first question goes to the main thread, whatever follows.
  bool IsByLanes() const { return started_ && !frame_.lanes.empty(); }
  // Of the present grant.
  bool IsAck(const Word& word) const;
  // transmit_by_lanes.cc:
  // By the grant's first question: the server has said so.
  bool AreLanesStarted() const;
  // Lanes that have a part in the present round.
  size_t PartInRound() const;
  uint32_t TakenAfterRound() const;
  int SendRound(uint64_t now);
  int SendInRound(size_t lane);
  int AskLane();
  // As ReadReply.
  bool ReadLaneAnswer(uint32_t count, uint64_t now);
  void NoteRound(uint64_t now);

  Line* line_ = nullptr;
  pid_t pid_ = 0;
  pid_t thread_ = 0;
  int pidfd_ = -1;
  Frame frame_ = {};            // but for its bytes:
  std::vector<uint8_t> bytes_;  // filled up to whole data words
  siginfo_t word_ = {};         // a data word, but for its header and payload
  uint32_t window_ = 1;
  uint32_t room_ = kMaxWindow;  // less after EAGAIN; doubles with each frame
  uint32_t total_ = 0;          // data signals in the frame
  uint32_t sent_ = 0;           // of these
  uint32_t asked_ = 0;          // the last that asked for an ACK
  uint32_t taken_ = 0;          // confirmed by the server
  uint32_t question_ = 0;
  bool started_ = false;  // the server counts our data
  // By lanes:
  uint32_t round_ = 0;       // the present one
  size_t asked_lane_ = 0;    // the one asked about, or next to be
  bool sent_again_ = false;  // to one of them, since the first was asked
  Waiting waiting_ = Waiting::kNothing;
  uint64_t timeout_ = 0;   // ns, of the present wait
  uint64_t deadline_ = 0;  // when it ends
  uint64_t last_reply_ = 0;
  uint64_t last_look_ = 0;  // when the loop last ran
  bool stalled_ = false;    // the caller was told to look at the server
};

}  // namespace minitalk

#endif  // MINITALK_CORE_MINITALK_TRANSMIT_H_
