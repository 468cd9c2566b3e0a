// The transmitter's rounds: docs/protocol.md, section 9. What it sends, and how
// it waits, is in transmit.cc.
#include <errno.h>

#include <algorithm>

#include "core/minitalk/transmit.h"
#include "handler/signals/calls.h"

namespace minitalk {

namespace {

// A lane that is gone is the end of its grant, not of the server: it takes
// nothing, and answers nothing.
int LaneError(int error) { return error == -ESRCH ? 0 : error; }

}  // namespace

bool Transmitter::AreLanesStarted() const {
  const Word ack = Word::Parse(line_->ack.load(std::memory_order_acquire));
  return IsAck(ack) && ack.count == 0;
}

size_t Transmitter::PartInRound() const {
  if (round_ == 0) return frame_.lanes.size();
  return std::min<size_t>(frame_.lanes.size(), total_ - taken_);
}

uint32_t Transmitter::TakenAfterRound() const {
  return round_ == 0 ? taken_ : taken_ + static_cast<uint32_t>(PartInRound());
}

int Transmitter::SendRound(uint64_t now) {
  waiting_ = Waiting::kAck;
  deadline_ = now + timeout_;
  asked_lane_ = 0;
  const size_t part = PartInRound();
  for (size_t lane = 0; lane < part; ++lane) {
    // Stopped among them, we must look at the server first: Loop says so. The
    // other lanes' answers will tell that they have nothing.
    if (Now() - last_look_ > kHeldUp) break;
    const int error = SendInRound(lane);
    if (error != 0) return error;
  }
  return 0;
}

int Transmitter::SendInRound(size_t lane) {
  const pid_t thread = frame_.lanes[lane];
  if (round_ == 0) return LaneError(SendQuery(thread, true));
  const uint32_t number = taken_ + static_cast<uint32_t>(lane) + 1;
  const Receiver receiver{thread, 1 + static_cast<uint32_t>(lane)};
  return LaneError(frame_.mode == Mode::kBit
                       ? SendBit(receiver, number)
                       : SendWord(receiver, number, false));
}

int Transmitter::AskLane() {
  if (asked_lane_ == 0) sent_again_ = false;
  return LaneError(SendQuery(frame_.lanes[asked_lane_], false));
}

bool Transmitter::ReadLaneAnswer(uint32_t count, uint64_t now) {
  if (count != round_ && count + 1 != round_) return false;
  if (count != round_) {
    sent_again_ = true;
    // What can not be sent now is asked about once more.
    SendInRound(asked_lane_);
  }
  ++asked_lane_;
  if (asked_lane_ < PartInRound()) {
    SendQuestion(now);
    return true;
  }
  asked_lane_ = 0;
  if (!sent_again_) {
    NoteRound(now);
    return true;
  }
  waiting_ = Waiting::kAck;
  deadline_ = now + timeout_;
  return true;
}

void Transmitter::NoteRound(uint64_t now) {
  const uint32_t taken = TakenAfterRound();
  ++round_;
  NoteTaken(taken, now);
}

}  // namespace minitalk
