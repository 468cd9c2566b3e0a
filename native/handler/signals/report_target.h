// Where reports go: a file that was told by name, whatever happens to it
// meanwhile, or a descriptor, standard error.
#ifndef MINITALK_HANDLER_SIGNALS_REPORT_TARGET_H_
#define MINITALK_HANDLER_SIGNALS_REPORT_TARGET_H_

#include <sys/stat.h>

#include <cstddef>

#include "handler/signals/or_none.h"

namespace minitalk {

// `fd` publishes all the rest, which is constant from then on.
struct ReportTarget {
  static constexpr size_t kMaxPath = 4096;  // PATH_MAX

  AtomicOrNone<int> fd;      // where no file takes it; none: nothing is written
  char path[kMaxPath] = {};  // of the file, absolute; "": none
  // The file as it was opened first, and what it was: another one may have its
  // number by now.
  AtomicOrNone<int> file;
  dev_t device = 0;
  ino_t inode = 0;
};

// Opens the file for appending; one that is not there is made, with mode 0640.
// Never waits for a FIFO's reader (ENXIO), and follows no link of somebody
// else's but root's (ELOOP). A descriptor or a negative errno.
// Async-signal-safe.
int OpenReportFile(const char* path);

// Writes the line into the file that has the name now; if there can be none,
// into the one that was opened first; else to the descriptor. Waits at most
// 0.1 s for a reader that does not read, of each of the three.
// Async-signal-safe.
void WriteReport(const ReportTarget& target, const char* line, size_t length);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_REPORT_TARGET_H_
