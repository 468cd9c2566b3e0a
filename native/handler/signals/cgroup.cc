#include "handler/signals/cgroup.h"

#include <string.h>

#include "handler/signals/proc.h"

namespace minitalk {

namespace {

constexpr size_t kContainerId = 64;

template <size_t kSize>
bool EndsWith(Piece text, const char (&end)[kSize]) {
  constexpr size_t length = kSize - 1;
  return text.length > length &&
         memcmp(text.at + text.length - length, end, length) == 0;
}

bool IsHexadecimal(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

}  // namespace

size_t ReadCgroup(int folder, const char* file, char* out, size_t size) {
  char lines[1024];
  const size_t length = ReadText(folder, file, lines, sizeof lines);
  const char* end = lines + length;
  const char* chosen = nullptr;
  for (const char* line = lines; line < end;) {
    const char* stop = line;
    while (stop < end && *stop != '\n') ++stop;
    const bool unified = stop - line >= 3 && memcmp(line, "0::", 3) == 0;
    if (chosen == nullptr || unified) chosen = line;
    line = stop + 1;
  }
  if (chosen == nullptr) return 0;
  const char* path = chosen;
  for (int colons = 0; path < end && colons < 2; ++path) {
    if (*path == ':') ++colons;
  }
  size_t copied = 0;
  while (path + copied < end && path[copied] != '\n' && copied < size) {
    ++copied;
  }
  memcpy(out, path, copied);
  return copied;
}

Piece UnitOf(Piece path) {
  const char* end = path.at + path.length;
  Piece unit = {end, 0};
  for (const char* part = path.at; part < end;) {
    const char* stop = part;
    while (stop < end && *stop != '/') ++stop;
    const Piece name = {part, static_cast<size_t>(stop - part)};
    if (EndsWith(name, ".service") || EndsWith(name, ".scope")) unit = name;
    part = stop + 1;
  }
  return unit;
}

Piece ContainerOf(Piece path) {
  const char* end = path.at + path.length;
  Piece container = {end, 0};
  for (const char* at = path.at; at < end; ++at) {
    const char* stop = at;
    while (stop < end && IsHexadecimal(*stop)) ++stop;
    const auto length = static_cast<size_t>(stop - at);
    if (length == kContainerId) container = {at, length};
    if (length > 0) at = stop - 1;
  }
  return container;
}

}  // namespace minitalk
