#include "core/dialects/pace.h"

#include <errno.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "handler/signals/platform.h"

namespace minitalk {

namespace {

// All of it, unless the user is in many hundred groups.
constexpr size_t kTextBytes = 8192;

// What stands behind a name at the start of a line, or null.
const char* Find(const char* text, const char* name) {
  const char* found = strstr(text, name);
  return found == nullptr ? nullptr : found + strlen(name);
}

// A mask of signals; false where there is none.
bool ReadMask(const char* text, const char* name, uint64_t* mask) {
  const char* digits = Find(text, name);
  if (digits == nullptr) return false;
  *mask = strtoull(digits, nullptr, 16);
  return true;
}

}  // namespace

int ReadReadiness(int status_fd, Readiness* out) {
  char text[kTextBytes];
  const ssize_t got = pread(status_fd, text, sizeof text - 1, 0);
  if (got < 0) return -errno;
  text[got] = '\0';
  uint64_t own = 0;
  uint64_t shared = 0;
  uint64_t blocked = 0;
  uint64_t caught = 0;
  const char* state = Find(text, "\nState:\t");
  // From here on, since a process may call itself as a line is called.
  if (state == nullptr || !ReadMask(state, "\nSigPnd:\t", &own) ||
      !ReadMask(state, "\nShdPnd:\t", &shared) ||
      !ReadMask(state, "\nSigBlk:\t", &blocked) ||
      !ReadMask(state, "\nSigCgt:\t", &caught)) {
    return -ENODATA;
  }
  out->state = *state;
  out->catches = (caught & kUserSignals) == kUserSignals;
  out->is_clear = ((own | shared | blocked) & kUserSignals) == 0;
  out->blocks = (blocked & kUserSignals) == kUserSignals;
  return *state == 'Z' || *state == 'X' ? -ESRCH : 0;
}

}  // namespace minitalk
