// Who handles a signal: installs our handler, remembers what stood there, and
// puts it back.
#ifndef MINITALK_CORE_SIGNALS_DISPOSITION_H_
#define MINITALK_CORE_SIGNALS_DISPOSITION_H_

#include "core/signals/held_loop.h"
#include "handler/signals/state.h"

namespace minitalk {

enum class Installed { kDefault, kIgnored, kOurs, kOther };

// Routes `signo` into the channel. Returns 0 or a negative errno: EINVAL for a
// signal that cannot be watched safely (see IsWatchable), EAGAIN when there is
// no timer left for After::kDefault, or what `hold` returns.
int Subscribe(Channel* channel, int signo, After after,
              LoopHold* hold = nullptr);

// Undoes one Subscribe of the same channel and kind. With the last one the
// earlier disposition returns, if ours still stands; else it stays as it is and
// our handler passes through. True when somebody's handler stands over ours and
// may call it.
bool Unsubscribe(Channel* channel, int signo, After after);

// The same at the end of an environment that has not closed its channel: who
// sends the signal does not know yet, so ours stays and swallows what is late,
// see handler/signals/late.h. The earlier disposition returns when a signal
// comes that is not, or with a later Subscribe or Unsubscribe.
void Abandon(Channel* channel, int signo, After after);

// To be called when an environment ends. With the main thread's the process
// does; a signal that is being put back to what stood before is awaited first.
void NoteEnvironmentEnd();

// Puts back what stood before a watcher that has ended without closing. False:
// the process is going, and nothing is to be put back.
bool RestoreAbandoned(int signo);

// Whether it is known that nobody listens to the signal in an event loop.
void SetUnheard(int signo, bool unheard);

// Installs the handler again where something else stands although the signal is
// subscribed to. True when it did; each channel that has it can then be told.
bool Reinstall(int signo);

// Whether ours has been displaced and put back since the channel asked last.
bool TakeDisplaced(Channel* channel, int signo);

// What sigaction(2) says now.
Installed InstalledFor(int signo);

// False for signals that the kernel, libc, V8 or libuv need for themselves, and
// for those that report a fault of the running instruction.
bool IsWatchable(int signo);

}  // namespace minitalk

#endif  // MINITALK_CORE_SIGNALS_DISPOSITION_H_
