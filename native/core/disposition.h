// Who handles a signal: installs our handler, remembers what stood there, and
// puts it back.
#ifndef MINITALK_CORE_DISPOSITION_H_
#define MINITALK_CORE_DISPOSITION_H_

#include "handler/state.h"

namespace minitalk {

enum class After {
  kChain,  // the earlier handler sees the signal too
  kStop,   // it ends here
};

enum class Installed { kDefault, kIgnored, kOurs, kOther };

// Routes `signo` into the channel. Returns 0 or a negative errno: EINVAL for a
// signal that cannot be watched safely (see IsWatchable).
int Subscribe(Channel* channel, int signo, After after);

// Undoes one Subscribe. With the last one the earlier disposition returns, if
// ours still stands; else it stays as it is and our handler passes through.
void Unsubscribe(Channel* channel, int signo, After after);

// Installs the handler again where something else stands although the signal is
// subscribed to. True when it did.
bool Reinstall(int signo);

// What sigaction(2) says now.
Installed InstalledFor(int signo);

// Remembers the present disposition, to be put back by RestoreDisposition: what
// Node does when a listener comes and goes loses its own first handler.
void SaveDisposition(int signo, struct sigaction* saved);
// Puts `saved` back if the default action stands there now.
void RestoreDisposition(int signo, const struct sigaction& saved);

// False for signals that the kernel, libc, V8 or libuv need for themselves, and
// for those that report a fault of the running instruction.
bool IsWatchable(int signo);

}  // namespace minitalk

#endif  // MINITALK_CORE_DISPOSITION_H_
