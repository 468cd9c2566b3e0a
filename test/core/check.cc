#include "check.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "support.h"

namespace minitalk::test {

namespace {

Test* first;
Test** last = &first;
std::atomic<uint64_t> checks;
uint64_t percent = 100;
int seconds = 20;

// The child's word that its test ran to the end: exit code 0 alone could also
// come from a stray exit().
std::atomic<bool>* finished;

// Waits for the child's end without reaping it: until then its process group
// cannot become another's.
bool EndedInTime(pid_t child, int limit) {
  const uint64_t end = Monotonic() + uint64_t{1'000'000'000} * limit;
  for (;;) {
    siginfo_t info = {};
    waitid(P_PID, child, &info, WEXITED | WNOWAIT | WNOHANG);
    if (info.si_pid == child) return true;
    if (Monotonic() > end) return false;
    Pause();
  }
}

[[noreturn]] void RunBody(const Test& test) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // in case that somebody stops the runner
  // An expected failure explains itself to nobody.
  if (test.outcome == Outcome::kFails &&
      freopen("/dev/null", "w", stderr) == nullptr) {
    _exit(0);  // which counts as an unexpected end
  }
  // ThreadSanitizer makes a thread's signal state in its first blocking call,
  // and loses a signal that comes in the middle of that.
  Pause();
  checks = 0;
  test.body();
  if (checks == 0) Fail(test.file, 0, "the test checked nothing");
  finished->store(true);
  exit(0);  // not _exit: the sanitizers look once more at exit
}

// Empty, or why the test failed.
void Run(const Test& test, char* why, size_t size) {
  finished->store(false);
  fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) RunBody(test);
  setpgid(child, child);  // whoever is first
  const int limit = test.outcome == Outcome::kFails ? 2 : seconds;
  const bool ended = EndedInTime(child, limit);
  kill(-child, SIGKILL);  // the helper processes that it left, and itself
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  why[0] = 0;
  if (!ended) {
    snprintf(why, size, "not finished after %d s", limit);
  } else if (WIFSIGNALED(status)) {
    snprintf(why, size, "killed by signal %d", WTERMSIG(status));
  } else if (WEXITSTATUS(status) != 0) {
    snprintf(why, size, "exit code %d", WEXITSTATUS(status));
  } else if (!finished->load()) {
    snprintf(why, size, "ended before its end");
  }
}

const char* BaseName(const char* path) {
  const char* slash = strrchr(path, '/');
  return slash == nullptr ? path : slash + 1;
}

bool RunAndReport(const Test& test) {
  char why[80];
  const uint64_t start = Monotonic();
  Run(test, why, sizeof why);
  const uint64_t ms = (Monotonic() - start) / 1'000'000;
  const bool passed = (why[0] == 0) == (test.outcome == Outcome::kPasses);
  printf("%s %5" PRIu64 " ms  %s: %s", passed ? "ok  " : "FAIL", ms,
         BaseName(test.file), test.sentence);
  if (!passed) printf(" [%s]", why[0] == 0 ? "it passed" : why);
  printf("\n");
  fflush(stdout);
  return passed;
}

int RunAll(const char* only) {
  int passed = 0;
  int failed = 0;
  for (const Test* test = first; test != nullptr; test = test->next) {
    if (strstr(test->sentence, only) == nullptr &&
        strstr(test->file, only) == nullptr) {
      continue;
    }
    ++(RunAndReport(*test) ? passed : failed);
  }
  printf("%d passed, %d failed\n", passed, failed);
  return passed > 0 && failed == 0 ? 0 : 1;
}

}  // namespace

Test::Test(const char* sentence, const char* file, void (*body)(),
           Outcome outcome)
    : sentence(sentence), file(file), body(body), outcome(outcome) {
  *last = this;
  last = &next;
}

void Fail(const char* file, int line, const char* what) {
  fprintf(stderr, "%s:%d: %s\n", file, line, what);
  _exit(1);
}

void CheckEqual(int64_t actual, int64_t expected, const char* what,
                const char* file, int line) {
  CountCheck();
  if (actual == expected) return;
  char text[400];
  snprintf(text, sizeof text, "%s: %" PRId64 " is not %" PRId64, what, actual,
           expected);
  Fail(file, line, text);
}

void CountCheck() { checks.fetch_add(1, std::memory_order_relaxed); }

uint64_t Rounds(uint64_t count) {
  const uint64_t rounds = count * percent / 100;
  return rounds == 0 ? 1 : rounds;
}

}  // namespace minitalk::test

// [--percent=N] of the stress tests' rounds, [--seconds=N] for one test,
// [part of a sentence or of a file's name].
int main(int argc, char** argv) {
  using namespace minitalk::test;
  const char* only = "";
  for (int i = 1; i < argc; ++i) {
    if (strncmp(argv[i], "--percent=", 10) == 0) {
      percent = strtoull(argv[i] + 10, nullptr, 10);
    } else if (strncmp(argv[i], "--seconds=", 10) == 0) {
      seconds = atoi(argv[i] + 10);
    } else {
      only = argv[i];
    }
  }
  // A caller may have left them ignored or blocked; both are inherited.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGUSR1, SIG_DFL);
  signal(SIGUSR2, SIG_DFL);
  Shared<std::atomic<bool>> flag;
  finished = flag.get();
  return RunAll(only);
}
