// What is known of each signal, si_code and origin: the one place for it, in
// C++ and, exported by the addon, in TypeScript.
#ifndef MINITALK_HANDLER_SIGNALS_SIGNAL_TABLE_H_
#define MINITALK_HANDLER_SIGNALS_SIGNAL_TABLE_H_

#include <cstddef>

#include "handler/signals/identity.h"

namespace minitalk {

// signal(7). The numbers are part of the contract in lib/binding/signals.ts.
enum class DefaultAction { kEnd = 0, kIgnore = 1, kStop = 2, kContinue = 3 };

// The standard signals. Realtime ones end the process; which of them libc
// leaves to us, and what they are called, only SIGRTMIN tells at run time.
struct SignalFacts {
  int number;
  const char* name;
  DefaultAction action;
  // False where the kernel, libuv or V8 needs it for itself, or where it
  // reports a fault of the running instruction.
  bool is_watchable;
};

inline constexpr int kLastStandardSignal = 31;

#if MINITALK_LINUX
inline constexpr size_t kSignalCount = 31;
inline constexpr size_t kCodeCount = 10;
#else
inline constexpr size_t kSignalCount = 29;
inline constexpr size_t kCodeCount = 1;
#endif
extern const SignalFacts kSignals[kSignalCount];

// Null for a realtime signal, and for what is none.
const SignalFacts* FactsOf(int signo);

DefaultAction DefaultActionOf(int signo);

// A si_code that does not depend on the signal.
struct CodeName {
  int code;
  const char* name;
};

extern const CodeName kCodes[kCodeCount];

// Null for a code that is not in the table.
const char* NameOfCode(int code);

// In the order of Origin.
inline constexpr size_t kOriginCount = 6;
extern const char* const kOrigins[kOriginCount];

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_SIGNAL_TABLE_H_
