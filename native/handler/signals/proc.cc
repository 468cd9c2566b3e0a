#include "handler/signals/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "handler/signals/text.h"

namespace minitalk {

namespace {

uint64_t ParseNumber(const char* at, const char* end) {
  uint64_t number = 0;
  for (; at < end && *at >= '0' && *at <= '9'; ++at) {
    number = number * 10 + static_cast<uint64_t>(*at - '0');
  }
  return number;
}

// "pid (name) S ppid …": the name may hold spaces and brackets itself.
bool ParseStat(const char* stat, size_t length, Stat* out) {
  const char* end = stat + length;
  const char* open = stat;
  while (open < end && *open != '(') ++open;
  const char* close = end - 1;
  while (close > open && *close != ')') --close;
  if (open >= close) return false;
  auto name = static_cast<size_t>(close - open - 1);
  if (name > sizeof out->name) name = sizeof out->name;
  memcpy(out->name, open + 1, name);
  out->name_length = name;
  constexpr int kParent = 4;
  constexpr int kStartTime = 22;
  int field = 2;
  for (const char* at = close; at < end; ++at) {
    if (*at != ' ') continue;
    ++field;
    if (field == kParent) {
      out->parent = static_cast<pid_t>(ParseNumber(at + 1, end));
    }
    if (field == kStartTime) {
      out->start_time = ParseNumber(at + 1, end);
      return true;
    }
  }
  return false;
}

}  // namespace

File::File(int folder, const char* path, int flags)
    : fd_(openat(folder, path, flags | O_RDONLY | O_CLOEXEC)) {
  if (fd_ < 0) fd_ = -errno;
}

File::~File() {
  if (fd_ >= 0) close(fd_);
}

ProcPath::ProcPath(pid_t pid, const char* file) {
  Text text(path_, sizeof path_ - 1);
  text << "/proc/" << int64_t{pid} << file;
  path_[text.length()] = '\0';
}

bool IsOwnProc() {
  char target[24];
  const ssize_t length = readlink("/proc/self", target, sizeof target);
  return length > 0 && ParseNumber(target, target + length) ==
                           static_cast<uint64_t>(getpid());
}

ssize_t ReadFile(int folder, const char* path, char* out, size_t size) {
  const File file(folder, path, 0);
  if (file.fd() < 0) return file.fd();
  const ssize_t got = read(file.fd(), out, size);
  return got < 0 ? -errno : got;
}

size_t ReadText(int folder, const char* path, char* out, size_t size) {
  const ssize_t got = ReadFile(folder, path, out, size);
  return got < 0 ? 0 : static_cast<size_t>(got);
}

int ReadStat(int folder, const char* path, Stat* out) {
  char text[512];
  const ssize_t length = ReadFile(folder, path, text, sizeof text);
  if (length < 0) return static_cast<int>(length);
  if (length == 0 || !ParseStat(text, static_cast<size_t>(length), out)) {
    return -ENODATA;
  }
  return 0;
}

}  // namespace minitalk
