// Replacing this process by another program.
#ifndef MINITALK_CORE_SIGNALS_EXECUTE_H_
#define MINITALK_CORE_SIGNALS_EXECUTE_H_

#include <cstddef>
#include <cstdint>

namespace minitalk {

// A program, and what it finds besides its own: a runtime below us has changed
// some of that since this process began.
struct Program {
  // Each ends with a null pointer; a name without a slash is looked for in
  // PATH.
  char* const* arguments;
  char* const* environment;
  // Bit signo-1: ignored from the start. All others begin with their defaults.
  uint64_t ignored;
  // Stay open, as the standard streams do, although they are close-on-exec.
  const int32_t* descriptors;
  size_t descriptor_count;
  // The soft limit RLIMIT_NOFILE; 0: as it is now.
  uint64_t open_files;
};

// execvpe(3). Returns only if it failed: a negative errno, with the
// dispositions and the limit as before.
int Execute(const Program& program);

}  // namespace minitalk

#endif  // MINITALK_CORE_SIGNALS_EXECUTE_H_
