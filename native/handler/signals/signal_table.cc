#include "handler/signals/signal_table.h"

#include <signal.h>

#include "handler/signals/platform.h"

namespace minitalk {

namespace {

constexpr auto kEnd = DefaultAction::kEnd;
constexpr auto kIgnore = DefaultAction::kIgnore;
constexpr auto kStop = DefaultAction::kStop;
constexpr auto kContinue = DefaultAction::kContinue;

}  // namespace

const SignalFacts kSignals[kSignalCount] = {
    {SIGHUP, "SIGHUP", kEnd, true},
    {SIGINT, "SIGINT", kEnd, true},
    {SIGQUIT, "SIGQUIT", kEnd, true},
    {SIGILL, "SIGILL", kEnd, false},    // a fault
    {SIGTRAP, "SIGTRAP", kEnd, false},  // a fault
    {SIGABRT, "SIGABRT", kEnd, false},  // a fault
    {SIGBUS, "SIGBUS", kEnd, false},    // a fault
    {SIGFPE, "SIGFPE", kEnd, false},    // a fault
    {SIGKILL, "SIGKILL", kEnd, false},  // the kernel's
    {SIGUSR1, "SIGUSR1", kEnd, true},
    {SIGSEGV, "SIGSEGV", kEnd, false},  // a fault
    {SIGUSR2, "SIGUSR2", kEnd, true},
    {SIGPIPE, "SIGPIPE", kEnd, true},
    {SIGALRM, "SIGALRM", kEnd, true},
    {SIGTERM, "SIGTERM", kEnd, true},
    {SIGCHLD, "SIGCHLD", kIgnore, false},  // libuv's child processes
    {SIGCONT, "SIGCONT", kContinue, true},
    {SIGSTOP, "SIGSTOP", kStop, false},  // the kernel's
    {SIGTSTP, "SIGTSTP", kStop, true},
    {SIGTTIN, "SIGTTIN", kStop, true},
    {SIGTTOU, "SIGTTOU", kStop, true},
    {SIGURG, "SIGURG", kIgnore, true},
    {SIGXCPU, "SIGXCPU", kEnd, true},
    {SIGXFSZ, "SIGXFSZ", kEnd, true},
    {SIGVTALRM, "SIGVTALRM", kEnd, true},
    {SIGPROF, "SIGPROF", kEnd, false},  // V8's profiler
    {SIGWINCH, "SIGWINCH", kIgnore, true},
#if MINITALK_LINUX
    {SIGIO, "SIGIO", kEnd, true},
    {SIGSTKFLT, "SIGSTKFLT", kEnd, true},
    {SIGPWR, "SIGPWR", kEnd, true},
#else
    {SIGIO, "SIGIO", kIgnore, true},
#endif
    {SIGSYS, "SIGSYS", kEnd, false},  // a fault
};

#if MINITALK_LINUX
const CodeName kCodes[kCodeCount] = {
    {SI_USER, "SI_USER"},       {SI_KERNEL, "SI_KERNEL"},
    {SI_QUEUE, "SI_QUEUE"},     {SI_TIMER, "SI_TIMER"},
    {SI_MESGQ, "SI_MESGQ"},     {SI_ASYNCIO, "SI_ASYNCIO"},
    {SI_SIGIO, "SI_SIGIO"},     {SI_TKILL, "SI_TKILL"},
    {-7, "SI_DETHREAD"},  // not in every libc's headers
    {SI_ASYNCNL, "SI_ASYNCNL"},
};
#else
const CodeName kCodes[kCodeCount] = {{SI_USER, "SI_USER"}};
#endif

const char* const kOrigins[kOriginCount] = {"process", "claimed", "kernel",
                                            "child",   "timer",   "unknown"};

const SignalFacts* FactsOf(int signo) {
  for (const SignalFacts& facts : kSignals) {
    if (facts.number == signo) return &facts;
  }
  return nullptr;
}

DefaultAction DefaultActionOf(int signo) {
  const SignalFacts* facts = FactsOf(signo);
  return facts == nullptr ? DefaultAction::kEnd : facts->action;
}

const char* NameOfCode(int code) {
  for (const CodeName& known : kCodes) {
    if (known.code == code) return known.name;
  }
  return nullptr;
}

}  // namespace minitalk
