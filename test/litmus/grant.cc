// Data words that handlers on two threads take while their grant is withdrawn:
// what was counted lies in the frame and has its record, and nothing comes
// later.
#include "server.h"

namespace minitalk {

void HandleWord(uint32_t number) { Take(DataWord(number), nullptr); }

struct Withdrawn : Run<Withdrawn, 3> {
  ProtocolState own;
  Server server;
  Channel* channel = nullptr;

  void before() {
    protocol_now = &own;
    int error = 0;
    channel = OpenChannel(litmus::kSlots, &error);
    server.Claim(channel);
    server.SetGrant({7, 9, kClient, kClient, -1, 128, Mode::kWord});
    own.server.current.load()->started.store(true);
    own.server.parked.store(false);
  }

  void thread(unsigned index) {
    if (index == 1) {
      HandleWord(1);
      HandleWord(2);
    } else if (index == 2) {
      HandleWord(2);
    } else {
      Withdraw();
    }
  }

  // The last word's record hands over the frame.
  void LookAtRecord(size_t* records) {
    Record record;
    while (Drain(channel, &record, 1) == 1) {
      if (record.tag == 0) continue;  // another was quicker
      ++*records;
      CheckFrame(2);
    }
  }

  void CheckFrame(uint32_t count) {
    uint64_t frame[2];
    server.CopyFrame(reinterpret_cast<uint8_t*>(frame), sizeof frame);
    for (uint32_t i = 0; i < count; ++i) RL_ASSERT(frame[i] == Payload(i + 1));
  }

  void Withdraw() {
    size_t records = 0;
    for (int i = 0; i < 2; ++i) {
      LookAtRecord(&records);
      rl::yield(1, $);
    }
    const int count = server.ClearGrant();
    RL_ASSERT(count >= 0 && count <= 2);
    CheckFrame(count);
    LookAtRecord(&records);
    RL_ASSERT(records == (count == 2 ? 1 : 0));
    const uint64_t old[2] = {kOld, kOld};
    server.RestoreFrame(reinterpret_cast<const uint8_t*>(old), sizeof old);
  }

  void after() {
    uint64_t frame[2];
    server.CopyFrame(reinterpret_cast<uint8_t*>(frame), sizeof frame);
    for (const uint64_t eight : frame) RL_ASSERT(eight == kOld);
    server.Release();
  }
};

}  // namespace minitalk

int main() { return litmus::Check<minitalk::Withdrawn>(); }
