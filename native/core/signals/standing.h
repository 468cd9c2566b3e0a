// What stands for a signal, as sigaction(2) says, and ours in its place. For
// disposition.cc, with its mutex held.
#ifndef MINITALK_CORE_SIGNALS_STANDING_H_
#define MINITALK_CORE_SIGNALS_STANDING_H_

#include <signal.h>

#include "handler/signals/state.h"

namespace minitalk {

bool IsOurs(const struct sigaction& action);

// Another copy of this library in the process: it calls ours.
bool IsOtherCopy(const struct sigaction& action);

// Handlers read predecessors at any time, so one is never changed or freed,
// only used again. Null: out of memory.
const Predecessor* Remember(const struct sigaction& action);

// Puts our handler there, whatever stands. 0 or a negative errno.
int InstallOurs(int signo);

// The same where ours does not stand, and remembers what did.
int Install(int signo);

// Puts the earlier disposition back where ours stands.
void Restore(int signo);

}  // namespace minitalk

#endif  // MINITALK_CORE_SIGNALS_STANDING_H_
