// A client's Transmitter by lanes, step by step: the lanes are threads that
// keep what they are sent until the test asks for it, and what the server says
// is said by hand.
#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
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
constexpr uint32_t kGrant = 5;

using Signals = std::vector<siginfo_t>;

void BlockBoth() {
  sigset_t both;
  sigemptyset(&both);
  sigaddset(&both, SIGUSR1);
  sigaddset(&both, SIGUSR2);
  CHECK_EQ(sigprocmask(SIG_BLOCK, &both, nullptr), 0);
}

// What is pending for the calling thread.
Signals TakePending() {
  Signals signals;
  siginfo_t info;
  while (DequeueBlocked(kUserSignals, 0, &info)) signals.push_back(info);
  return signals;
}

// A thread whose signals are pending until they are asked for. To be made with
// both blocked.
class Slots {
 public:
  Slots() {
    CHECK_EQ(sem_init(&asked_, 0, 0), 0);
    CHECK_EQ(sem_init(&done_, 0, 0), 0);
    thread_ = std::thread([this] { Main(); });
    Wait(&done_);
  }
  ~Slots() {
    End();
    sem_destroy(&asked_);
    sem_destroy(&done_);
  }
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;

  pid_t id() const { return id_; }
  Signals Take() {
    CHECK(thread_.joinable());
    sem_post(&asked_);
    Wait(&done_);
    return std::move(signals_);
  }
  // Until there is no such thread any more.
  void End() {
    if (!thread_.joinable()) return;
    ends_ = true;
    sem_post(&asked_);
    thread_.join();
    Await([&] { return KillThread(getpid(), id_, 0) == -ESRCH; });
  }

 private:
  static void Wait(sem_t* semaphore) {
    while (sem_wait(semaphore) != 0) {
    }
  }
  void Main() {
    id_ = ThreadId();
    sem_post(&done_);
    for (Wait(&asked_); !ends_; Wait(&asked_)) {
      signals_ = TakePending();
      sem_post(&done_);
    }
  }

  sem_t asked_;
  sem_t done_;
  pid_t id_ = 0;
  bool ends_ = false;
  Signals signals_;
  std::thread thread_;
};

bool IsQuestion(const siginfo_t& info) {
  return info.si_code == SI_QUEUE && info.si_errno == 0;
}

// What one turn has sent to the lanes.
struct Sent {
  int status = 0;
  std::vector<Signals> of;  // each lane

  size_t count() const {
    size_t count = 0;
    for (const Signals& signals : of) count += signals.size();
    return count;
  }
  // The only one, which is for this lane.
  const siginfo_t& only(size_t lane) const {
    CHECK_EQ(count(), 1);
    CHECK_EQ(of[lane].size(), 1);
    return of[lane][0];
  }
  // One to each of the first `part`, and no other.
  void ExpectRound(size_t part) const {
    CHECK_EQ(count(), part);
    for (size_t i = 0; i < part; ++i) {
      CHECK_EQ(of[i].size(), 1);
      CHECK(!IsQuestion(of[i][0]));
    }
  }
};

class LaneSteps {
 public:
  // A frame of counted bytes, and what is sent first: all before its data.
  LaneSteps(Mode mode, size_t lanes, size_t size)
      : watch_({SIGUSR1, SIGUSR2}, After::kStop) {
    BlockBoth();
    CHECK_EQ(transmitter_.Open(getpid(), ThreadId(), -1), 0);
    Frame frame{kSession, kGrant, nullptr, size, mode};
    for (size_t i = 0; i < lanes; ++i) {
      lanes_.push_back(std::make_unique<Slots>());
      frame.lanes.push_back(lanes_.back()->id());
    }
    std::vector<uint8_t> bytes;
    for (size_t i = 0; i < size; ++i) bytes.push_back(static_cast<uint8_t>(i));
    frame.bytes = bytes.data();
    CHECK_EQ(transmitter_.Begin(frame), 0);
  }
  ~LaneSteps() { TakePending(); }
  LaneSteps(const LaneSteps&) = delete;
  LaneSteps& operator=(const LaneSteps&) = delete;

  // One turn; a second one where the first only said that it was held up.
  Sent Turn() {
    Sent sent;
    for (int i = 0; i < 2; ++i) {
      sent.status = transmitter_.Run(-1, 0);
      sent.of.clear();
      for (const auto& lane : lanes_) sent.of.push_back(lane->Take());
      if (sent.status != Transmitter::kStalled || sent.count() > 0) break;
    }
    return sent;
  }
  // The question to the main thread, and what is said to it, the answer last.
  void Choose(const std::function<void()>& said_before = [] {}) {
    Signals first;
    while (first.empty()) {
      CHECK(transmitter_.Run(-1, 0) >= 0);
      first = TakePending();
    }
    const Word word = Asked(first.back());
    CHECK(!LaneQuery::Parse(word.count).quiet);
    said_before();
    Answer(0);
  }
  // And the lanes' start.
  void Start() {
    Choose();
    const Sent sent = Turn();
    CHECK_EQ(sent.count(), lanes_.size());
    for (const Signals& signals : sent.of) {
      CHECK_EQ(signals.size(), 1);
      CHECK(LaneQuery::Parse(Asked(signals[0]).count).quiet);
    }
  }
  // The next question that is asked when nobody replies, and that is for this
  // lane.
  void Question(size_t lane) {
    for (;;) {
      const Sent sent = Turn();
      CHECK(sent.status >= 0);
      CHECK(sent.status != Transmitter::kMismatch);
      if (sent.count() > 0) {
        ExpectQuestion(sent, lane);
        return;
      }
      Pause();
    }
  }
  void ExpectQuestion(const Sent& sent, size_t lane) {
    CHECK(!LaneQuery::Parse(Asked(sent.only(lane)).count).quiet);
  }

  // What it asks; from now on the last question.
  Word Asked(const siginfo_t& info) {
    CHECK(IsQuestion(info));
    const Word word = Word::Parse(SignalValue(info));
    CHECK_EQ(word.kind, Word::kQuery);
    CHECK_EQ(word.grant, kGrant);
    CHECK(LaneQuery::IsOne(word.count));
    question_ = word.question;
    return word;
  }

  void Ack(uint32_t round) {
    Say(SIGUSR1, Word{Word::kAck, kSession, 0, kGrant, round});
  }
  // To the last question.
  void Answer(uint32_t count) {
    Say(SIGUSR2, Word{Word::kAnswer, kSession, question_, kGrant, count});
  }

  Slots& Slot(size_t lane) { return *lanes_[lane]; }
  Transmitter& transmitter() { return transmitter_; }

 private:
  void Say(int signo, const Word& word) {
    CHECK(TakeSignal(QueuedInfo(getpid(), 0, signo, word.Value()), nullptr));
  }

  Watch watch_;
  Transmitter transmitter_;
  std::vector<std::unique_ptr<Slots>> lanes_;
  uint32_t question_ = 0;
};

}  // namespace

TEST("by lanes each round has a signal for each lane, and waits for its ACK") {
  for (const Mode mode : {Mode::kBit, Mode::kWord}) {
    // Data signals: 16 in rounds of 3.
    LaneSteps steps(mode, 3, mode == Mode::kBit ? 2 : 16 * 8);
    steps.Start();
    for (uint32_t round = 0; round < 6; ++round) {
      if (round > 0) {
        steps.Ack(round - 1);  // of the one before: late
        const Sent sent = steps.Turn();
        for (const Signals& signals : sent.of) {
          for (const siginfo_t& info : signals) CHECK(IsQuestion(info));
        }
      }
      steps.Ack(round);
      const Sent sent = steps.Turn();
      const uint32_t part = round == 5 ? 1 : 3;
      sent.ExpectRound(part);
      CHECK_EQ(steps.transmitter().taken(), 3 * round);
      for (uint32_t i = 0; i < part; ++i) {
        const siginfo_t& info = sent.of[i][0];
        const uint32_t before = 3 * round + i;
        if (mode == Mode::kBit) {
          // The bytes are 0 and 1.
          CHECK_EQ(info.si_signo, before == 15 ? SIGUSR2 : SIGUSR1);
        } else {
          CHECK_EQ(DataHeader::Parse(info.si_errno).number, before + 1);
          CHECK_EQ(PayloadEight(info, 0) & 0xff, 8 * before);
        }
      }
    }
    steps.Ack(6);
    CHECK_EQ(steps.Turn().status, Transmitter::kFrameDone);
    CHECK_EQ(steps.transmitter().taken(), 16);
  }
}

TEST("lanes that the first question has started are sent data at once") {
  for (const Mode mode : {Mode::kBit, Mode::kWord}) {
    LaneSteps steps(mode, 3, 64);
    steps.Choose([&] { steps.Ack(0); });
    const Sent sent = steps.Turn();
    sent.ExpectRound(3);
    steps.Ack(1);
    steps.Turn().ExpectRound(3);
    CHECK_EQ(steps.transmitter().taken(), 3);
  }
}

TEST("where nothing says that they are started, lanes are started, and asked") {
  LaneSteps steps(Mode::kBit, 3, 64);
  steps.Choose([&] { steps.Ack(1); });
  const Sent start = steps.Turn();
  CHECK_EQ(start.count(), 3);
  for (const Signals& signals : start.of) steps.Asked(signals[0]);
  // They were, and so the server does not say it once more.
  for (size_t lane = 0; lane < 3; ++lane) {
    if (lane == 0) {
      steps.Question(0);
    } else {
      steps.ExpectQuestion(steps.Turn(), lane);
    }
    steps.Answer(0);
  }
  steps.Turn().ExpectRound(3);
  CHECK_EQ(steps.transmitter().taken(), 0);
}

TEST("a lane that lacks its signal is found by asking, and sent it once more") {
  for (const Mode mode : {Mode::kBit, Mode::kWord}) {
    LaneSteps steps(mode, 3, 64);
    steps.Start();
    steps.Ack(0);
    const Sent first = steps.Turn();
    first.ExpectRound(3);
    steps.Question(0);
    steps.Answer(1);
    steps.ExpectQuestion(steps.Turn(), 1);
    steps.Answer(0);
    const Sent again = steps.Turn();
    CHECK_EQ(again.count(), 2);
    CHECK_EQ(again.of[1].size(), 1);
    CHECK_EQ(again.of[1][0].si_signo, first.of[1][0].si_signo);
    CHECK_EQ(again.of[1][0].si_code, first.of[1][0].si_code);
    CHECK_EQ(again.of[1][0].si_errno, first.of[1][0].si_errno);
    CHECK_EQ(again.of[2].size(), 1);
    CHECK(IsQuestion(again.of[2][0]));
    steps.Asked(again.of[2][0]);
    steps.Answer(1);
    // Now it awaits the ACK, and asks from the first lane when that is late.
    for (size_t lane = 0; lane < 3; ++lane) {
      if (lane == 0) {
        steps.Question(0);
      } else {
        steps.ExpectQuestion(steps.Turn(), lane);
      }
      CHECK_EQ(steps.transmitter().taken(), 0);
      steps.Answer(1);
    }
    steps.Turn().ExpectRound(3);
    CHECK_EQ(steps.transmitter().taken(), 3);
  }
}

TEST("where no lane lacks its signal the next round follows without an ACK") {
  LaneSteps steps(Mode::kBit, 3, 64);
  steps.Start();
  for (uint32_t round = 0; round < 4; ++round) {
    for (size_t lane = 0; lane < 3; ++lane) {
      if (lane == 0) {
        steps.Question(0);
      } else {
        steps.ExpectQuestion(steps.Turn(), lane);
      }
      steps.Answer(round);
    }
    steps.Turn().ExpectRound(3);
    CHECK_EQ(steps.transmitter().taken(), 3 * round);
  }
}

TEST("an answer that is neither count of a lane is a mismatch") {
  for (const uint32_t wrong : {0u, 3u, 0xffffu}) {
    LaneSteps steps(Mode::kBit, 2, 64);
    steps.Start();
    for (const uint32_t round : {0u, 1u}) {
      steps.Ack(round);
      steps.Turn().ExpectRound(2);
    }
    steps.Question(0);
    steps.Answer(wrong);
    CHECK_EQ(steps.Turn().status, Transmitter::kMismatch);
  }
}

TEST("an answer to an earlier question about lanes is none") {
  LaneSteps steps(Mode::kBit, 2, 64);
  steps.Start();
  steps.Ack(0);
  steps.Turn().ExpectRound(2);
  steps.Question(0);
  steps.Answer(1);
  const Sent sent = steps.Turn();
  steps.Answer(0);  // still to the question about the first
  for (const Signals& signals : steps.Turn().of) {
    for (const siginfo_t& info : signals) CHECK(IsQuestion(info));
  }
  steps.ExpectQuestion(sent, 1);
}

TEST("a lane that is gone is no error, and no end of the server") {
  for (const Mode mode : {Mode::kBit, Mode::kWord}) {
    for (const bool before_start : {true, false}) {
      LaneSteps steps(mode, 2, 64);
      before_start ? steps.Choose() : steps.Start();
      steps.Slot(0).End();
      if (!before_start) steps.Ack(0);
      // It asks the lane that is gone until it is to look at the server.
      Await([&] {
        const int status = steps.transmitter().Run(-1, 0);
        CHECK(status >= 0);
        return status == Transmitter::kStalled;
      });
      const Signals sent = steps.Slot(1).Take();
      CHECK_EQ(sent.size(), 1);
      CHECK_EQ(IsQuestion(sent[0]), before_start);
      CHECK_EQ(steps.transmitter().taken(), 0);
    }
  }
}

TEST(
    "a client that was stopped in a round sends no more of it before it "
    "looks") {
  BlockBoth();
  constexpr size_t kLanes = 64;
  struct Told {
    std::atomic<pid_t> lanes[kLanes] = {};
    std::atomic<bool> rests{false};    // after a stall the client does nothing
    std::atomic<bool> stalled{false};  // it does so
  };
  Shared<Told> told;
  const std::vector<int> cpus = AllowedCpus();
  // In one slice: only when it was held up does it stall.
  Child client([&] {
    StayOn(cpus.back());
    Await([&] { return told->lanes[kLanes - 1].load() != 0; });
    Watch watch({SIGUSR1, SIGUSR2}, After::kStop);
    Transmitter transmitter;
    CHECK_EQ(transmitter.Open(getppid(), getppid(), -1), 0);
    const std::vector<uint8_t> bytes(8'000);
    Frame frame{kSession, kGrant, bytes.data(), bytes.size()};
    for (const auto& lane : told->lanes) frame.lanes.push_back(lane.load());
    CHECK_EQ(transmitter.Begin(frame), 0);
    for (;;) {
      CHECK_EQ(transmitter.Run(-1, 3'600'000'000'000), Transmitter::kStalled);
      Await([&] {
        told->stalled.store(told->rests.load());
        return !told->stalled.load();
      });
    }
  });
  StayOn(cpus.front());
  // The first lane is this thread itself.
  std::vector<std::unique_ptr<Slots>> others;
  told->lanes[0].store(getpid());
  for (size_t i = 1; i < kLanes; ++i) {
    others.push_back(std::make_unique<Slots>());
    told->lanes[i].store(others.back()->id());
  }
  const auto bits_of_others = [&] {
    size_t bits = 0;
    for (const auto& lane : others) {
      for (const siginfo_t& info : lane->Take()) {
        bits += info.si_code == SI_TKILL;
      }
    }
    return bits;
  };
  const auto reply = [&](int signo, const Word& word) {
    QueueSignal(client.pid(), client.pid(), signo, word.Value());
  };
  // Until it sends a bit to this thread.
  const auto await_round = [&](uint32_t round) {
    siginfo_t info;
    for (;;) {
      if (!DequeueBlocked(kUserSignals, 0, &info)) continue;
      if (info.si_code == SI_TKILL) return;
      const Word word = Word::Parse(SignalValue(info));
      if (!LaneQuery::Parse(word.count).quiet && round == 1) {
        reply(SIGUSR2, Word{Word::kAnswer, kSession, word.question, kGrant, 0});
      } else {
        reply(SIGUSR1, Word{Word::kAck, kSession, 0, kGrant, round - 1});
      }
    }
  };
  // Where it is stopped is chance; on our CPU it would never be in a round.
  int stopped_in_round = 0;
  for (uint32_t round = 1; round <= 900 && stopped_in_round < 3; ++round) {
    await_round(round);
    CHECK_EQ(Kill(client.pid(), SIGSTOP), 0);
    siginfo_t info;
    CHECK_EQ(waitid(P_PID, client.pid(), &info, WSTOPPED), 0);
    const bool in_round = bits_of_others() < kLanes - 2;
    told->rests.store(in_round);
    if (in_round) SleepMs(120);
    CHECK_EQ(Kill(client.pid(), SIGCONT), 0);
    if (in_round) {
      ++stopped_in_round;
      Await([&] { return told->stalled.load(); });
      CHECK(bits_of_others() <= 1);  // it was on its way into the kernel
      told->rests.store(false);
    }
    reply(SIGUSR1, Word{Word::kAck, kSession, 0, kGrant, round});
  }
  CHECK(stopped_in_round > 0 || cpus.size() == 1);
}

}  // namespace minitalk::test
