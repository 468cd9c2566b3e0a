// What a client's Transmitter sends ahead in burst mode, seen by a server that
// takes its signals one by one and answers by hand.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <string>
#include <vector>

#include "check.h"
#include "core/minitalk/transmit.h"
#include "core/signals/process.h"
#include "handler/minitalk/data_word.h"
#include "handler/minitalk/word.h"
#include "handler/signals/calls.h"
#include "support.h"

namespace minitalk::test {

namespace {

constexpr uint32_t kSession = 0x54321;
constexpr uint32_t kGrant = 77;

// In memory of both processes.
struct Told {
  std::atomic<bool> mismatch{false};
  std::atomic<bool> rests{false};    // after a stall the client does nothing
  std::atomic<bool> stalled{false};  // it does so
};

// Sends a burst to its parent until there is a mismatch, in one slice: only
// when it was held up does it stall.
[[noreturn]] void BurstToParent(Told* told, uint32_t window, size_t words) {
  Watch watch({SIGUSR1, SIGUSR2}, After::kStop);
  Transmitter transmitter;
  CHECK_EQ(transmitter.Open(getppid(), getppid(), -1), 0);
  const std::vector<uint8_t> bytes(24 * words);
  CHECK_EQ(transmitter.Begin(Frame{kSession, kGrant, bytes.data(), bytes.size(),
                                   Mode::kBurst, 24, kBurstSignal, window}),
           0);
  while (transmitter.Run(-1, 3'600'000'000'000) != Transmitter::kMismatch) {
    Await([&] {
      told->stalled.store(told->rests.load());
      return !told->stalled.load();
    });
  }
  told->mismatch.store(true);
  _exit(0);  // with its handlers standing: answers may still come
}

// Whether it waits, and does not only want for a CPU.
bool IsAsleep(pid_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/stat";
  FILE* stat = fopen(path.c_str(), "re");
  CHECK(stat != nullptr);
  char state;
  const int fields = fscanf(stat, "%*d %*s %c", &state);
  fclose(stat);
  CHECK_EQ(fields, 1);
  return state == 'S';
}

// This process, with the burst signal blocked, and its client.
class SlowServer {
 public:
  explicit SlowServer(uint32_t window, size_t words = 5'000)
      : burst_(Block()),
        client_([=] { BurstToParent(told_.get(), window, words); }) {}
  ~SlowServer() {
    Kill(client_.pid(), SIGKILL);
    client_.Wait();
    TakePending();
  }
  SlowServer(const SlowServer&) = delete;
  SlowServer& operator=(const SlowServer&) = delete;

  // The next data word, or false for a QUERY.
  bool TakeWord(DataHeader* word) {
    siginfo_t info;
    CHECK_EQ(sigwaitinfo(&burst_, &info), kBurstSignal);
    return Parse(info, word);
  }

  // The data words before the next QUERY.
  std::vector<DataHeader> WordsBeforeQuestion() {
    std::vector<DataHeader> words;
    DataHeader word;
    while (TakeWord(&word)) words.push_back(word);
    return words;
  }

  // All that is there now; how many data words.
  uint32_t TakePending() {
    const struct timespec none = {};
    siginfo_t info;
    DataHeader word;
    uint32_t words = 0;
    while (sigtimedwait(&burst_, &info, &none) == kBurstSignal) {
      words += Parse(info, &word);
    }
    return words;
  }

  // Answers the last QUERY.
  void Answer(uint32_t count) {
    const Word answer{Word::kAnswer, kSession, question_.question, kGrant,
                      count};
    QueueSignal(client_.pid(), client_.pid(), SIGUSR2, answer.Value());
  }

  // All the data words that an answer brings about.
  std::vector<DataHeader> WordsAfter(uint32_t count) {
    std::vector<DataHeader> words;
    while (words.empty()) {  // late, it answers a question no longer asked
      Answer(count);
      Await([&] { return IsAsleep(client_.pid()); });  // it has sent them
      words = WordsBeforeQuestion();
    }
    return words;
  }

  const Child& client() const { return client_; }
  Told* told() { return told_.get(); }

 private:
  static sigset_t Block() {
    sigset_t burst;
    sigemptyset(&burst);
    sigaddset(&burst, kBurstSignal);
    CHECK_EQ(sigprocmask(SIG_BLOCK, &burst, nullptr), 0);
    return burst;
  }

  bool Parse(const siginfo_t& info, DataHeader* word) {
    if (info.si_errno != 0) {
      *word = DataHeader::Parse(info.si_errno);
      return true;
    }
    question_ = Word::Parse(SignalValue(info));
    CHECK_EQ(question_.kind, Word::kQuery);
    CHECK_EQ(question_.grant, kGrant);
    return false;
  }

  sigset_t burst_;
  Word question_ = {};
  Shared<Told> told_;
  Child client_;
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
    SlowServer server(window);
    CHECK_EQ(server.WordsBeforeQuestion().size(), 0);
    CheckWithinWindow(server.WordsAfter(0), 1, window);
  }
}

TEST("the last word of a frame asks for its ACK") {
  SlowServer server(kMaxWindow, 10);
  server.WordsBeforeQuestion();
  const std::vector<DataHeader> words = server.WordsAfter(0);
  CHECK_EQ(words.size(), 10);
  CheckWithinWindow(words, 1, kMaxWindow);
  CHECK(words[9].ask);
}

TEST("a burst that could not be queued goes on with half as many at a time") {
  SlowServer server(kMaxWindow);
  server.WordsBeforeQuestion();
  const rlim_t usual = LimitPending(getpid(), 16);
  const auto sent = static_cast<uint32_t>(server.WordsAfter(0).size());
  CHECK(sent <= 16);
  LimitPending(getpid(), usual);
  CheckWithinWindow(server.WordsAfter(sent), sent + 1, std::max(sent / 2, 1u));
}

TEST("a burst sends nothing while it asks, and goes on from the count") {
  SlowServer server(64);
  server.WordsBeforeQuestion();
  server.WordsAfter(0);
  for (int i = 0; i < 5; ++i) {
    CHECK_EQ(server.WordsBeforeQuestion().size(), 0);
  }
  CheckWithinWindow(server.WordsAfter(5), 6, 64);
  CheckWithinWindow(server.WordsAfter(5), 6, 64);
}

TEST("a count below the last one, or beyond what was sent, is a mismatch") {
  for (const uint32_t wrong : {4u, 5u + 64u}) {
    SlowServer server(64);
    server.WordsBeforeQuestion();
    server.WordsAfter(0);
    server.WordsAfter(5);
    Await([&] {
      server.TakePending();
      server.Answer(wrong);
      return server.told()->mismatch.load();
    });
  }
}

// Meanwhile the server may have put its handlers away, and the rest end it.
TEST("a client that was stopped sends no more of its window before it looks") {
  SlowServer server(kMaxWindow, 10'000);
  Random random(1);
  uint32_t count = server.WordsBeforeQuestion().size();
  for (uint64_t round = Rounds(5); round > 0; --round) {
    DataHeader word;
    do {  // late, it answers a question no longer asked
      server.Answer(count);
    } while (!server.TakeWord(&word));
    ++count;
    for (uint32_t i = random.Below(100); i > 0 && server.TakeWord(&word); --i) {
      ++count;
    }
    CHECK_EQ(Kill(server.client().pid(), SIGSTOP), 0);
    siginfo_t info;
    CHECK_EQ(waitid(P_PID, server.client().pid(), &info, WSTOPPED), 0);
    count += server.TakePending();
    server.told()->rests.store(true);
    SleepMs(120);
    CHECK_EQ(Kill(server.client().pid(), SIGCONT), 0);
    Await([&] { return server.told()->stalled.load(); });
    const uint32_t late = server.TakePending();
    CHECK(late <= 1);  // it was on its way into the kernel
    count += late;
    server.told()->rests.store(false);
    count += server.WordsBeforeQuestion().size();
  }
}

}  // namespace minitalk::test
