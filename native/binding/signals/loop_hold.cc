#include "binding/signals/loop_hold.h"

#include <errno.h>
#include <uv.h>

#include "handler/signals/signal_table.h"

namespace minitalk {

namespace {

// Signal handles on a loop of our own that never runs. libuv counts the users
// of a signal over all loops of the process, and installs the default action
// when the last one stops: so no end of an environment, ours or another's,
// touches a disposition while a handle here is active.
//
// libuv's handler writes a note into the pipe of each user's loop. Nobody reads
// this one's: when it is full the write fails with EAGAIN, which libuv expects
// (src/unix/signal.c, uv__signal_handler; 1.46 in Node 20). Handles are never
// closed, which would need the loop, only stopped and started.
class StaticLoop final : public LoopHold {
 public:
  int Start(int signo) override {
    if (signo < 1 || signo > kLastStandardSignal) return -EINVAL;
    if (!is_open_) {
      const int error = uv_loop_init(&loop_);
      if (error != 0) return error;
      is_open_ = true;
      has_title_ = HasTitle();
    }
    uv_signal_t* handle = &handles_[signo];
    if (!is_initialized_[signo]) {
      const int error = uv_signal_init(&loop_, handle);
      if (error != 0) return error;
      is_initialized_[signo] = true;
    }
    return uv_signal_start(handle, [](uv_signal_t*, int) {}, signo);
  }

  void Stop(int signo) override { uv_signal_stop(&handles_[signo]); }

  // uv_library_shutdown gives the process's title back first and then what
  // uv_signal_stop needs, which aborts without (src/unix/signal.c,
  // uv__signal_block_and_lock). Nothing else tells of it.
  bool IsShutDown() const override { return has_title_ && !HasTitle(); }

 private:
  static bool HasTitle() {
    static char title[64 * 1024];  // nobody reads it
    return uv_get_process_title(title, sizeof title) == 0;
  }

  bool is_open_ = false;
  // Where Node is embedded there may be none to begin with.
  bool has_title_ = false;
  bool is_initialized_[kLastStandardSignal + 1] = {};
  uv_loop_t loop_;
  uv_signal_t handles_[kLastStandardSignal + 1];
};

StaticLoop static_loop;

}  // namespace

LoopHold* ProcessLoopHold() { return &static_loop; }

}  // namespace minitalk
