#include "handler/signals/sender.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "handler/signals/calls.h"
#include "handler/signals/platform.h"
#include "handler/signals/text.h"

namespace minitalk {

namespace {

// A descriptor that closes itself; where there is none, a negative errno.
class File {
 public:
  File(int folder, const char* path, int flags)
      : fd_(openat(folder, path, flags | O_RDONLY | O_CLOEXEC)) {
    if (fd_ < 0) fd_ = -errno;
  }
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

// The beginning of a file, without a final newline: its length, or a negative
// errno.
ssize_t ReadFile(int folder, const char* path, char* out, size_t size) {
  const File file(folder, path, 0);
  if (file.fd() < 0) return file.fd();
  const ssize_t got = read(file.fd(), out, size);
  if (got < 0) return -errno;
  return got > 0 && out[got - 1] == '\n' ? got - 1 : got;
}

// The same; 0 bytes where it cannot be read.
size_t ReadText(int folder, const char* path, char* out, size_t size) {
  const ssize_t got = ReadFile(folder, path, out, size);
  return got < 0 ? 0 : static_cast<size_t>(got);
}

int OpenFlags() {
#if MINITALK_LINUX
  return O_DIRECTORY;
#else
  return 0;
#endif
}

uint64_t ParseNumber(const char* at, const char* end) {
  uint64_t number = 0;
  for (; at < end && *at >= '0' && *at <= '9'; ++at) {
    number = number * 10 + static_cast<uint64_t>(*at - '0');
  }
  return number;
}

// "pid (name) S ppid …": the name may hold spaces and brackets itself.
bool ParseStat(const char* stat, size_t length, Sender* out) {
  const char* end = stat + length;
  const char* open = stat;
  while (open < end && *open != '(') ++open;
  const char* close = end - 1;
  while (close > open && *close != ')') --close;
  if (open >= close) return false;
  auto name = static_cast<size_t>(close - open - 1);
  if (name > sizeof out->name) name = sizeof out->name;
  memcpy(out->name, open + 1, name);
  out->name_length = static_cast<uint16_t>(name);
  constexpr int kParent = 4;
  constexpr int kStartTime = 22;
  int field = 2;
  for (const char* at = close; at < end; ++at) {
    if (*at != ' ') continue;
    ++field;
    if (field == kParent) {
      out->parent = static_cast<int32_t>(ParseNumber(at + 1, end));
    }
    if (field == kStartTime) {
      out->start_time = ParseNumber(at + 1, end);
      return true;
    }
  }
  return false;
}

// "0::/path" of the unified hierarchy, else the path of the first line.
void ReadCgroup(int folder, Sender* out) {
  char lines[1024];
  const size_t length = ReadText(folder, "cgroup", lines, sizeof lines);
  const char* end = lines + length;
  const char* chosen = nullptr;
  for (const char* line = lines; line < end;) {
    const char* stop = line;
    while (stop < end && *stop != '\n') ++stop;
    const bool unified = stop - line >= 3 && memcmp(line, "0::", 3) == 0;
    if (chosen == nullptr || unified) chosen = line;
    line = stop + 1;
  }
  if (chosen == nullptr) return;
  const char* path = chosen;
  for (int colons = 0; path < end && colons < 2; ++path) {
    if (*path == ':') ++colons;
  }
  size_t size = 0;
  while (path + size < end && path[size] != '\n' && size < sizeof out->cgroup) {
    ++size;
  }
  memcpy(out->cgroup, path, size);
  out->cgroup_length = static_cast<uint16_t>(size);
}

// /proc/PID, or a file in it.
class ProcPath {
 public:
  explicit ProcPath(pid_t pid, const char* file = "") {
    Text text(path_, sizeof path_ - 1);
    text << "/proc/" << int64_t{pid} << file;
    path_[text.length()] = '\0';
  }
  const char* get() const { return path_; }

 private:
  char path_[40];
};

}  // namespace

int ReadSender(pid_t pid, Sender* out) {
  if (!MINITALK_LINUX) return -ENOSYS;
  if (pid <= 0) return -ESRCH;
  // One descriptor for all, so that no file is a later process's of that pid.
  const File folder(AT_FDCWD, ProcPath(pid).get(), OpenFlags());
  if (folder.fd() < 0) return folder.fd();
  // A process that ends loses its memory, and so this, first; its name and
  // parent stay as long as it is a zombie.
  out->command_line_length = static_cast<uint16_t>(ReadText(
      folder.fd(), "cmdline", out->command_line, sizeof out->command_line));
  char stat[512];
  const ssize_t length = ReadFile(folder.fd(), "stat", stat, sizeof stat);
  if (length < 0) return static_cast<int>(length);
  out->start_time = 0;
  out->parent = 0;
  if (length == 0 || !ParseStat(stat, static_cast<size_t>(length), out)) {
    return -ENODATA;
  }
  out->cgroup_length = 0;
  ReadCgroup(folder.fd(), out);
  out->parent_name_length =
      out->parent <= 0 ? 0
                       : static_cast<uint16_t>(ReadText(
                             AT_FDCWD, ProcPath(out->parent, "/comm").get(),
                             out->parent_name, sizeof out->parent_name));
  out->time = Now();
  return 0;
}

uint32_t SnapshotPool::Take(pid_t pid) {
  for (size_t i = 0; i < kSize; ++i) {
    if (taken[i].load(std::memory_order_relaxed) ||
        taken[i].exchange(true, std::memory_order_acquire)) {
      continue;
    }
    if (ReadSender(pid, &senders[i]) == 0) return static_cast<uint32_t>(i + 1);
    taken[i].store(false, std::memory_order_release);
    return 0;
  }
  return 0;
}

}  // namespace minitalk
