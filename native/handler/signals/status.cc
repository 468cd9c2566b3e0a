#include "handler/signals/status.h"

#include <errno.h>
#include <fcntl.h>

#include "handler/signals/platform.h"
#include "handler/signals/text.h"

#if MINITALK_LINUX
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace minitalk {

namespace {

// Finds the caught signals in a text that comes in pieces: before that line
// stands one as long as the user's groups are many.
class CaughtField {
 public:
  // True when the mask is complete.
  bool Take(char c) {
    if (kName[matched_] != '\0') {
      // Only at the start of a line: a process may call itself "SigCgt:". The
      // kernel escapes a newline in its name.
      matched_ = c == kName[matched_] ? matched_ + 1 : c == '\n' ? 1 : 0;
      return false;
    }
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                             : -1;
    if (digit < 0) return true;
    mask_ = mask_ << 4 | static_cast<uint64_t>(digit);
    return false;
  }
  uint64_t mask() const { return mask_; }

 private:
  static constexpr char kName[] = "\nSigCgt:\t";

  size_t matched_ = 0;
  uint64_t mask_ = 0;
};

}  // namespace

int OpenStatus(pid_t pid, pid_t thread) {
#if MINITALK_LINUX
  char path[64];
  Text text(path, sizeof path - 1);
  text << "/proc/" << int64_t{pid} << "/task/" << int64_t{thread} << "/status";
  path[text.length()] = '\0';
  const int fd = openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  return fd >= 0 ? fd : -errno;
#else
  (void)pid, (void)thread;
  return -ENOSYS;
#endif
}

int CatchesAll(int status_fd, uint64_t mask) {
#if MINITALK_LINUX
  CaughtField caught;
  char piece[2048];
  for (off_t at = 0;;) {
    // With an offset of our own: two threads may look at once.
    const long got = syscall(SYS_pread64, status_fd, piece, sizeof piece, at);
    if (got < 0) return -errno;
    if (got == 0) return -ENODATA;
    for (long i = 0; i < got; ++i) {
      if (caught.Take(piece[i])) return (caught.mask() & mask) == mask ? 1 : 0;
    }
    at += got;
  }
#else
  (void)status_fd, (void)mask;
  return -ENOSYS;
#endif
}

}  // namespace minitalk
