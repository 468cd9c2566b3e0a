// A server process and a client process, joined by shared memory where the real
// ones use control words: only the frame itself goes over signals.
#ifndef MINITALK_TEST_CORE_DESK_H_
#define MINITALK_TEST_CORE_DESK_H_

#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include "core/minitalk/server.h"
#include "core/minitalk/transmit.h"
#include "support.h"

namespace minitalk::test {

using Bytes = std::vector<uint8_t>;

Bytes RandomBytes(size_t size, uint64_t seed);

inline constexpr uint32_t kDeskSession = 0x54321;
// Bytes that take a while as bits: about 0.2 s.
inline constexpr size_t kLongFrame = 2052;

// How frames are sent, and taken.
struct Plan {
  Mode mode = Mode::kBit;
  size_t payload = 8;      // bytes in a data word
  uint32_t window = 1;     // data words on their way at most
  bool in_slices = false;  // the server takes them itself; else its handler
  uint32_t lanes = 0;      // by which they go
};

// The biggest frame of the mode on the wire.
constexpr size_t MaxFrame(Mode mode) {
  return mode == Mode::kWord ? 65'540 : kMaxFrameBytes;
}

// What the client asks for and the server answers, in memory of both.
struct Desk {
  std::atomic<pid_t> server{0};  // set once it is ready
  std::atomic<int> cpu{-1};      // the CPU that both hold, or -1
  std::atomic<bool> over{false};

  std::atomic<pid_t> client{0};
  std::atomic<uint32_t> bits{0};
  std::atomic<Mode> mode{Mode::kBit};
  std::atomic<bool> in_slices{false};
  std::atomic<uint32_t> lanes{0};
  std::atomic<pid_t> threads[kMaxLanes] = {};  // of these
  std::atomic<uint32_t> wanted{0};  // number of the last grant asked for
  std::atomic<uint32_t> granted{0};
  std::atomic<bool> goes_on{false};  // that one is for the rest of the frame

  std::atomic<uint32_t> taken{0};      // bits of a bit frame, as drained
  std::atomic<uint32_t> finished{0};   // number of the last frame that is whole
  uint8_t bytes[kMaxFrameBytes] = {};  // of that frame

  std::atomic<uint64_t> strays{0};         // records that were no data
  std::atomic<pid_t> stray_sender{0};      // of the last one
  std::atomic<uint64_t> client_strays{0};  // as the client counted them
  std::atomic<uint64_t> foreign_data{0};   // counted under another grant: wrong

  void End() { over.store(true); }
};

// The server of one desk: this process, from now on.
class Serving {
 public:
  explicit Serving(Desk* desk, size_t capacity = 4096);

  // Grants what is wanted, drains what is there.
  void Turn();
  // Takes a frame's data for about 2 ms, or sleeps for 1 ms.
  void Rest();
  Channel* channel() const { return watch_.channel(); }

 private:
  // Ends the grant; how many data signals of its frame are there. Of those the
  // frame's memory keeps nothing that is not put back.
  uint32_t EndGrant();
  uint32_t Withdraw();
  void Take(const Record& record);
  void TakeBit(int signo, uint32_t before);
  void StartLanes();

  Desk* desk_;
  Watch watch_;
  Server claim_;
  std::vector<bool> has_;  // each bit of the frame
};

// Runs a server until Desk::End, on one CPU when `placed`. Ends the process
// with its handlers standing: what is still on its way would kill it without
// them.
[[noreturn]] void Serve(Desk* desk, bool placed);

// The client's side of one desk. Made in the client's process.
class Sender {
 public:
  explicit Sender(Desk* desk, const Plan& plan = {});
  ~Sender();

  // Asks for a grant, does `meanwhile` until it is there, and begins a frame.
  void Begin(
      const Bytes& bytes, const std::function<void()>& meanwhile = [] {});
  // The same for a frame that was begun, and whose grant is withdrawn.
  void GoOn(const Bytes& bytes);
  // Transmits for 2 ms; what Transmitter::Run says.
  int Slice();
  // Slices until a signal was taken, and the frame is not done.
  void GetUnderWay();
  // Runs until the frame is done or an error or mismatch comes back.
  int Finish();
  // Sends the frame and checks that the server has exactly these bytes.
  void Deliver(const Bytes& bytes);
  void CheckArrived(const Bytes& bytes);

  // How the next frames go.
  void Use(const Plan& plan) { plan_ = plan; }
  Transmitter& transmitter() { return transmitter_; }

 private:
  Desk* desk_;
  Plan plan_;
  Transmitter transmitter_;
  int pidfd_;
};

// What a client's process does: both signals watched, as a late reply may come
// when Run has ended; then `body`, and the end of the desk.
template <typename Body>
auto Client(Desk* desk, Body body, const Plan& plan = {}) {
  return [desk, body, plan] {
    Watch watch({SIGUSR1, SIGUSR2}, After::kStop);
    Sender sender(desk, plan);
    body(&sender, &watch);
    desk->End();
    _exit(0);  // with its handlers standing, as the server
  };
}

// Sends SIGUSR1 or SIGUSR2 to the process's main thread.
void SendEither(pid_t pid, Random* random);

// Calls `send` some times, again and again until the desk's end. Not without
// pause: the target's thread would then never leave its handler.
void Flood(Desk* desk, const std::atomic<pid_t>& target,
           void (*send)(pid_t, Random*) = SendEither);

}  // namespace minitalk::test

#endif  // MINITALK_TEST_CORE_DESK_H_
