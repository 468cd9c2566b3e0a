#include "binding/signals/loop_handles.h"

#include <dlfcn.h>
#include <errno.h>

#include <initializer_list>

namespace minitalk {

namespace {

// Not every runtime of addons has libuv: Deno lacks these functions, and Bun's
// end the process. Where the environment is ending no call tells; it is Node's.
bool HasLoop(napi_env env) {
  if (dlsym(RTLD_DEFAULT, "uv_prepare_init") == nullptr) return false;
  napi_value at = nullptr;
  bool is_bun = false;
  if (napi_get_global(env, &at) != napi_ok) return true;
  for (const char* name : {"process", "versions"}) {
    if (napi_get_named_property(env, at, name, &at) != napi_ok) return true;
  }
  return napi_has_named_property(env, at, "bun", &is_bun) != napi_ok || !is_bun;
}

}  // namespace

LoopHandles* LoopHandles::Open(napi_env env, int fd, Owner* owner, int* error) {
  if (!HasLoop(env)) {
    *error = -ENOSYS;
    return nullptr;
  }
  auto* handles = new LoopHandles(env, owner);
  napi_get_uv_event_loop(env, &handles->loop_);
  *error = uv_poll_init(handles->loop_, &handles->poll_, fd);
  if (*error != 0) {
    delete handles;
    return nullptr;
  }
  handles->poll_.data = handles;
  uv_prepare_init(handles->loop_, &handles->before_sleep_);
  handles->before_sleep_.data = handles;
  uv_idle_init(handles->loop_, &handles->sleepless_);
  handles->sleepless_.data = handles;
  handles->open_ = 3;
  // The loop is run until the hook is removed, which the last close does.
  napi_add_async_cleanup_hook(
      env,
      [](napi_async_cleanup_hook_handle, void* data) {
        auto* self = static_cast<LoopHandles*>(data);
        if (self->owner_ != nullptr) self->owner_->OnEnvironmentEnd();
      },
      handles, &handles->hook_);
  uv_poll_start(&handles->poll_, UV_READABLE, [](uv_poll_t* poll, int, int) {
    auto* self = static_cast<LoopHandles*>(poll->data);
    if (self->owner_ != nullptr) self->owner_->OnReadable();
  });
  return handles;
}

void LoopHandles::CloseHandle(uv_handle_t* handle) {
  uv_close(handle, [](uv_handle_t* closed) {
    auto* self = static_cast<LoopHandles*>(closed->data);
    if (--self->open_ > 0) return;
    napi_remove_async_cleanup_hook(self->hook_);
    delete self;
  });
}

void LoopHandles::Close() {
  if (owner_ == nullptr) return;
  owner_ = nullptr;
  CloseHandle(reinterpret_cast<uv_handle_t*>(&before_sleep_));
  CloseHandle(reinterpret_cast<uv_handle_t*>(&sleepless_));
  CloseHandle(reinterpret_cast<uv_handle_t*>(&poll_));
}

void LoopHandles::StartIdle() {
  uv_unref(reinterpret_cast<uv_handle_t*>(&before_sleep_));
  uv_unref(reinterpret_cast<uv_handle_t*>(&sleepless_));
  uv_prepare_start(&before_sleep_, [](uv_prepare_t* handle) {
    auto* self = static_cast<LoopHandles*>(handle->data);
    uv_loop_t* loop = handle->loop;
    uv_idle_stop(&self->sleepless_);  // else the loop would say 0 ms
    const int ms = uv_backend_timeout(loop);
    if (!self->owner_->OnIdle(ms, uv_backend_fd(loop))) return;
    uv_idle_start(&self->sleepless_, [](uv_idle_t*) {});
    uv_update_time(loop);  // its timers wait from when it knew the time
  });
}

void LoopHandles::StopIdle() {
  uv_prepare_stop(&before_sleep_);
  uv_idle_stop(&sleepless_);
}

void CallFromLoop(napi_env env, napi_value self, napi_value function) {
  // The plain calls: node-addon-api's abort the process when the environment is
  // a Worker's that is being terminated and can run no JavaScript any more.
  napi_value error;
  if (napi_make_callback(env, nullptr, self, function, 0, nullptr, nullptr) ==
          napi_pending_exception &&
      napi_get_and_clear_last_exception(env, &error) == napi_ok) {
    napi_fatal_exception(env, error);
  }
}

}  // namespace minitalk
