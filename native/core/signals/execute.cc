#include "core/signals/execute.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "handler/signals/platform.h"

namespace minitalk {

#if MINITALK_LINUX
namespace {

// What is ignored stays so through execve(2); a handler gives way to the
// default by itself.
class Dispositions {
 public:
  explicit Dispositions(uint64_t ignored) {
    for (int signo = 1; signo <= kMaxSignal; ++signo) {
      if (sigaction(signo, nullptr, &before_[signo]) != 0) continue;
      const bool wanted = (ignored & SignalBit(signo)) != 0;
      if ((before_[signo].sa_handler == SIG_IGN) == wanted) continue;
      struct sigaction action = {};
      action.sa_handler = wanted ? SIG_IGN : SIG_DFL;
      if (sigaction(signo, &action, nullptr) == 0) changed_ |= SignalBit(signo);
    }
  }
  ~Dispositions() {
    for (int signo = 1; signo <= kMaxSignal; ++signo) {
      if ((changed_ & SignalBit(signo)) == 0) continue;
      sigaction(signo, &before_[signo], nullptr);
    }
  }
  Dispositions(const Dispositions&) = delete;
  Dispositions& operator=(const Dispositions&) = delete;

 private:
  struct sigaction before_[kMaxSignal + 1] = {};
  uint64_t changed_ = 0;
};

class OpenFilesLimit {
 public:
  explicit OpenFilesLimit(uint64_t soft) {
    if (soft == 0 || getrlimit(RLIMIT_NOFILE, &before_) != 0) return;
    struct rlimit limit = before_;
    limit.rlim_cur = soft;
    is_changed_ = setrlimit(RLIMIT_NOFILE, &limit) == 0;
  }
  ~OpenFilesLimit() {
    if (is_changed_) setrlimit(RLIMIT_NOFILE, &before_);
  }
  OpenFilesLimit(const OpenFilesLimit&) = delete;
  OpenFilesLimit& operator=(const OpenFilesLimit&) = delete;

 private:
  struct rlimit before_ = {};
  bool is_changed_ = false;
};

void KeepOpen(int descriptor) {
  const int flags = fcntl(descriptor, F_GETFD);
  if (flags >= 0) fcntl(descriptor, F_SETFD, flags & ~FD_CLOEXEC);
}

}  // namespace

int Execute(const Program& program) {
  for (int stream = 0; stream <= 2; ++stream) KeepOpen(stream);
  for (size_t i = 0; i < program.descriptor_count; ++i) {
    KeepOpen(program.descriptors[i]);
  }
  const Dispositions dispositions(program.ignored);
  const OpenFilesLimit limit(program.open_files);
  execvpe(program.arguments[0], program.arguments, program.environment);
  return -errno;
}
#else
int Execute(const Program&) { return -ENOSYS; }
#endif

}  // namespace minitalk
