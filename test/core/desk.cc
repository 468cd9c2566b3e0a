#include "desk.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>

#include "core/minitalk/affinity.h"
#include "core/minitalk/receive.h"
#include "core/signals/process.h"
#include "handler/signals/calls.h"

namespace minitalk::test {

Bytes RandomBytes(size_t size, uint64_t seed) {
  Random random(seed);
  Bytes bytes(size);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.Below(256));
  return bytes;
}

namespace {

// ThreadSanitizer's runtime keeps one saved mask for each thread. Where it runs
// a handler late, and another late one within a call of that handler, the inner
// overwrites it with a full mask, and the thread never sees a signal again.
void RepairMask() {
#if defined(__SANITIZE_THREAD__)
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
#endif
}

}  // namespace

Serving::Serving(Desk* desk, size_t capacity)
    : desk_(desk),
      watch_({SIGUSR1, SIGUSR2, kBurstSignal}, After::kStop, capacity) {
  CHECK_EQ(claim_.Claim(channel(), kBurstSignal), 0);
}

void Serving::Turn() {
  RepairMask();
  for (const Record& record : watch_.Take()) Take(record);
  const uint32_t wanted = desk_->wanted.load();
  if (wanted == desk_->granted.load()) return;
  const bool goes_on = desk_->goes_on.load();
  const uint32_t there = goes_on ? Withdraw() : 0;
  if (!goes_on) EndGrant();
  // The client may not have seen yet that all is there.
  const bool was_whole = goes_on && desk_->finished == desk_->granted;
  desk_->taken.store(there);
  has_.assign(desk_->bits.load(), false);
  std::fill_n(has_.begin(), there, true);
  StartLanes();
  const pid_t client = desk_->client.load();
  claim_.SetGrant({wanted & 4095, kDeskSession, client, client, -1,
                   desk_->bits.load(), desk_->mode.load(), desk_->cpu.load(),
                   there, desk_->lanes.load(), true});
  desk_->granted.store(wanted);
  if (was_whole) desk_->finished.store(wanted);
}

// A lane may still be recording the last of a frame that is whole: all records
// of a grant are there when it is over, and none is the next one's.
uint32_t Serving::EndGrant() {
  const int there = claim_.ClearGrant();
  for (const Record& record : watch_.Take()) Take(record);
  return static_cast<uint32_t>(there);
}

uint32_t Serving::Withdraw() {
  const uint32_t there = EndGrant();
  if (desk_->mode.load() == Mode::kBit) {
    for (uint32_t i = 0; i < there; ++i) CHECK(has_[i]);
    // By lanes some of a round may be there, which come again.
    if (desk_->lanes.load() == 0) CHECK_EQ(desk_->taken.load(), there);
    return there;
  }
  Bytes kept(std::min(kMaxFrameBytes, kMaxPayload * there));
  CHECK_EQ(claim_.CopyFrame(kept.data(), kept.size()), 0);
  for (auto& eight : protocol.server.frame) eight.store(~uint64_t{0});
  CHECK_EQ(claim_.RestoreFrame(kept.data(), kept.size()), 0);
  return there;
}

void Serving::Rest() {
  if (desk_->in_slices.load() && IsReceiving(claim_) &&
      Receive(claim_, 2'000'000, -1)) {
    return;
  }
  struct pollfd entry = {WakeFd(channel()), POLLIN, 0};
  poll(&entry, 1, 1);
  TakeWake(channel());
  Arm(channel());
}

void Serving::Take(const Record& record) {
  if (record.tag == 0) {
    desk_->strays.fetch_add(1);
    desk_->stray_sender.store(record.pid);
    return;
  }
  if (((record.tag - 1) & 4095) != (desk_->granted.load() & 4095)) {
    desk_->foreign_data.fetch_add(1);
  } else if (desk_->mode.load() == Mode::kBit) {
    TakeBit(record.signo, (record.tag - 1) >> 12);
  } else if (claim_.IsFrameWhole()) {  // its last word, or one of a last round
    claim_.CopyFrame(desk_->bytes, desk_->bits.load() / 8);
    desk_->finished.store(desk_->granted.load());
  }
}

void Serving::TakeBit(int signo, uint32_t before) {
  const uint32_t taken = desk_->taken.load();
  if (desk_->lanes.load() == 0) CHECK_EQ(before, taken);
  CHECK(before < desk_->bits.load());
  CHECK(!has_[before]);
  has_[before] = true;
  const auto mask = static_cast<uint8_t>(0x80 >> before % 8);
  uint8_t& byte = desk_->bytes[before / 8];
  byte = static_cast<uint8_t>(signo == SIGUSR2 ? byte | mask : byte & ~mask);
  desk_->taken.store(taken + 1);
  if (taken + 1 == desk_->bits.load()) {
    desk_->finished.store(desk_->granted.load());
  }
}

void Serving::StartLanes() {
  const uint32_t lanes = desk_->lanes.load();
  if (lanes == 0) return;
  const std::vector<pid_t> threads = claim_.StartLanes(lanes);
  CHECK(threads.size() >= lanes);
  for (uint32_t i = 0; i < lanes; ++i) desk_->threads[i].store(threads[i]);
}

void Serve(Desk* desk, bool placed) {
  Serving serving(desk);
  CpuHold hold;
  const int cpu = CurrentCpu();
  if (placed && hold.Acquire(cpu) == 0) desk->cpu.store(cpu);
  desk->server.store(getpid());
  while (!desk->over.load()) {
    serving.Turn();
    serving.Rest();
  }
  _exit(0);
}

Sender::Sender(Desk* desk, const Plan& plan) : desk_(desk), plan_(plan) {
  Await([&] { return desk->server.load() != 0; });
  const pid_t server = desk->server.load();
  pidfd_ = PidfdOrNone(server);
  CHECK_EQ(transmitter_.Open(server, server, pidfd_), 0);
  desk->client.store(getpid());
}

Sender::~Sender() { close(pidfd_); }

void Sender::Begin(const Bytes& bytes, const std::function<void()>& meanwhile) {
  desk_->mode.store(plan_.mode);
  desk_->in_slices.store(plan_.in_slices);
  desk_->lanes.store(plan_.lanes);
  desk_->bits.store(static_cast<uint32_t>(bytes.size() * 8));
  const uint32_t number = desk_->wanted.fetch_add(1) + 1;
  Await([&] {
    meanwhile();
    return desk_->granted.load() == number;
  });
  Frame frame{kDeskSession, number & 4095, bytes.data(), bytes.size(),
              plan_.mode,   plan_.payload, kBurstSignal, plan_.window};
  for (uint32_t i = 0; i < plan_.lanes; ++i) {
    frame.lanes.push_back(desk_->threads[i].load());
  }
  frame.cpu = desk_->cpu.load();
  CHECK_EQ(transmitter_.Begin(frame), 0);
}

void Sender::GoOn(const Bytes& bytes) {
  desk_->goes_on.store(true);
  Begin(bytes);
  desk_->goes_on.store(false);
}

int Sender::Slice() {
  RepairMask();
  return transmitter_.Run(desk_->cpu.load(), 2'000'000);
}

void Sender::GetUnderWay() {
  int status;
  do {
    status = Slice();
    // Stalled: this machine did something else for a while.
    CHECK(status == Transmitter::kSliceOver || status == Transmitter::kStalled);
  } while (status == Transmitter::kStalled || transmitter_.taken() == 0);
}

int Sender::Finish() {
  for (;;) {
    const int status = Slice();
    if (status == Transmitter::kStalled) {
      Pause();
    } else if (status != Transmitter::kSliceOver) {
      return status;
    }
  }
}

void Sender::Deliver(const Bytes& bytes) {
  Begin(bytes);
  CHECK_EQ(Finish(), Transmitter::kFrameDone);
  CheckArrived(bytes);
}

void Sender::CheckArrived(const Bytes& bytes) {
  CHECK_EQ(transmitter_.taken_bytes(), bytes.size());
  const uint32_t number = desk_->wanted.load();
  Await([&] { return desk_->finished.load() == number; });
  CHECK_EQ(memcmp(desk_->bytes, bytes.data(), bytes.size()), 0);
  CHECK_EQ(desk_->foreign_data.load(), 0);
}

void SendEither(pid_t pid, Random* random) {
  KillThread(pid, pid, random->Below(2) == 0 ? SIGUSR1 : SIGUSR2);
}

void Flood(Desk* desk, const std::atomic<pid_t>& target,
           void (*send)(pid_t, Random*)) {
  Random random(1);
  Await([&] { return desk->granted.load() != 0; });
  const pid_t pid = target.load();
  while (!desk->over.load()) {
    for (uint32_t i = random.Below(20); i > 0; --i) send(pid, &random);
    Pause();
  }
}

}  // namespace minitalk::test
