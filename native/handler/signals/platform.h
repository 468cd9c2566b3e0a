// What this platform can do. Linux is the platform; elsewhere the code compiles
// and the missing parts answer ENOSYS.
#ifndef MINITALK_HANDLER_SIGNALS_PLATFORM_H_
#define MINITALK_HANDLER_SIGNALS_PLATFORM_H_

#include <signal.h>

#include <cstdint>

// MINITALK_PORTABLE leaves Linux's parts out, to see that the rest compiles.
#if defined(__linux__) && !defined(MINITALK_PORTABLE)
#define MINITALK_LINUX 1
#else
#define MINITALK_LINUX 0
#endif

namespace minitalk {

// Thread-directed signals, values, sigtimedwait, pidfd, affinity.
inline constexpr bool kHasQueue = MINITALK_LINUX;

// Signal numbers 1..64 fit a 64-bit mask, bit signo-1.
inline constexpr int kMaxSignal = 64;

constexpr uint64_t SignalBit(int signo) { return uint64_t{1} << (signo - 1); }

// Who does not catch both is ended by any minitalk's peer.
inline constexpr uint64_t kUserSignals =
    SignalBit(SIGUSR1) | SignalBit(SIGUSR2);

// The value of a queued signal: all 64 bits of a pointer.
static_assert(sizeof(void*) == 8, "minitalk needs a 64-bit platform");

inline uint64_t SignalValue(const siginfo_t& info) {
  return reinterpret_cast<uint64_t>(info.si_value.sival_ptr);
}

#if MINITALK_LINUX
inline constexpr int kCodeQueue = SI_QUEUE;
inline constexpr int kCodeThread = SI_TKILL;
inline constexpr int kCodeTimer = SI_TIMER;
inline constexpr int kCodeIo = SI_SIGIO;
#else
// Values that no siginfo carries there: the branches compile and never match.
inline constexpr int kCodeQueue = -0x7fff;
inline constexpr int kCodeThread = -0x7ffe;
inline constexpr int kCodeTimer = -0x7ffd;
inline constexpr int kCodeIo = -0x7ffc;
#endif

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_PLATFORM_H_
