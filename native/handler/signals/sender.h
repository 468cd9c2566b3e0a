// What /proc tells of a sender. A short-lived one, such as kill(1), is gone
// within a few milliseconds, so this is read in the handler.
#ifndef MINITALK_HANDLER_SIGNALS_SENDER_H_
#define MINITALK_HANDLER_SIGNALS_SENDER_H_

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "handler/signals/relation.h"

namespace minitalk {

// JavaScript reads this through a DataView: lib/signals/sender.ts. Texts are
// bytes as the kernel gave them, cut off where they do not fit.
struct Sender {
  uint64_t time;        // CLOCK_MONOTONIC when it was read, ns
  uint64_t start_time;  // clock ticks since boot, proc_pid_stat(5)
  uint64_t age;         // since then, ms; as exact as a tick
  int32_t parent;       // pid; 0: outside our pid namespace
  uint16_t name_length;
  uint16_t parent_name_length;
  uint16_t command_line_length;
  uint16_t cgroup_length;
  // Parts of the cgroup, see cgroup.h; lengths of 0: it has none.
  uint16_t unit_at;
  uint16_t unit_length;
  uint16_t container_at;
  uint16_t container_length;
  uint32_t shares_cgroup;  // 1: with this process
  char name[64];           // of the program, see program.h; else of the thread
  char parent_name[64];
  char command_line[1024];  // arguments, each ended by a NUL
  char cgroup[512];         // the path in the unified hierarchy, or the first

  Birth birth() const { return {parent, start_time}; }
};

static_assert(sizeof(Sender) == 1712, "the layout is read from JavaScript");
static_assert(offsetof(Sender, name) == 48, "see lib/signals/sender.ts");

// Reads /proc/PID. Returns 0; -ENOENT or -ESRCH when there is no such process
// or /proc does not show it; another negative errno when nobody could look,
// such as -EMFILE. Async-signal-safe.
int ReadSender(pid_t pid, Sender* out);

// Snapshots that handlers have taken and JavaScript has not yet fetched.
// `taken` is acquired by who fills one, after who read it last has released it;
// what it holds comes to the consumer with the record, see ring.h. The first,
// relaxed look at it only spares the exchange.
struct SnapshotPool {
  static constexpr size_t kSize = 256;

  std::atomic<bool> taken[kSize];
  Sender senders[kSize];

  // 1 + the index of a snapshot of `pid`; 0 when it is gone or all are taken.
  uint32_t Take(pid_t pid);
};

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_SENDER_H_
