#include "core/signals/reporting.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <initializer_list>

#include "handler/signals/report_target.h"
#include "handler/signals/sender.h"
#include "handler/signals/state.h"

namespace minitalk {

namespace {

// Where an application that counts on the lowest numbers, or closes all it
// knows of, hardly comes; else where there is room.
int MoveUp(int fd) {
  for (const int lowest : {1000, 100}) {
    const int high = fcntl(fd, F_DUPFD_CLOEXEC, lowest);
    if (high < 0) continue;
    close(fd);
    return high;
  }
  return fd;
}

int OpenFirst(ReportTarget* target, const char* path) {
  const size_t size = strlen(path) + 1;
  if (size > sizeof target->path) return -ENAMETOOLONG;
  const int fd = OpenReportFile(path);
  if (fd < 0) return fd;
  struct stat file;
  if (fstat(fd, &file) != 0) {
    const int error = -errno;
    close(fd);
    return error;
  }
  target->device = file.st_dev;
  target->inode = file.st_ino;
  target->file.store(MoveUp(fd));
  memcpy(target->path, path, size);
  return 0;
}

}  // namespace

int StartReports(const char* path, Reporter::Format format) {
  Reporter& reporter = state.reporter;
  if (reporter.target.fd.load() >= 0) return -EALREADY;
  reporter.format.store(format);
  ReadSender(getpid(), &reporter.receiver);
  const int error = *path == '\0' ? 0 : OpenFirst(&reporter.target, path);
  reporter.target.fd.store(STDERR_FILENO);
  return error;
}

}  // namespace minitalk
