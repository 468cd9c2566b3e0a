// Marks on the siginfo that a handler gets from us: they stand behind what the
// kernel fills in, 48 of its 128 bytes; the kernel clears the rest. Each copy
// of this library in the process finds its own again, and those of all.
#ifndef MINITALK_HANDLER_SIGNALS_MARKS_H_
#define MINITALK_HANDLER_SIGNALS_MARKS_H_

#include <signal.h>

#include <cstdint>

#include "handler/signals/state.h"

namespace minitalk {

// We have called the handler that this siginfo comes back from. Another copy of
// this library has another address.
inline uintptr_t ChainMark() { return reinterpret_cast<uintptr_t>(&state); }

// The same in all copies: a handler above has replaced the default action.
inline constexpr uintptr_t kReplacedMark = 0x6d696e6974616c6b;

// Does nothing where there is no room for it.
void SetMark(siginfo_t* info, uintptr_t mark);
bool HasMark(const siginfo_t& info, uintptr_t mark);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_MARKS_H_
