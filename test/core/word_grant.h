// A grant for data words: what a client does under it, and what the handler has
// made of that.
#ifndef MINITALK_TEST_CORE_WORD_GRANT_H_
#define MINITALK_TEST_CORE_WORD_GRANT_H_

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "core/minitalk/server.h"
#include "handler/minitalk/data_word.h"
#include "raw_client.h"
#include "support.h"

namespace minitalk::test {

inline constexpr uint32_t kSession = 0xabcde;
inline constexpr uint32_t kGrant = 5;

struct Way {
  Mode mode;
  int data;   // the signal of its data words
  int query;  // the signal of its questions
};

inline const Way kWays[] = {{Mode::kWord, SIGUSR1, SIGUSR2},
                            {Mode::kBurst, kBurstSignal, kBurstSignal}};

// All the memory that the handler may write a frame into.
std::vector<uint64_t> FrameMemory();
// The same where only these were taken.
std::vector<uint64_t> MemoryWith(std::initializer_list<DataHeader> words);
void ClearFrameMemory();

// What is left of what a client did.
struct Left {
  int32_t count;
  std::vector<Record> records;
  std::vector<uint64_t> memory;
};

// Has a client do `act` under a grant of `bytes` bytes.
template <typename Act>
Left Under(Mode mode, uint32_t bytes, Act act) {
  ClearFrameMemory();
  Shared<Stage> stage;
  Child client([&] {
    RawClient raw(stage.get(), kSession);
    stage->AwaitStep(1);
    act(&raw);
  });
  RawServer server(stage.get());
  server.Grant(kGrant, kSession, client.pid(), 8 * bytes, -1, mode);
  stage->Reach(1);
  client.Join();
  return Left{server.GrantCount(), server.watch().Take(), FrameMemory()};
}

// A started grant in word mode for a process that there is not. What it sends
// is handed to the handler without the kernel's part.
class KernellessGrant {
 public:
  static constexpr pid_t kNobody = 0x7ffffff0;

  explicit KernellessGrant(uint32_t bits);
  KernellessGrant(const KernellessGrant&) = delete;
  KernellessGrant& operator=(const KernellessGrant&) = delete;

  void Handle(const DataHeader& header);
  void Handle(int signo, const Word& word);
  int32_t GrantCount() const { return claim_.GrantCount(); }
  Watch& watch() { return watch_; }
  Server& claim() { return claim_; }

 private:
  Watch watch_;
  Server claim_;
};

}  // namespace minitalk::test

#endif  // MINITALK_TEST_CORE_WORD_GRANT_H_
