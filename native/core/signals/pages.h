// Rings and what else is as large as it may become.
#ifndef MINITALK_CORE_SIGNALS_PAGES_H_
#define MINITALK_CORE_SIGNALS_PAGES_H_

#include <sys/mman.h>

#include <cstddef>

namespace minitalk {

// Zeroed pages, which cost nothing before they are used; null: ENOMEM.
inline void* MapPages(size_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : memory;
}

}  // namespace minitalk

#endif  // MINITALK_CORE_SIGNALS_PAGES_H_
