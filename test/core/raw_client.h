// The client's side of the wire by hand: sends one bit or word at a time and
// takes the server's replies, so that a test can say exactly what happens.
#ifndef MINITALK_TEST_CORE_RAW_CLIENT_H_
#define MINITALK_TEST_CORE_RAW_CLIENT_H_

#include <signal.h>
#include <sys/types.h>

#include <atomic>
#include <cstdint>

#include "core/minitalk/server.h"
#include "handler/minitalk/data_word.h"
#include "handler/minitalk/word.h"
#include "support.h"

namespace minitalk::test {

// In memory of both processes: the server's thread, and how far the test is.
struct Stage {
  std::atomic<pid_t> thread{0};
  std::atomic<int> step{0};

  void Reach(int next) { step.store(next); }
  void AwaitStep(int wanted) {
    Await([&] { return step.load() >= wanted; });
  }
};

// A data word's payload as these tests send it: bytes that tell its place.
uint8_t Pattern(const DataHeader& header, size_t index);

// Makes a queued signal that data word, always with all 24 bytes.
void PutPattern(siginfo_t* info, const DataHeader& header);

// Lives in a process of its own with both signals blocked.
class RawClient {
 public:
  // Waits until the server's thread is known.
  RawClient(Stage* stage, uint32_t session);

  // A data bit, by tgkill.
  void Send(int signo);
  void Query(uint32_t question, uint32_t grant, int signo = SIGUSR2);
  void Queue(int signo, const Word& word);
  // A data word, as PutPattern makes it.
  void SendData(int signo, const DataHeader& header);

  // The next reply, which must come, on this signal.
  Word Reply(int signo);
  // The next reply, which must be this ACK.
  void ExpectAck(uint32_t grant, uint32_t count);
  // A bit that is acknowledged as the grant's `count`th.
  void SendTaken(int signo, uint32_t grant, uint32_t count);
  // A QUERY that is answered with this count. All data sent before are handled,
  // and none of them was acknowledged.
  void Ask(uint32_t question, uint32_t grant, uint32_t count,
           int signo = SIGUSR2);
  // Fails if a reply comes within 30 ms.
  void ExpectSilence();

 private:
  pid_t server_;
  pid_t thread_;
  uint32_t session_;
  sigset_t both_;
};

// The server's side: this process, its grants by hand.
class RawServer {
 public:
  explicit RawServer(Stage* stage, size_t capacity = 4096,
                     int burst_signal = kBurstSignal);

  void Grant(uint32_t number, uint32_t session, pid_t client, uint32_t bits,
             int status = -1, Mode mode = Mode::kBit);
  int32_t GrantCount() const { return claim_.GrantCount(); }
  Watch& watch() { return watch_; }
  Server& claim() { return claim_; }

 private:
  Watch watch_;
  Server claim_;
};

}  // namespace minitalk::test

#endif  // MINITALK_TEST_CORE_RAW_CLIENT_H_
