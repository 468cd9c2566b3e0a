// Data words that two lanes take, up to the frame's last, while their grant is
// withdrawn: complete rounds lie in the frame, who sees the record that makes
// it whole sees all of it, and nothing comes later.
#include "server.h"

namespace minitalk {

constexpr uint32_t kLanes = 2;
constexpr uint32_t kWords = 3;  // two rounds, the last of one word

siginfo_t Query(bool quiet) {
  const LaneQuery query{quiet, 1, LaneQuery::kNoCpu};
  siginfo_t info = {};
  info.si_signo = SIGUSR2;
  info.si_code = SI_QUEUE;
  info.si_pid = kClient;
  const uint64_t value = Word{Word::kQuery, 9, 1, 7, query.Value()}.Value();
  memcpy(&info.si_value, &value, sizeof value);
  return info;
}

struct ByLanes : Run<ByLanes, 1 + kLanes> {
  ProtocolState own;
  Server server;
  Channel* channel = nullptr;
  Lane lanes[kLanes];
  bool is_record_seen = false;

  void before() {
    protocol_now = &own;
    int error = 0;
    channel = OpenChannel(litmus::kSlots, &error);
    server.Claim(channel);
    server.SetGrant({7, 9, kClient, kClient, -1, 64 * kWords, Mode::kWord});
    own.server.current.load()->offered.store(kLanes);
    own.server.parked.store(false);
    for (uint32_t i = 0; i < kLanes; ++i) lanes[i].index = i;
  }

  void thread(unsigned index) {
    if (index < kLanes) {
      TakeAll(&lanes[index]);
    } else {
      Take(Query(false), nullptr);  // starts it
      Withdraw();
    }
  }

  // As a client that sends until it is taken, not only what is due.
  void TakeAll(Lane* lane) {
    for (int i = 0; i < 8; ++i) {
      if (lane->next == 0) {
        TakeInLane(lane, Query(true));
      } else {
        TakeInLane(lane, DataWord((lane->next - 1) * kLanes + lane->index + 1));
      }
      rl::yield(1, $);
    }
  }

  void CheckFrame(uint32_t count) {
    uint64_t frame[kWords];
    server.CopyFrame(reinterpret_cast<uint8_t*>(frame), sizeof frame);
    for (uint32_t i = 0; i < count; ++i) RL_ASSERT(frame[i] == Payload(i + 1));
  }

  void LookAtRecords() {
    Record record;
    while (Drain(channel, &record, 1) == 1) {
      if (record.tag == 0) continue;
      RL_ASSERT(record.tag == DataTag(7, 2));
      RL_ASSERT(server.IsFrameWhole());
      is_record_seen = true;
      CheckFrame(kWords);
    }
  }

  void Withdraw() {
    for (int i = 0; i < 6; ++i) {
      LookAtRecords();
      rl::yield(1, $);
    }
    const int count = server.ClearGrant();
    RL_ASSERT(count == 0 || count == kLanes || count == kWords);
    CheckFrame(count);
    LookAtRecords();
    RL_ASSERT(is_record_seen == (count == kWords));
    const uint64_t old[kWords] = {kOld, kOld, kOld};
    server.RestoreFrame(reinterpret_cast<const uint8_t*>(old), sizeof old);
  }

  void after() {
    uint64_t frame[kWords];
    server.CopyFrame(reinterpret_cast<uint8_t*>(frame), sizeof frame);
    for (const uint64_t eight : frame) RL_ASSERT(eight == kOld);
    server.Release();
  }
};

}  // namespace minitalk

int main() { return litmus::Check<minitalk::ByLanes>(); }
