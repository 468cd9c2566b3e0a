#include "handler/signals/report_target.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "handler/signals/calls.h"

namespace minitalk {

namespace {

constexpr uint64_t kPatience = 100'000'000;  // ns

// Whether all of it was taken. To somebody who may not read: a report is not
// worth a process that hangs.
bool WriteAll(int fd, const char* line, size_t length) {
  const uint64_t end = Now() + kPatience;
  while (length > 0) {
    struct pollfd entry = {fd, POLLOUT, 0};
    // A pipe is ready when PIPE_BUF bytes fit, so the write does not block.
    if (poll(&entry, 1, static_cast<int>(kPatience / 1'000'000)) != 1 ||
        (entry.revents & POLLOUT) == 0) {
      return false;
    }
    const ssize_t written = write(fd, line, length);
    if (written < 0 && errno != EAGAIN) return false;
    if (written > 0) {
      line += written;
      length -= static_cast<size_t>(written);
    }
    if (Now() > end) break;
  }
  return length == 0;
}

bool IsFirst(const ReportTarget& target, const struct stat& file) {
  return file.st_dev == target.device && file.st_ino == target.inode;
}

// The file that was opened first; -1 once the application has closed it, and
// perhaps opened one of its own, and once it has no name any more.
int FirstFile(const ReportTarget& target) {
  const int fd = target.file.load(std::memory_order_relaxed);
  struct stat file;
  const bool is_there =
      fd >= 0 && fstat(fd, &file) == 0 && IsFirst(target, file);
  return is_there && file.st_nlink > 0 ? fd : -1;
}

bool IsNamed(const ReportTarget& target) {
  struct stat file;
  return stat(target.path, &file) == 0 && IsFirst(target, file);
}

bool WriteToNamed(const char* path, const char* line, size_t length) {
  const int fd = OpenReportFile(path);
  if (fd < 0) return false;
  const bool written = WriteAll(fd, line, length);
  close(fd);
  return written;
}

// Into a file; false: none took it.
bool WriteToFile(const ReportTarget& target, const char* line, size_t length) {
  const int first = FirstFile(target);
  if (first < 0 || !IsNamed(target)) {
    // It was moved away or removed, as logrotate(8) does.
    if (WriteToNamed(target.path, line, length)) return true;
  }
  return first >= 0 && WriteAll(first, line, length);
}

// Whoever may write to a folder that all share may put a link there.
bool IsTrustedLink(const char* path) {
  struct stat link;
  return lstat(path, &link) == 0 && S_ISLNK(link.st_mode) &&
         (link.st_uid == geteuid() || link.st_uid == 0);
}

}  // namespace

int OpenReportFile(const char* path) {
  constexpr int kFlags =
      O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  int fd = openat(AT_FDCWD, path, kFlags | O_NOFOLLOW, 0640);
  if (fd < 0 && errno == ELOOP && IsTrustedLink(path)) {
    fd = openat(AT_FDCWD, path, kFlags, 0640);
  }
  return fd < 0 ? -errno : fd;
}

void WriteReport(const ReportTarget& target, const char* line, size_t length) {
  if (target.path[0] != '\0' && WriteToFile(target, line, length)) return;
  WriteAll(target.fd.load(std::memory_order_relaxed), line, length);
}

}  // namespace minitalk
