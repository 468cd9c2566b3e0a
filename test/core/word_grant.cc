#include "word_grant.h"

#include <iterator>

#include "check.h"
#include "handler/signals/calls.h"
#include "handler/signals/handler.h"
#include "handler/signals/state.h"

namespace minitalk::test {

std::vector<uint64_t> FrameMemory() {
  return std::vector<uint64_t>(std::begin(protocol.server.frame),
                               std::end(protocol.server.frame));
}

std::vector<uint64_t> MemoryWith(std::initializer_list<DataHeader> words) {
  std::vector<uint64_t> eights(kFrameEights);
  auto* bytes = reinterpret_cast<uint8_t*>(eights.data());
  for (const DataHeader& word : words) {
    const size_t size = 8 * word.eights;
    for (size_t i = 0; i < size; ++i) {
      bytes[(word.number - 1) * size + i] = Pattern(word, i);
    }
  }
  return eights;
}

void ClearFrameMemory() {
  for (auto& eight : protocol.server.frame) eight.store(0);
}

KernellessGrant::KernellessGrant(uint32_t bits)
    : watch_({SIGUSR1, SIGUSR2, kBurstSignal}, After::kStop) {
  ClearFrameMemory();
  CHECK_EQ(claim_.Claim(watch_.channel(), kBurstSignal), 0);
  claim_.SetGrant({kGrant, kSession, kNobody, kNobody, -1, bits, Mode::kWord});
  Handle(SIGUSR2, Word{Word::kQuery, kSession, 1, kGrant, 0});
  CHECK_EQ(GrantCount(), 0);
}

void KernellessGrant::Handle(const DataHeader& header) {
  siginfo_t info = QueuedInfo(kNobody, 0, SIGUSR1, 0);
  PutPattern(&info, header);
  TakeSignal(info, nullptr);
}

void KernellessGrant::Handle(int signo, const Word& word) {
  TakeSignal(QueuedInfo(kNobody, 0, signo, word.Value()), nullptr);
}

}  // namespace minitalk::test
