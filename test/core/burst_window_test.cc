// What a client's Transmitter sends ahead in burst mode, seen by a server that
// takes its signals one by one and answers by hand.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <vector>

#include "check.h"
#include "handler/calls.h"
#include "handler/data_word.h"
#include "handler/word.h"
#include "support.h"
#include "transmit.h"

namespace minitalk::test {

namespace {

constexpr uint32_t kSession = 0x54321;
constexpr uint32_t kGrant = 77;

// Sends a burst to its parent. With `mismatches` until the transmitter
// says that there is one.
[[noreturn]] void BurstToParent(uint32_t window, size_t words = 5'000,
                                std::atomic<bool>* mismatches = nullptr) {
  Watch watch({SIGUSR1, SIGUSR2}, After::kStop);
  Transmitter transmitter;
  CHECK_EQ(transmitter.Open(getppid(), getppid(), -1), 0);
  const std::vector<uint8_t> bytes(24 * words);
  transmitter.Begin(Frame{kSession, kGrant, bytes.data(), bytes.size(),
                          Mode::kBurst, 24, kBurstSignal, window});
  for (;;) {
    const int status = transmitter.Run(-1, 2'000'000);
    if (status != Transmitter::kMismatch) continue;
    CHECK(mismatches != nullptr);
    mismatches->store(true);
    _exit(0);  // with its handlers standing: answers may still come
  }
}

// The server: this process, which has the burst signal blocked.
class SlowServer {
 public:
  SlowServer() {
    sigemptyset(&burst_);
    sigaddset(&burst_, kBurstSignal);
    CHECK_EQ(sigprocmask(SIG_BLOCK, &burst_, nullptr), 0);
  }
  ~SlowServer() { TakePending(); }
  SlowServer(const SlowServer&) = delete;
  SlowServer& operator=(const SlowServer&) = delete;

  // The data words before the next QUERY.
  std::vector<DataHeader> WordsBeforeQuestion() {
    std::vector<DataHeader> words;
    siginfo_t info;
    while (sigwaitinfo(&burst_, &info) == kBurstSignal && info.si_errno != 0) {
      words.push_back(DataHeader::Parse(info.si_errno));
    }
    question_ = Word::Parse(SignalValue(info));
    CHECK_EQ(question_.kind, Word::kQuery);
    CHECK_EQ(question_.grant, kGrant);
    return words;
  }

  // All that is there now.
  void TakePending() {
    const struct timespec none = {};
    siginfo_t info;
    while (sigtimedwait(&burst_, &info, &none) == kBurstSignal) {
      if (info.si_errno == 0) question_ = Word::Parse(SignalValue(info));
    }
  }

  // Answers the last QUERY.
  void Answer(const Child& client, uint32_t count) {
    const Word answer{Word::kAnswer, kSession, question_.question, kGrant,
                      count};
    QueueSignal(client.pid(), client.pid(), SIGUSR2, answer.Value());
  }

  // The data words that an answer brings about, taken after some rest.
  std::vector<DataHeader> WordsAfter(const Child& client, uint32_t count,
                                     int rest_ms = 0) {
    std::vector<DataHeader> words;
    while (words.empty()) {  // late, it answers a question no longer asked
      Answer(client, count);
      SleepMs(rest_ms);
      words = WordsBeforeQuestion();
    }
    return words;
  }

 private:
  sigset_t burst_;
  Word question_ = {};
};

// Whether these are the words from `first` on, within the window, and one of
// them asks.
void CheckWithinWindow(const std::vector<DataHeader>& words, uint32_t first,
                       uint32_t window) {
  CHECK(words.size() <= window);
  for (size_t i = 0; i < words.size(); ++i) {
    CHECK_EQ(words[i].number, first + i);
    CHECK_EQ(words[i].eights, 3);
    CHECK_EQ(words[i].grant, kGrant);
  }
  CHECK_EQ(std::count_if(words.begin(), words.end(),
                         [](const DataHeader& word) { return word.ask; }),
           1);
}

}  // namespace

TEST("a burst keeps to its window, and asks for one ACK at a time") {
  for (const uint32_t window : {1u, 2u, 3u, 7u, 64u, kMaxWindow}) {
    SlowServer server;
    Child client([&] { BurstToParent(window); });
    CHECK_EQ(server.WordsBeforeQuestion().size(), 0);
    CheckWithinWindow(server.WordsAfter(client, 0), 1, window);
  }
}

TEST("the last word of a frame asks for its ACK") {
  SlowServer server;
  Child client([] { BurstToParent(kMaxWindow, 10); });
  server.WordsBeforeQuestion();
  const std::vector<DataHeader> words = server.WordsAfter(client, 0);
  CHECK_EQ(words.size(), 10);
  CheckWithinWindow(words, 1, kMaxWindow);
  CHECK(words[9].ask);
}

TEST("a burst that could not be queued goes on with half as many at a time") {
  SlowServer server;
  Child client([] { BurstToParent(kMaxWindow); });
  server.WordsBeforeQuestion();
  const rlim_t usual = LimitPending(getpid(), PendingSignals() + 16);
  // As long as nothing is taken, there is no room for more.
  const auto sent =
      static_cast<uint32_t>(server.WordsAfter(client, 0, 50).size());
  CHECK(sent < kMaxWindow / 2);
  LimitPending(getpid(), usual);
  CheckWithinWindow(server.WordsAfter(client, sent), sent + 1,
                    std::max(sent / 2, 1u));
}

TEST("a burst sends nothing while it asks, and goes on from the count") {
  SlowServer server;
  Child client([] { BurstToParent(64); });
  server.WordsBeforeQuestion();
  server.WordsAfter(client, 0);
  for (int i = 0; i < 5; ++i) {
    CHECK_EQ(server.WordsBeforeQuestion().size(), 0);
  }
  CheckWithinWindow(server.WordsAfter(client, 5), 6, 64);
  CheckWithinWindow(server.WordsAfter(client, 5), 6, 64);
}

TEST("a count below the last one, or beyond what was sent, is a mismatch") {
  for (const uint32_t wrong : {4u, 5u + 64u}) {
    SlowServer server;
    Shared<std::atomic<bool>> mismatches;
    Child client([&] { BurstToParent(64, 5'000, mismatches.get()); });
    server.WordsBeforeQuestion();
    server.WordsAfter(client, 0);
    server.WordsAfter(client, 5);
    Await([&] {
      server.TakePending();
      server.Answer(client, wrong);
      return mismatches->load();
    });
    client.Join();
  }
}

}  // namespace minitalk::test
