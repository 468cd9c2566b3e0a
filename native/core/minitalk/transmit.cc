#include "core/minitalk/transmit.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>

#include "core/minitalk/affinity.h"
#include "core/signals/sending.h"
#include "core/signals/waiting.h"
#include "handler/minitalk/data_word.h"
#include "handler/minitalk/grant.h"
#include "handler/minitalk/protocol.h"
#include "handler/minitalk/word.h"
#include "handler/signals/calls.h"
#include "handler/signals/trace.h"

namespace minitalk {

namespace {

// docs/protocol.md, section 5. Longer than a scheduler tick on purpose: a wait
// that would end before the next tick makes the kernel set the hardware timer
// anew for each bit, which costs as much as the rest of the wait.
constexpr uint64_t kFirstTimeout = 5'000'000;   // ns
constexpr uint64_t kLastTimeout = 100'000'000;  // ns
// Of a grant's first question, which often finds the server's slot taken: the
// client whose message has just ended offers its next one at that moment. One a
// frame, so that the timer costs little.
constexpr uint64_t kFirstQuestionTimeout = 1'000'000;  // ns

constexpr size_t kMaxCount =
    0xffff;  // of data signals: see Word and DataHeader

// Whether its numbers fit what data signals and questions say.
bool IsValid(const Frame& frame) {
  if (frame.session == 0 || frame.grant > Word::kNumberMask) return false;
  if (frame.size > kMaxFrameBytes || frame.window == 0) return false;
  const size_t lanes = frame.lanes.size();
  if (lanes == 1 || lanes > kMaxLanes) return false;
  switch (frame.mode) {
    case Mode::kBit:
      return frame.size <= kMaxCount / 8;
    case Mode::kBurst:
      if (frame.burst_signal < 1 || frame.burst_signal > kMaxSignal ||
          lanes > 0) {
        return false;
      }
      [[fallthrough]];
    case Mode::kWord:
      return frame.payload == 8 || frame.payload == kMaxPayload;
  }
  return false;
}

}  // namespace

int Transmitter::Open(pid_t pid, pid_t thread, int pidfd) {
  if (!kHasQueue) return -ENOSYS;
  if (line_ != nullptr) return -EALREADY;
  for (size_t i = 0; i < kMaxLines; ++i) {
    Line* line = &protocol.lines[i];
    bool expected = false;
    if (!line->claimed.compare_exchange_strong(expected, true)) continue;
    line->pid.store(pid);
    size_t count = protocol.line_count.load();
    while (count <= i &&
           !protocol.line_count.compare_exchange_weak(count, i + 1)) {
    }
    InstallHook();
    line_ = line;
    pid_ = pid;
    thread_ = thread;
    pidfd_ = pidfd;
    return 0;
  }
  return -ENOSPC;
}

void Transmitter::Close() {
  if (line_ == nullptr) return;
  line_->session.store(0);
  line_->claimed.store(false);
  line_ = nullptr;
}

int Transmitter::Begin(const Frame& frame) {
  if (line_ == nullptr) return -EBADF;
  if (!IsValid(frame)) return -EINVAL;
  frame_ = frame;
  const bool is_bit = frame.mode == Mode::kBit;
  const size_t unit = is_bit ? 1 : frame.payload;
  const size_t units = (frame.size + unit - 1) / unit;
  bytes_.assign(frame.bytes, frame.bytes + frame.size);
  bytes_.resize(units * unit);
  frame_.bytes = nullptr;
  total_ = static_cast<uint32_t>(is_bit ? 8 * units : units);
  if (!is_bit) {
    const int signo = frame.mode == Mode::kWord ? SIGUSR1 : frame.burst_signal;
    word_ = QueuedInfo(getpid(), getuid(), signo, 0);
  }
  room_ = std::min(2 * room_, kMaxWindow);
  window_ = std::min(frame.window, room_);
  taken_ = 0;
  sent_ = 0;
  asked_ = 0;
  round_ = 0;
  asked_lane_ = 0;
  waiting_ = Waiting::kNothing;
  started_ = false;
  timeout_ = kFirstQuestionTimeout;
  last_reply_ = 0;
  last_look_ = Now();
  stalled_ = false;
  line_->ack.store(0);
  line_->answer.store(0);
  line_->session.store(frame.session, std::memory_order_release);
  return 0;
}

size_t Transmitter::taken_bytes() const {
  return frame_.mode == Mode::kBit
             ? taken_ / 8
             : std::min(frame_.size, taken_ * frame_.payload);
}

int Transmitter::Run(int cpu, uint64_t slice_ns) {
  if (line_ == nullptr) return -EBADF;
  if (HasExited(pidfd_)) return -ESRCH;
  CpuHold hold;
  if (cpu >= 0) hold.Acquire(cpu);
  const SignalsBlocked blocked;
  const uint64_t now = Now();
  // Who was told to look has looked just now. Else a caller that is away for
  // long each time would never send a bit.
  if (stalled_) last_look_ = now;
  const int status = Loop(now + slice_ns);
  stalled_ = status == kStalled;
  return status;
}

int Transmitter::Loop(uint64_t end) {
  for (;;) {
    const uint64_t now = Now();
    // We were stopped or starved: the server may have put its handlers away.
    const bool held_up = now - last_look_ > kHeldUp;
    last_look_ = now;
    if (held_up) return kStalled;
    if (!ReadReply(now)) return kMismatch;
    if (waiting_ == Waiting::kNothing) {
      if (started_ && taken_ == total_) return kFrameDone;
      const int error = started_ ? SendData(now) : SendQuestion(now);
      if (error != 0) return error;
    } else if (now >= deadline_) {
      // Never the same data again without asking: they may only be late.
      timeout_ = std::min(timeout_ * 2, kLastTimeout);
      if (HasExited(pidfd_)) return -ESRCH;
      const int error = SendQuestion(now);
      if (error != 0) return error;
    }
    if (now >= end) return timeout_ > kFirstTimeout ? kStalled : kSliceOver;
    siginfo_t info;
    if (DequeueBlocked(kUserSignals, std::min(deadline_ - now, kFirstTimeout),
                       &info) &&
        !Dispatch(info) && info.si_code == kCodeQueue) {
      return kSliceOver;  // a control word: it can be the end of this grant
    }
  }
}

int Transmitter::SendData(uint64_t now) {
  if (IsByLanes()) return SendRound(now);
  waiting_ = Waiting::kAck;
  deadline_ = now + timeout_;
  const uint32_t limit = std::min(taken_ + window_, total_);
  const uint32_t half = std::max(window_ / 2, 1u);
  while (sent_ < limit) {
    const uint32_t number = sent_ + 1;
    const bool ask = number % half == 0 || number == total_;
    // One ACK at a time: a second could find its slot taken.
    if (ask && asked_ > taken_) break;
    // Stopped among them, we must look at the server first: Loop says so.
    if (window_ > 1 && Now() - last_look_ > kHeldUp) break;
    const int error = frame_.mode == Mode::kBit
                          ? SendBit({thread_}, number)
                          : SendWord({thread_}, number, ask);
    if (error == -EAGAIN) {
      // The queue is full: wait for an ACK, or for the answer to a question.
      window_ = room_ = std::max((sent_ - taken_) / 2, 1u);
      return 0;
    }
    if (error != 0) return error;
    sent_ = number;
    if (ask) asked_ = number;
  }
  return 0;
}

int Transmitter::SendBit(const Receiver& receiver, uint32_t number) {
  const uint32_t index = number - 1;
  const bool one = (bytes_[index / 8] >> (7 - index % 8) & 1) != 0;
  const int signo = one ? SIGUSR2 : SIGUSR1;
  const uint64_t time = TraceTime();
  const int error = KillThread(pid_, receiver.thread, signo);
  TraceSent(Traced::kSentData, signo, kCodeThread,
            {pid_, receiver.thread, error, time, DataTag(frame_.grant, index),
             receiver.lane});
  return error;
}

int Transmitter::SendWord(const Receiver& receiver, uint32_t number, bool ask) {
  const size_t size = frame_.payload;
  const DataHeader header{static_cast<uint32_t>(size / 8), ask, frame_.grant,
                          number};
  word_.si_errno = header.Value();
  PutPayload(&word_, &bytes_[(number - 1) * size], size);
  const uint64_t time = TraceTime();
  const int error = QueueInfo(pid_, receiver.thread, word_);
  TraceSent(Traced::kSentData, word_,
            {pid_, receiver.thread, error, time,
             static_cast<uint32_t>(word_.si_errno), receiver.lane});
  return error;
}

int Transmitter::SendQuestion(uint64_t now) {
  question_ = (question_ + 1) & Word::kNumberMask;
  waiting_ = Waiting::kAnswer;
  deadline_ = now + timeout_;
  return IsByLanes() ? AskLane() : SendQuery(thread_, false);
}

int Transmitter::SendQuery(pid_t thread, bool quiet) {
  const bool is_word = frame_.mode == Mode::kWord;
  const LaneQuery by_lanes{
      quiet, is_word ? static_cast<uint32_t>(frame_.payload / 8) : 0,
      frame_.cpu < 0 ? LaneQuery::kNoCpu : static_cast<uint32_t>(frame_.cpu)};
  const Word word{Word::kQuery, frame_.session, question_, frame_.grant,
                  frame_.lanes.empty() ? 0 : by_lanes.Value()};
  // Behind the data: on the higher number, or in the same queue.
  const int signo = frame_.mode == Mode::kBurst ? frame_.burst_signal : SIGUSR2;
  const int error = TracedQueue(pid_, thread, signo, word.Value());
  // No room for a queued signal now (RLIMIT_SIGPENDING): as good as lost.
  return error == -EAGAIN ? 0 : error;
}

bool Transmitter::IsAck(const Word& word) const {
  return word.kind == Word::kAck && word.session == frame_.session &&
         word.grant == frame_.grant;
}

bool Transmitter::ReadReply(uint64_t now) {
  if (waiting_ == Waiting::kNothing) return true;
  const Word ack = Word::Parse(line_->ack.load(std::memory_order_acquire));
  const bool is_ack = IsAck(ack);
  if (is_ack && IsByLanes() && ack.count == round_) {
    NoteRound(now);
    return true;
  }
  if (is_ack && !IsByLanes() && ack.count > taken_ && ack.count <= sent_) {
    NoteTaken(ack.count, now);
    return true;
  }
  if (waiting_ != Waiting::kAnswer) return true;
  const Word answer =
      Word::Parse(line_->answer.load(std::memory_order_acquire));
  // An answer to an earlier question may have been given before the data came
  // in: its count would look as if they were lost.
  if (answer.kind != Word::kAnswer || answer.session != frame_.session ||
      answer.question != question_ || answer.grant != frame_.grant) {
    return true;
  }
  last_reply_ = now;
  waiting_ = Waiting::kNothing;
  if (IsByLanes()) return ReadLaneAnswer(answer.count, now);
  // The first tells what earlier grants have brought of this frame.
  if (!started_) round_ = AreLanesStarted() ? 1 : 0;
  const uint32_t most = started_ ? sent_ : total_;
  if (answer.count < taken_ || answer.count > most) return false;
  sent_ = asked_ = answer.count;  // what is beyond was dropped: the same again
  if (!started_ || sent_ > taken_) NoteTaken(sent_, now);
  return true;
}

void Transmitter::NoteTaken(uint32_t count, uint64_t now) {
  taken_ = count;
  started_ = true;
  waiting_ = Waiting::kNothing;
  timeout_ = kFirstTimeout;
  last_reply_ = now;
}

}  // namespace minitalk
