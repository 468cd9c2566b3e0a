// Reading /proc in a handler: small files, whole, into fixed buffers.
#ifndef MINITALK_HANDLER_SIGNALS_PROC_H_
#define MINITALK_HANDLER_SIGNALS_PROC_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>

namespace minitalk {

// A descriptor that closes itself; where there is none, a negative errno.
class File {
 public:
  File(int folder, const char* path, int flags);
  ~File();
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

// "/proc/PID", or of a file in it.
class ProcPath {
 public:
  explicit ProcPath(pid_t pid, const char* file = "");
  const char* get() const { return path_; }

 private:
  char path_[40];
};

// Whether /proc is there and of this process's pid namespace: its numbers are
// other processes' else.
bool IsOwnProc();

// The beginning of a file: its length, or a negative errno.
ssize_t ReadFile(int folder, const char* path, char* out, size_t size);

// The same; 0 bytes where it cannot be read.
size_t ReadText(int folder, const char* path, char* out, size_t size);

// What proc_pid_stat(5) tells.
struct Stat {
  char name[64];  // comm
  size_t name_length;
  pid_t parent;         // 0: outside our pid namespace
  uint64_t start_time;  // clock ticks since boot
};

// Reads `path`, a stat file, or one relative to the folder. 0; -ENOENT or
// -ESRCH when there is no such process or /proc does not show it; another
// negative errno when nobody could look.
int ReadStat(int folder, const char* path, Stat* out);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_PROC_H_
