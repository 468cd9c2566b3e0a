// Replacing the process: what the program finds, and what is left where there
// is none.
#include "core/signals/execute.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "handler/signals/platform.h"
#include "support.h"

namespace minitalk::test {

namespace {

char* const kNoEnvironment[] = {nullptr};

rlim_t OpenFiles() {
  struct rlimit limit = {};
  CHECK_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  return limit.rlim_cur;
}

bool IsIgnored(int signo) {
  struct sigaction action = {};
  CHECK_EQ(sigaction(signo, nullptr, &action), 0);
  return action.sa_handler == SIG_IGN;
}

// Runs `script` in a shell that replaces a child of this process; its status.
int StatusOf(const char* script, uint64_t ignored,
             std::initializer_list<int32_t> descriptors = {},
             uint64_t open_files = 0) {
  Child child([&] {
    char* const arguments[] = {const_cast<char*>("sh"), const_cast<char*>("-c"),
                               const_cast<char*>(script), nullptr};
    Execute({arguments, kNoEnvironment, ignored, descriptors.begin(),
             descriptors.size(), open_files});
  });
  const int status = child.Wait();
  CHECK(WIFEXITED(status));
  return WEXITSTATUS(status);
}

}  // namespace

TEST("a program ignores the signals that are named, and no others") {
  SetHandler(SIGPIPE, SIG_IGN);
  SetHandler(SIGUSR1, [](int) {});
  const uint64_t ignored = SignalBit(SIGHUP) | SignalBit(SIGUSR1);
  // A shell goes on ignoring what it was started with ignored.
  CHECK_EQ(StatusOf("kill -HUP $$; kill -USR1 $$; exit 7", ignored), 7);
  CHECK_EQ(StatusOf("(kill -PIPE $(exec sh -c 'echo $PPID')); exit $?", 0),
           128 + SIGPIPE);
}

TEST("a program has the standard streams and the descriptors that are named") {
  for (const int descriptor : {7, 8}) {
    CHECK_EQ(dup2(STDERR_FILENO, descriptor), descriptor);
  }
  for (const int descriptor : {0, 1, 2, 7, 8}) {
    CHECK_EQ(fcntl(descriptor, F_SETFD, FD_CLOEXEC), 0);
  }
  CHECK_EQ(StatusOf(": 3<&0 4>&1 5>&2 6>&7; exit 3", 0, {7}), 3);
  CHECK(StatusOf("exec 2>/dev/null; : >&8; exit 3", 0, {7, 100'000}) != 3);
}

TEST("a program has the limit of open files that is told") {
  const rlim_t now = OpenFiles();
  CHECK(now > 40);
  CHECK_EQ(StatusOf("test $(ulimit -n) -eq 40", 0, {}, 40), 0);
  CHECK(StatusOf("test $(ulimit -n) -eq 40", 0) != 0);
}

TEST("where there is no such program all is as before") {
  SetHandler(SIGPIPE, SIG_IGN);
  SetHandler(SIGHUP, SIG_DFL);
  const rlim_t limit = OpenFiles();
  char* const arguments[] = {const_cast<char*>("/nonexistent"), nullptr};
  const Program program = {
      arguments, kNoEnvironment, SignalBit(SIGHUP), nullptr, 0, 40};
  CHECK_EQ(Execute(program), -ENOENT);
  CHECK(IsIgnored(SIGPIPE));
  CHECK(!IsIgnored(SIGHUP));
  CHECK_EQ(OpenFiles(), limit);
}

}  // namespace minitalk::test
