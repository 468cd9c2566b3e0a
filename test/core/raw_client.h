// The client's side of the wire by hand: sends one bit or word at a time and
// takes the server's replies, so that a test can say exactly what happens.
#ifndef MINITALK_TEST_CORE_RAW_CLIENT_H_
#define MINITALK_TEST_CORE_RAW_CLIENT_H_

#include <signal.h>
#include <sys/types.h>

#include <atomic>
#include <cstdint>

#include "grant.h"
#include "handler/word.h"
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

// Lives in a process of its own with both signals blocked.
class RawClient {
 public:
  // Waits until the server's thread is known.
  RawClient(Stage* stage, uint32_t session);

  // A data bit, by tgkill.
  void Send(int signo);
  void Query(uint32_t question, uint32_t grant);
  void Queue(int signo, const Word& word);

  // The next reply, which must come, on this signal.
  Word Reply(int signo);
  // A bit that is acknowledged as the grant's `count`th.
  void SendTaken(int signo, uint32_t grant, uint32_t count);
  // A QUERY that is answered with this count. All bits sent before are handled.
  void Ask(uint32_t question, uint32_t grant, uint32_t count);
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
  explicit RawServer(Stage* stage, size_t capacity = 4096);
  ~RawServer();

  void Grant(uint32_t number, uint32_t session, pid_t client, uint32_t bits,
             int pidfd = -1);
  Watch& watch() { return watch_; }

 private:
  Watch watch_;
};

}  // namespace minitalk::test

#endif  // MINITALK_TEST_CORE_RAW_CLIENT_H_
