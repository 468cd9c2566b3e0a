// A server process and a client process, joined by shared memory where the real
// ones use control words: only the frame itself goes over signals.
#ifndef MINITALK_TEST_CORE_DESK_H_
#define MINITALK_TEST_CORE_DESK_H_

#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <vector>

#include "support.h"
#include "transmit.h"

namespace minitalk::test {

using Bytes = std::vector<uint8_t>;

Bytes RandomBytes(size_t size, uint64_t seed);

inline constexpr uint32_t kDeskSession = 0x54321;
inline constexpr size_t kMaxFrame = 2052;

// What the client asks for and the server answers, in memory of both.
struct Desk {
  std::atomic<pid_t> server{0};  // set once it is ready
  std::atomic<int> cpu{-1};      // the CPU that the server holds, or -1
  std::atomic<bool> over{false};

  std::atomic<pid_t> client{0};
  std::atomic<uint32_t> bits{0};
  std::atomic<uint32_t> wanted{0};  // number of the last grant asked for
  std::atomic<uint32_t> granted{0};

  std::atomic<uint32_t> taken{0};     // bits of this frame, as drained
  std::atomic<uint32_t> finished{0};  // number of the last frame that is whole
  uint8_t bytes[kMaxFrame] = {};      // of that frame

  std::atomic<uint64_t> strays{0};        // records that were no bits
  std::atomic<pid_t> stray_sender{0};     // of the last one
  std::atomic<uint64_t> foreign_bits{0};  // counted under another grant: wrong

  void End() { over.store(true); }
};

// One turn of the server: grants what is wanted, drains what is there. The
// caller watches both signals and has claimed the server.
class Serving {
 public:
  Serving(Desk* desk, Watch* watch) : desk_(desk), watch_(watch) {}
  void Turn();

 private:
  void Take(const Record& record);

  Desk* desk_;
  Watch* watch_;
};

// Runs a server until Desk::End, on one CPU when `placed`. Ends the process
// with its handlers standing: what is still on its way would kill it without
// them.
[[noreturn]] void Serve(Desk* desk, bool placed);

// The client's side of one desk. Made in the client's process.
class Sender {
 public:
  explicit Sender(Desk* desk);
  ~Sender();

  // Asks for a grant and begins a frame.
  void Begin(const Bytes& bytes);
  // Transmits for 2 ms; what Transmitter::Run says.
  int Slice();
  // Slices until a bit was taken, and the frame is not done.
  void GetUnderWay();
  // Runs until the frame is done or an error or mismatch comes back.
  int Finish();
  // Sends the frame and checks that the server has exactly these bytes.
  void Deliver(const Bytes& bytes);
  void CheckArrived(const Bytes& bytes);

  Transmitter& transmitter() { return transmitter_; }

 private:
  Desk* desk_;
  Transmitter transmitter_;
  int pidfd_;
};

// What a client's process does: both signals watched, as a late reply may come
// when Run has ended; then `body`, and the end of the desk.
template <typename Body>
auto Client(Desk* desk, Body body) {
  return [desk, body] {
    Watch watch({SIGUSR1, SIGUSR2}, After::kStop);
    Sender sender(desk);
    body(&sender, &watch);
    desk->End();
    _exit(0);  // with its handlers standing, as the server
  };
}

}  // namespace minitalk::test

#endif  // MINITALK_TEST_CORE_DESK_H_
