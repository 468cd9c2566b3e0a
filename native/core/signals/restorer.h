// Puts an earlier disposition back when a signal comes that should find it: in
// a process that lives on after a watcher's Worker has ended without closing,
// no JavaScript of ours may run ever again.
#ifndef MINITALK_CORE_SIGNALS_RESTORER_H_
#define MINITALK_CORE_SIGNALS_RESTORER_H_

namespace minitalk {

// Starts the thread that does so, once in a process. Where it cannot be started
// such a signal goes to whom our handler finds below it.
void StartRestorer();

// Returns once it has dealt with all that it was given, or after a second: what
// came before the process's end is to do what it did before.
void AwaitRestorer();

}  // namespace minitalk

#endif  // MINITALK_CORE_SIGNALS_RESTORER_H_
