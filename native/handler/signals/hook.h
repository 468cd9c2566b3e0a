// A protocol that lives on signals sees each one before the watchers do. This
// is all that the layer of signals knows of it.
#ifndef MINITALK_HANDLER_SIGNALS_HOOK_H_
#define MINITALK_HANDLER_SIGNALS_HOOK_H_

#include <signal.h>

#include <cstddef>

namespace minitalk {

enum class Taken {
  kNo,  // a signal like any other
  // Part of a conversation, and for its consumer: recorded, and the consumer
  // wakes at once. Reported only where it does what it did before.
  kUrgent,
  kDone,  // part of a transmission: nothing is left to do
};

// Both may be called in a handler, on any thread.
struct Hook {
  // `context` is the handler's.
  Taken (*take)(const siginfo_t& info, void* context);
  // Whether the signal can be a peer's, whatever goes on in this process now:
  // who has just ended may be sent some still. Changes nothing.
  bool (*resembles)(const siginfo_t& info);
};

// The first that takes a signal has it.
inline constexpr size_t kHooks = 2;

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_HOOK_H_
