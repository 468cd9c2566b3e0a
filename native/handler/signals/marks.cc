#include "handler/signals/marks.h"

#include <string.h>

#include <cstddef>

namespace minitalk {

namespace {

constexpr size_t kKernelBytes = 48;
constexpr size_t kMarks =
    (sizeof(siginfo_t) - kKernelBytes) / sizeof(uintptr_t);

constexpr size_t PlaceOf(size_t i) {
  return kKernelBytes + i * sizeof(uintptr_t);
}

// 0: none.
uintptr_t MarkAt(const siginfo_t& info, size_t i) {
  uintptr_t mark;
  memcpy(&mark, reinterpret_cast<const char*>(&info) + PlaceOf(i), sizeof mark);
  return mark;
}

}  // namespace

void SetMark(siginfo_t* info, uintptr_t mark) {
  if (HasMark(*info, mark)) return;
  for (size_t i = 0; i < kMarks; ++i) {
    if (MarkAt(*info, i) != 0) continue;
    memcpy(reinterpret_cast<char*>(info) + PlaceOf(i), &mark, sizeof mark);
    return;
  }
}

bool HasMark(const siginfo_t& info, uintptr_t mark) {
  for (size_t i = 0; i < kMarks; ++i) {
    if (MarkAt(info, i) == mark) return true;
  }
  return false;
}

}  // namespace minitalk
