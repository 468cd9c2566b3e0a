// A client's Transmitter step by step: its server is this same thread, with the
// signals blocked, and a slice of no length is one turn of its loop.
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "check.h"
#include "core/minitalk/transmit.h"
#include "core/signals/process.h"
#include "core/signals/waiting.h"
#include "handler/minitalk/data_word.h"
#include "handler/minitalk/word.h"
#include "handler/signals/calls.h"
#include "handler/signals/handler.h"
#include "support.h"

namespace minitalk::test {

namespace {

constexpr uint32_t kSession = 0x13578;
constexpr uint32_t kGrant = 4095;
constexpr uint64_t kMs = 1'000'000;

// What one turn has sent.
struct Sent {
  int status = 0;
  std::vector<siginfo_t> signals;

  bool nothing() const { return signals.empty(); }
  // The only one: a QUERY.
  Word question() const {
    CHECK_EQ(signals.size(), 1);
    CHECK_EQ(signals[0].si_code, SI_QUEUE);
    CHECK_EQ(signals[0].si_errno, 0);
    return Word::Parse(SignalValue(signals[0]));
  }
  bool is_question() const {
    return signals.size() == 1 && signals[0].si_errno == 0 &&
           signals[0].si_code == SI_QUEUE;
  }
  // No data; a question may have been due, on a machine that is busy.
  bool no_data() const { return nothing() || is_question(); }
  // The only one: a bit; its signal.
  int bit() const {
    CHECK_EQ(signals.size(), 1);
    CHECK_EQ(signals[0].si_code, SI_TKILL);
    return signals[0].si_signo;
  }
};

class Steps {
 public:
  Steps() : watch_({SIGUSR1, SIGUSR2}, After::kStop) {
    sigemptyset(&mask_);
    for (const int signo : {SIGUSR1, SIGUSR2, kBurstSignal}) {
      sigaddset(&mask_, signo);
    }
    CHECK_EQ(sigprocmask(SIG_BLOCK, &mask_, nullptr), 0);
    CHECK_EQ(transmitter_.Open(getpid(), ThreadId(), -1), 0);
  }
  ~Steps() { TakeSent(); }
  Steps(const Steps&) = delete;
  Steps& operator=(const Steps&) = delete;

  void Begin(Mode mode, const std::vector<uint8_t>& bytes, size_t payload = 8,
             uint32_t window = 1, uint32_t grant = kGrant) {
    grant_ = grant;
    CHECK_EQ(
        transmitter_.Begin(Frame{kSession, grant, bytes.data(), bytes.size(),
                                 mode, payload, kBurstSignal, window}),
        0);
  }

  // One turn; a second one where the first only said that it was held up.
  Sent Turn() {
    Sent sent;
    for (int i = 0; i < 2; ++i) {
      sent.status = transmitter_.Run(-1, 0);
      sent.signals = TakeSent();
      if (sent.status != Transmitter::kStalled || !sent.nothing()) break;
    }
    if (sent.is_question()) question_ = sent.question();
    return sent;
  }

  // The next question of those that are asked when nobody replies.
  Word Question() {
    for (;;) {
      const uint64_t before = Now();
      const Sent sent = Turn();
      if (sent.is_question()) {
        asked_ = before;
        return question_;
      }
      CHECK(sent.nothing());
      CHECK(sent.status >= 0);
      Pause();
    }
  }
  Word question() const { return question_; }
  // When the last one was asked, or a little sooner.
  uint64_t asked() const { return asked_; }

  void Say(int signo, const Word& word) {
    CHECK(TakeSignal(QueuedInfo(getpid(), 0, signo, word.Value()), nullptr));
  }
  void Ack(uint32_t count) {
    Say(SIGUSR1, Word{Word::kAck, kSession, 0, grant_, count});
  }
  // To the last question.
  void Answer(uint32_t count) {
    Say(SIGUSR2,
        Word{Word::kAnswer, kSession, question_.question, grant_, count});
  }
  // Asks, and answers that so many are there: what that brings about.
  Sent Start(uint32_t there = 0) {
    Question();
    Answer(there);
    return Turn();
  }

  std::vector<siginfo_t> TakeSent() {
    std::vector<siginfo_t> signals;
    const uint64_t mask =
        SignalBit(SIGUSR1) | SignalBit(SIGUSR2) | SignalBit(kBurstSignal);
    siginfo_t info;
    while (DequeueBlocked(mask, 0, &info)) signals.push_back(info);
    return signals;
  }

  Transmitter& transmitter() { return transmitter_; }
  Watch& watch() { return watch_; }

 private:
  Watch watch_;
  Transmitter transmitter_;
  sigset_t mask_;
  Word question_ = {};
  uint64_t asked_ = 0;
  uint32_t grant_ = kGrant;
};

std::vector<uint8_t> Counting(size_t size) {
  std::vector<uint8_t> bytes(size);
  std::iota(bytes.begin(), bytes.end(), uint8_t{1});
  return bytes;
}

DataHeader Header(const siginfo_t& info) {
  CHECK_EQ(info.si_code, SI_QUEUE);
  return DataHeader::Parse(info.si_errno);
}

}  // namespace

TEST("a frame begins with a question, and no data before it is answered") {
  for (const Mode mode : {Mode::kBit, Mode::kWord, Mode::kBurst}) {
    Steps steps;
    steps.Begin(mode, Counting(16));
    const Sent first = steps.Turn();
    const Word question = first.question();
    CHECK_EQ(first.signals[0].si_signo,
             mode == Mode::kBurst ? kBurstSignal : SIGUSR2);
    CHECK_EQ(first.signals[0].si_pid, getpid());
    CHECK_EQ(question.kind, Word::kQuery);
    CHECK_EQ(question.session, kSession);
    CHECK_EQ(question.grant, kGrant);
    CHECK_EQ(question.count, 0);
    for (uint32_t i = 1; i < 4; ++i) {
      CHECK_EQ(steps.Question().question, question.question + i);
    }
    CHECK_EQ(steps.transmitter().last_reply(), 0);
  }
}

TEST("the number of a question goes on from 4095 with 0") {
  Steps steps;
  const std::vector<uint8_t> bytes = Counting(1);
  uint32_t last = 0;
  for (int i = 0; i < 4'200; ++i) {
    steps.Begin(Mode::kBit, bytes);
    const Word question = steps.Question();
    CHECK_EQ(question.question, (last + 1) & 4095);
    CHECK_EQ(question.session, kSession);
    CHECK_EQ(question.grant, kGrant);
    last = question.question;
  }
}

TEST("each bit waits for its ACK; SIGUSR2 is a 1, from the highest on") {
  Steps steps;
  steps.Begin(Mode::kBit, {0xa5, 0x0f});
  Sent sent = steps.Start();
  for (uint32_t i = 0; i < 16; ++i) {
    CHECK_EQ(sent.status, Transmitter::kSliceOver);
    CHECK_EQ(sent.bit(), (0xa50f >> (15 - i) & 1) != 0 ? SIGUSR2 : SIGUSR1);
    CHECK_EQ(steps.transmitter().taken(), i);
    CHECK_EQ(steps.transmitter().taken_bytes(), i / 8);
    steps.Ack(i + 1);
    sent = steps.Turn();
  }
  CHECK_EQ(sent.status, Transmitter::kFrameDone);
  CHECK(sent.nothing());
  CHECK_EQ(steps.transmitter().taken_bytes(), 2);
}

TEST("an answer to another question, grant or session is none, nor is an ACK") {
  Steps steps;
  steps.Begin(Mode::kBit, Counting(4));
  steps.Turn().question();
  const auto ignores = [&](int signo, const Word& word) {
    steps.Say(signo, word);
    CHECK(steps.Turn().no_data());
    CHECK_EQ(steps.transmitter().last_reply(), 0);
  };
  Word answer{Word::kAnswer, kSession, steps.question().question, kGrant, 0};
  --answer.question;
  ignores(SIGUSR2, answer);
  answer.question += 100;
  ignores(SIGUSR2, answer);
  answer = {Word::kAnswer, kSession, steps.question().question, kGrant - 1, 0};
  ignores(SIGUSR2, answer);
  // Nothing was sent that could be acknowledged.
  ignores(SIGUSR1, {Word::kAck, kSession, 0, kGrant, 1});
  ignores(SIGUSR1, {Word::kAck, kSession, 0, kGrant, 0});
  const uint64_t before = Now();
  steps.Answer(0);
  steps.Turn().bit();
  CHECK(steps.transmitter().last_reply() >= before);
}

TEST("an ACK of another grant, of what was taken or not sent yet is none") {
  Steps steps;
  steps.Begin(Mode::kBit, Counting(4));
  steps.Start().bit();
  steps.Ack(1);
  steps.Turn().bit();
  for (const uint32_t count : {0u, 1u, 3u, 0xffffu}) {
    steps.Ack(count);
    CHECK(steps.Turn().no_data());
    CHECK_EQ(steps.transmitter().taken(), 1);
  }
  steps.Say(SIGUSR1, {Word::kAck, kSession, 0, kGrant - 1, 2});
  CHECK(steps.Turn().no_data());
  steps.Ack(2);
  steps.Turn().bit();
  CHECK_EQ(steps.transmitter().taken(), 2);
}

TEST("what its session's earlier life left in a line counts for no frame") {
  Steps steps;
  steps.Begin(Mode::kWord, Counting(8));
  steps.Start();
  steps.Ack(1);
  CHECK_EQ(steps.Turn().status, Transmitter::kFrameDone);
  steps.Begin(Mode::kWord, Counting(8));  // grants begin again after 4095
  CHECK_EQ(steps.transmitter().taken(), 0);
  CHECK_EQ(steps.transmitter().taken_bytes(), 0);
  CHECK_EQ(steps.transmitter().last_reply(), 0);
  for (const Line& line : protocol.lines) {
    CHECK_EQ(line.ack.load(), 0);
    CHECK_EQ(line.answer.load(), 0);
  }
  CHECK(steps.Turn().is_question());
  CHECK(steps.Turn().no_data());
}

TEST("a frame that is begun anew in the midst of another begins with nothing") {
  Steps steps;
  steps.Begin(Mode::kBit, Counting(4));
  steps.Start().bit();
  steps.Ack(1);
  steps.Turn().bit();
  steps.Begin(Mode::kBit, {0xff}, 8, 1, 7);
  CHECK_EQ(steps.transmitter().taken(), 0);
  const Word question = steps.Turn().question();
  CHECK_EQ(question.grant, 7);
  steps.Answer(0);
  CHECK_EQ(steps.Turn().bit(), SIGUSR2);
  for (uint32_t count = 1; count <= 8; ++count) {
    steps.Ack(count);
    CHECK_EQ(steps.Turn().status,
             count < 8 ? Transmitter::kSliceOver : Transmitter::kFrameDone);
  }
}

TEST(
    "the first answer tells where to go on, and beyond the frame it is wrong") {
  for (const uint32_t there : {0u, 5u, 31u}) {
    Steps steps;
    steps.Begin(Mode::kBit, {0x01, 0x02, 0x03, 0x04});
    const Sent sent = steps.Start(there);
    CHECK_EQ(sent.bit(),
             (0x01020304u >> (31 - there) & 1) != 0 ? SIGUSR2 : SIGUSR1);
    CHECK_EQ(steps.transmitter().taken(), there);
  }
  for (const uint32_t there : {32u, 33u}) {
    Steps steps;
    steps.Begin(Mode::kBit, Counting(4));
    const Sent sent = steps.Start(there);
    CHECK(sent.nothing());
    CHECK_EQ(sent.status,
             there == 32 ? Transmitter::kFrameDone : Transmitter::kMismatch);
  }
}

TEST(
    "data without an ACK are asked for, and sent again where they are "
    "missing") {
  for (const Mode mode : {Mode::kBit, Mode::kWord}) {
    Steps steps;
    steps.Begin(mode, Counting(64));
    CHECK_EQ(steps.Start().signals.size(), 1);
    steps.Ack(1);
    const std::vector<siginfo_t> second = steps.Turn().signals;
    CHECK_EQ(second.size(), 1);
    steps.Question();  // the same data never again without it
    steps.Answer(1);
    const std::vector<siginfo_t> again = steps.Turn().signals;
    CHECK_EQ(again.size(), 1);
    CHECK_EQ(again[0].si_signo, second[0].si_signo);
    CHECK_EQ(again[0].si_code, second[0].si_code);
    CHECK_EQ(again[0].si_errno, second[0].si_errno);
    steps.Question();
    steps.Answer(2);  // they had arrived, and the ACK was lost
    const std::vector<siginfo_t> third = steps.Turn().signals;
    CHECK_EQ(third.size(), 1);
    CHECK_EQ(steps.transmitter().taken(), 2);
    if (mode == Mode::kWord) CHECK_EQ(Header(third[0]).number, 3);
  }
}

TEST("a count below what was taken, or above what was sent, is a mismatch") {
  for (const uint32_t wrong : {1u, 4u}) {
    Steps steps;
    steps.Begin(Mode::kBit, Counting(4));
    steps.Start().bit();
    for (uint32_t count = 1; count <= 2; ++count) {
      steps.Ack(count);
      steps.Turn().bit();
    }
    steps.Question();
    steps.Answer(wrong);
    CHECK_EQ(steps.Turn().status, Transmitter::kMismatch);
  }
}

TEST("an answer that comes while an ACK is awaited is late, and none") {
  Steps steps;
  steps.Begin(Mode::kBit, Counting(4));
  steps.Start().bit();
  steps.Answer(0);  // its data are on their way
  CHECK(steps.Turn().no_data());
  steps.Ack(1);
  steps.Turn().bit();
}

TEST("a first question is repeated soon, whatever the last frame waited for") {
  Steps steps;
  for (int i = 0; i < 3; ++i) {
    steps.Begin(Mode::kWord, Counting(8));
    steps.Question();
    steps.Question();
    CHECK_EQ(steps.Turn().status, Transmitter::kSliceOver);
    steps.Answer(0);
    steps.Turn();
    steps.Ack(1);
    CHECK_EQ(steps.Turn().status, Transmitter::kFrameDone);
  }
}

TEST("data that cannot be sent are told with their errno") {
  Steps steps;  // blocks the signals, for the child too
  Child child([] {
    for (;;) pause();
  });
  const pid_t pid = child.pid();
  Transmitter transmitter;
  CHECK_EQ(transmitter.Open(pid, pid, -1), 0);
  const uint8_t byte = 1;
  CHECK_EQ(transmitter.Begin(Frame{kSession + 1, 1, &byte, 1}), 0);
  CHECK(transmitter.Run(-1, 0) >= 0);
  CHECK_EQ(Kill(pid, SIGKILL), 0);
  child.Wait();
  const Word answer{Word::kAnswer, kSession + 1, 1, 1, 0};
  CHECK(TakeSignal(QueuedInfo(pid, 0, SIGUSR2, answer.Value()), nullptr));
  int status;
  do {
    status = transmitter.Run(-1, 0);
  } while (status == Transmitter::kStalled);
  CHECK_EQ(status, -ESRCH);
}

TEST("an ACK is a sign of life") {
  Steps steps;
  steps.Begin(Mode::kBit, Counting(4));
  steps.Start().bit();
  const uint64_t before = Now();
  steps.Ack(1);
  steps.Turn();
  CHECK(steps.transmitter().last_reply() >= before);
}

TEST("beginning a frame is a look: it sends its question without another") {
  Steps steps;
  bool has_sent = false;
  // More than once only where this machine holds it up at that very moment.
  for (int i = 0; i < 10 && !has_sent; ++i) {
    SleepMs(110);
    steps.Begin(Mode::kBit, Counting(1));
    has_sent = steps.transmitter().Run(-1, 0) != Transmitter::kStalled;
  }
  CHECK(has_sent);
}

TEST("a server that ends in the midst of a slice is told within it") {
  if (PidfdOrNone(getpid()) < 0) {
    CHECK(true);
    return;
  }
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR2);
  CHECK_EQ(sigprocmask(SIG_BLOCK, &mask, nullptr), 0);
  Child child([] { SleepMs(20); });
  const int pidfd = OpenPidfd(child.pid());
  Transmitter transmitter;
  CHECK_EQ(transmitter.Open(child.pid(), child.pid(), pidfd), 0);
  const uint8_t byte = 1;
  CHECK_EQ(transmitter.Begin(Frame{kSession, 1, &byte, 1}), 0);
  // Not reaped, it takes questions like a living one.
  int status;
  do {
    status = transmitter.Run(-1, 60'000 * kMs);
  } while (status == Transmitter::kStalled);
  CHECK_EQ(status, -ESRCH);
  close(pidfd);
}

TEST("an ACK that comes while an answer is awaited is as good") {
  Steps steps;
  steps.Begin(Mode::kBit, Counting(4));
  steps.Start().bit();
  steps.Question();
  steps.Ack(1);
  steps.Turn().bit();
  CHECK_EQ(steps.transmitter().taken(), 1);
}

TEST("without replies the waits grow, and a reply makes them short again") {
  Steps steps;
  steps.Begin(Mode::kBit, Counting(4));
  uint64_t wait = 1;  // ms
  steps.Question();
  for (int i = 0; i < 8; ++i) {
    const uint64_t last = steps.asked();
    steps.Question();
    CHECK(Now() - last >= wait * kMs);
    wait = std::min<uint64_t>(2 * wait, 100);
  }
  CHECK_EQ(steps.Turn().status, Transmitter::kStalled);  // rest, and look
  // An answer without progress is a sign of life, but no end of the trouble.
  steps.Answer(0);
  const Sent first = steps.Turn();
  first.bit();
  CHECK_EQ(first.status, Transmitter::kSliceOver);
  steps.Question();
  steps.Question();
  CHECK_EQ(steps.Turn().status, Transmitter::kStalled);
  const uint64_t before = Now();
  steps.Answer(0);
  CHECK(!steps.Turn().nothing());
  CHECK(steps.transmitter().last_reply() >= before);
  CHECK_EQ(steps.Turn().status, Transmitter::kStalled);
  steps.Ack(1);
  CHECK_EQ(steps.Turn().status, Transmitter::kSliceOver);
}

TEST("a data word carries its bytes, and zeros behind the frame's end") {
  for (const size_t payload : {size_t{8}, size_t{24}}) {
    Steps steps;
    const std::vector<uint8_t> bytes = Counting(payload + 3);
    steps.Begin(Mode::kWord, bytes, payload);
    for (uint32_t number = 1; number <= 2; ++number) {
      const Sent sent = number == 1 ? steps.Start() : steps.Turn();
      CHECK_EQ(sent.signals.size(), 1);
      const siginfo_t& word = sent.signals[0];
      CHECK_EQ(word.si_signo, SIGUSR1);
      CHECK_EQ(word.si_pid, getpid());
      CHECK_EQ(word.si_uid, getuid());
      const DataHeader header = Header(word);
      CHECK_EQ(header.eights, payload / 8);
      CHECK(header.ask);
      CHECK_EQ(header.grant, kGrant);
      CHECK_EQ(header.number, number);
      for (size_t i = 0; i < payload; ++i) {
        const size_t at = (number - 1) * payload + i;
        const uint64_t eight = PayloadEight(word, i / 8);
        CHECK_EQ(eight >> (8 * (i % 8)) & 0xff,
                 at < bytes.size() ? bytes[at] : 0);
      }
      steps.Ack(number);
    }
    CHECK_EQ(steps.Turn().status, Transmitter::kFrameDone);
    CHECK_EQ(steps.transmitter().taken_bytes(), bytes.size());
  }
}

TEST("a burst asks at each half of its window, one ACK at a time") {
  Steps steps;
  steps.Begin(Mode::kBurst, Counting(8 * 20), 8, 8);
  Sent sent = steps.Start();
  // 1 to 7: the fourth asks, and the eighth would be the second that does.
  CHECK_EQ(sent.signals.size(), 7);
  for (uint32_t i = 0; i < 7; ++i) {
    CHECK_EQ(sent.signals[i].si_signo, kBurstSignal);
    CHECK_EQ(Header(sent.signals[i]).number, i + 1);
    CHECK_EQ(Header(sent.signals[i]).ask, i == 3);
  }
  steps.Ack(4);
  sent = steps.Turn();  // up to 12 now, where the next but one would ask
  CHECK_EQ(sent.signals.size(), 4);
  CHECK_EQ(Header(sent.signals[0]).number, 8);
  CHECK(Header(sent.signals[0]).ask);
  CHECK_EQ(Header(sent.signals[3]).number, 11);
  steps.Ack(8);
  sent = steps.Turn();
  CHECK_EQ(Header(sent.signals[0]).number, 12);
  CHECK_EQ(sent.signals.size(), 4);
  CHECK(Header(sent.signals[0]).ask);
}

TEST("a window that found no room is half, for this frame, and then doubles") {
  Steps steps;
  const std::vector<uint8_t> bytes = Counting(200);
  steps.Begin(Mode::kBurst, bytes, 8, 16);
  steps.Question();
  steps.Answer(0);
  const rlim_t usual = LimitPending(getpid(), 0);
  CHECK(steps.Turn().status >= 0);
  for (int i = 0; i < 3; ++i) {  // a question that finds no room is as lost
    SleepMs(6);
    CHECK(steps.Turn().status >= 0);
  }
  LimitPending(getpid(), usual);
  steps.Question();
  steps.Answer(0);
  CHECK_EQ(steps.Turn().signals.size(), 1);
  for (const size_t window : {2u, 4u, 8u, 16u, 16u}) {
    steps.Begin(Mode::kBurst, bytes, 8, 16);
    const size_t sent = steps.Start().signals.size();
    // The word that would be the second to ask is not sent.
    CHECK_EQ(sent, window - 1 + (window == 1));
  }
}

TEST("a process that has ended is told before anything is sent to it") {
  if (PidfdOrNone(getpid()) < 0) {
    CHECK(true);
    return;
  }
  Steps steps;
  Child child([] {});
  const int pidfd = OpenPidfd(child.pid());
  Await([&] { return HasExited(pidfd); });
  Transmitter transmitter;
  // The pid is this one's: what were sent would be seen.
  CHECK_EQ(transmitter.Open(getpid(), ThreadId(), pidfd), 0);
  const uint8_t byte = 1;
  CHECK_EQ(transmitter.Begin(Frame{kSession + 1, 1, &byte, 1}), 0);
  CHECK_EQ(transmitter.Run(-1, 0), -ESRCH);
  CHECK(steps.TakeSent().empty());
}

TEST("a control word ends a slice, another signal does not") {
  Steps steps;
  steps.Begin(Mode::kBit, Counting(4));
  steps.Start().bit();
  const Word word{1, kSession, 0, 0, 0};
  CHECK_EQ(QueueSignal(getpid(), ThreadId(), SIGUSR2, word.Value()), 0);
  const int status = steps.transmitter().Run(-1, 60'000 * kMs);
  CHECK(status == Transmitter::kSliceOver || status == Transmitter::kStalled);
  const std::vector<Record> records = steps.watch().Take();
  CHECK_EQ(records.size(), 1);
  CHECK_EQ(records[0].value, word.Value());
  steps.TakeSent();

  for (const int signo : {SIGUSR1, SIGUSR2}) {
    CHECK_EQ(KillThread(getpid(), ThreadId(), signo), 0);
  }
  // It takes both, and ends with its own question at the latest.
  steps.transmitter().Run(-1, 60'000 * kMs);
  size_t strays = 0;
  for (const Record& record : steps.watch().Take()) {
    strays += record.code == SI_TKILL;
  }
  CHECK_EQ(strays, 2);
}

TEST("a line that is closed hears nothing, and begins with nothing of before") {
  Steps steps;
  steps.Begin(Mode::kBit, Counting(1));
  steps.Start().bit();
  steps.Ack(1);
  steps.Turn();
  steps.transmitter().Close();
  CHECK_EQ(protocol.lines[0].session.load(), 0);
  CHECK(!protocol.lines[0].claimed.load());
  CHECK_EQ(steps.transmitter().Open(getpid(), ThreadId(), -1), 0);
  CHECK_EQ(protocol.lines[0].session.load(), 0);  // until a frame begins
}

}  // namespace minitalk::test
