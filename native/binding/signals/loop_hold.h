// Keeps libuv's hands off dispositions, see LoopHold.
#ifndef MINITALK_BINDING_SIGNALS_LOOP_HOLD_H_
#define MINITALK_BINDING_SIGNALS_LOOP_HOLD_H_

#include "core/signals/held_loop.h"

namespace minitalk {

// The process's one; never destroyed.
LoopHold* ProcessLoopHold();

}  // namespace minitalk

#endif  // MINITALK_BINDING_SIGNALS_LOOP_HOLD_H_
