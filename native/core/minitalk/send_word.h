// Control words that are preceded by a look: docs/protocol.md, section 4.
#ifndef MINITALK_CORE_MINITALK_SEND_WORD_H_
#define MINITALK_CORE_MINITALK_SEND_WORD_H_

#include <sys/types.h>

#include <cstdint>

namespace minitalk {

// Sends a control word to the thread behind `status_fd` (see status.h), if its
// process catches both signals: it is looked at and signalled in one breath,
// because it may cease to. 0: sent. 1: it does not catch them, and nothing was
// sent. Or a negative errno, of the look or of rt_tgsigqueueinfo(2).
int SendWord(int status_fd, pid_t pid, pid_t thread, uint64_t word);

}  // namespace minitalk

#endif  // MINITALK_CORE_MINITALK_SEND_WORD_H_
