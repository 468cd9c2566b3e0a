#include "handler/signals/sender.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "handler/signals/calls.h"
#include "handler/signals/cgroup.h"
#include "handler/signals/platform.h"
#include "handler/signals/proc.h"
#include "handler/signals/program.h"

namespace minitalk {

namespace {

int OpenFlags() {
#if MINITALK_LINUX
  return O_DIRECTORY;
#else
  return 0;
#endif
}

// Of a process of which no executable is shown.
size_t NameByArguments(Piece arguments, char* out, size_t size) {
  Piece first = {arguments.at, 0};
  while (first.length < arguments.length && first.at[first.length] != '\0') {
    ++first.length;
  }
  const Piece name = CalledName(first);
  const size_t length = CutOff(name.at, name.length, size);
  memcpy(out, name.at, length);
  return length;
}

void ReadPlace(int folder, Sender* out) {
  const size_t length =
      ReadCgroup(folder, "cgroup", out->cgroup, sizeof out->cgroup);
  const Piece path = {out->cgroup, length};
  const Piece unit = UnitOf(path);
  const Piece container = ContainerOf(path);
  out->cgroup_length = static_cast<uint16_t>(length);
  out->unit_at = static_cast<uint16_t>(unit.at - path.at);
  out->unit_length = static_cast<uint16_t>(unit.length);
  out->container_at = static_cast<uint16_t>(container.at - path.at);
  out->container_length = static_cast<uint16_t>(container.length);
  char own[sizeof out->cgroup];
  const size_t own_length =
      ReadCgroup(AT_FDCWD, "/proc/self/cgroup", own, sizeof own);
  out->shares_cgroup =
      length > 0 && length == own_length && memcmp(own, path.at, length) == 0;
}

void ReadParentName(Sender* out) {
  out->parent_name_length = 0;
  if (out->parent <= 0) return;
  const File folder(AT_FDCWD, ProcPath(out->parent).get(), OpenFlags());
  if (folder.fd() < 0) return;
  size_t length =
      ReadExecutable(folder.fd(), out->parent_name, sizeof out->parent_name);
  if (length == 0) {
    char first[256];
    const size_t got = ReadText(folder.fd(), "cmdline", first, sizeof first);
    length = NameByArguments({first, got}, out->parent_name,
                             sizeof out->parent_name);
  }
  Stat stat;
  if (length == 0 && ReadStat(folder.fd(), "stat", &stat) == 0) {
    length = stat.name_length;
    memcpy(out->parent_name, stat.name, length);
  }
  out->parent_name_length = static_cast<uint16_t>(length);
}

}  // namespace

int ReadSender(pid_t pid, Sender* out) {
  if (!MINITALK_LINUX) return -ENOSYS;
  if (pid <= 0) return -ESRCH;
  if (!IsOwnProc()) return -ENOENT;
  // One descriptor for all, so that no file is a later process's of that pid.
  const File folder(AT_FDCWD, ProcPath(pid).get(), OpenFlags());
  if (folder.fd() < 0) return folder.fd();
  // A process that ends loses its memory, and so these two, first; its thread's
  // name and its parent stay as long as it is a zombie.
  out->command_line_length = static_cast<uint16_t>(ReadText(
      folder.fd(), "cmdline", out->command_line, sizeof out->command_line));
  size_t name = ReadExecutable(folder.fd(), out->name, sizeof out->name);
  if (name == 0) {
    name = NameByArguments({out->command_line, out->command_line_length},
                           out->name, sizeof out->name);
  }
  Stat stat;
  const int error = ReadStat(folder.fd(), "stat", &stat);
  if (error != 0) return error;
  if (name == 0) {
    name = stat.name_length;
    memcpy(out->name, stat.name, name);
  }
  out->name_length = static_cast<uint16_t>(name);
  out->parent = stat.parent;
  out->start_time = stat.start_time;
  ReadPlace(folder.fd(), out);
  ReadParentName(out);
  const uint64_t started = stat.start_time * kClockTick;
  const uint64_t now = TimeSinceBoot();
  out->age = now > started ? (now - started) / 1'000'000 : 0;
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
