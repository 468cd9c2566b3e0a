// A control word goes to whom it does not hurt.
#include "core/minitalk/send_word.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>

#include "check.h"
#include "handler/signals/calls.h"
#include "handler/signals/status.h"
#include "support.h"

namespace minitalk::test {

namespace {

constexpr uint64_t kWord = 0xf123456789abcdef;

std::atomic<uint64_t> taken;

void TakeWord(int, siginfo_t* info, void*) { taken.store(SignalValue(*info)); }

void CatchWords() {
  struct sigaction action = {};
  action.sa_sigaction = TakeWord;
  action.sa_flags = SA_SIGINFO;
  CHECK_EQ(sigaction(SIGUSR2, &action, nullptr), 0);
}

}  // namespace

TEST("a word is sent to a process that catches both signals, and to no other") {
  const int fd = OpenStatus(getpid(), ThreadId());
  CatchWords();
  // SIGUSR1 would end it.
  CHECK_EQ(SendWord(fd, getpid(), ThreadId(), kWord), 1);
  CHECK_EQ(taken.load(), 0u);
  signal(SIGUSR1, [](int) {});
  CHECK_EQ(SendWord(fd, getpid(), ThreadId(), kWord), 0);
  CHECK_EQ(taken.load(), kWord);
  signal(SIGUSR2, SIG_IGN);  // which is not catching
  CHECK_EQ(SendWord(fd, getpid(), ThreadId(), kWord), 1);
  close(fd);
}

TEST("nothing is sent where nobody could look, or nobody is there") {
  CatchWords();
  signal(SIGUSR1, [](int) {});
  CHECK_EQ(SendWord(-1, getpid(), ThreadId(), kWord), -EBADF);
  CHECK_EQ(taken.load(), 0u);
  Child ended([] {});
  const int fd = OpenStatus(ended.pid(), ended.pid());
  ended.Join();
  // Its number may be somebody else's by now.
  CHECK_EQ(SendWord(fd, getpid(), ThreadId(), kWord), -ESRCH);
  CHECK_EQ(taken.load(), 0u);
  close(fd);
}

}  // namespace minitalk::test
