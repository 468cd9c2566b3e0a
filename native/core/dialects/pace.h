// Whether a process has taken all that it was sent, as /proc tells it: who
// sends only then loses nothing, though nobody acknowledges anything.
#ifndef MINITALK_CORE_DIALECTS_PACE_H_
#define MINITALK_CORE_DIALECTS_PACE_H_

namespace minitalk {

// What proc_pid_status(5) says of a thread.
struct Readiness {
  char state = '?';      // 'R', 'S', 'T', 'Z', …
  bool catches = false;  // both signals
  // None of them is pending, or blocked as in its handler.
  bool is_clear = false;
  // Both are blocked.
  bool blocks = false;
};

// Reads it from `status_fd`, see handler/signals/status.h. 0 or a negative
// errno: -ESRCH when it has ended.
int ReadReadiness(int status_fd, Readiness* out);

}  // namespace minitalk

#endif  // MINITALK_CORE_DIALECTS_PACE_H_
