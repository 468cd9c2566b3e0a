// What a native object keeps in its environment's loop: a descriptor that is
// polled, and what takes data while the loop would sleep. libuv frees handles
// in their close callbacks, which may come after the object is gone, so this
// owns itself.
#ifndef MINITALK_BINDING_SIGNALS_LOOP_HANDLES_H_
#define MINITALK_BINDING_SIGNALS_LOOP_HANDLES_H_

#include <node_api.h>
#include <uv.h>

namespace minitalk {

class LoopHandles final {
 public:
  // Whose handles they are; forgotten with Close.
  class Owner {
   public:
    virtual void OnReadable() = 0;
    // After StartIdle: the loop has nothing to do for so many ms (-1: no
    // limit), unless its descriptor becomes readable. True: it is not to sleep
    // then.
    virtual bool OnIdle(int, int) { return false; }
    // The environment ends: Close must be called.
    virtual void OnEnvironmentEnd() = 0;

   protected:
    ~Owner() = default;
  };

  // Polls `fd` until Close. Null, and a negative errno in `*error`.
  static LoopHandles* Open(napi_env env, int fd, Owner* owner, int* error);

  // Whether the poll keeps the loop alive; at first it does.
  void Ref() { uv_ref(reinterpret_cast<uv_handle_t*>(&poll_)); }
  void Unref() { uv_unref(reinterpret_cast<uv_handle_t*>(&poll_)); }
  void Close();

  // From now on OnIdle is called. Keeps the loop not alive.
  void StartIdle();
  void StopIdle();

  napi_env env() const { return env_; }

 private:
  LoopHandles(napi_env env, Owner* owner) : env_(env), owner_(owner) {}
  ~LoopHandles() = default;
  void CloseHandle(uv_handle_t* handle);

  napi_env env_;
  Owner* owner_;
  napi_async_cleanup_hook_handle hook_ = nullptr;
  uv_loop_t* loop_ = nullptr;
  uv_poll_t poll_;
  uv_prepare_t before_sleep_;
  uv_idle_t sleepless_;  // while it is active the loop does not sleep
  int open_ = 0;         // handles whose close callback has not come yet
};

// Calls a JavaScript function as an event source does: what it throws is
// uncaught.
void CallFromLoop(napi_env env, napi_value self, napi_value function);

}  // namespace minitalk

#endif  // MINITALK_BINDING_SIGNALS_LOOP_HANDLES_H_
