#include "channel_object.h"

#include <errno.h>

#include "grant.h"

namespace minitalk {

// An environment's end closes the poll handle through the hook; the loop is run
// until the hook is removed, which the close callback does.
struct ChannelObject::Poll {
  uv_poll_t handle;
  ChannelObject* owner;
  napi_env env;
  napi_async_cleanup_hook_handle hook = nullptr;

  void Close() {
    owner = nullptr;
    if (uv_is_closing(reinterpret_cast<uv_handle_t*>(&handle))) return;
    uv_close(reinterpret_cast<uv_handle_t*>(&handle), [](uv_handle_t* handle) {
      auto* poll = static_cast<Poll*>(handle->data);
      napi_remove_async_cleanup_hook(poll->hook);
      delete poll;
    });
  }

  static void OnEnvironmentEnd(napi_async_cleanup_hook_handle, void* data) {
    auto* poll = static_cast<Poll*>(data);
    if (poll->owner != nullptr) {
      poll->owner->Shut();
    } else {
      poll->Close();
    }
  }
};

Napi::Function ChannelObject::Define(Napi::Env env) {
  return DefineClass(
      env, "Channel",
      {
          InstanceMethod<&ChannelObject::Open>("open"),
          InstanceMethod<&ChannelObject::Subscribe>("subscribe"),
          InstanceMethod<&ChannelObject::Unsubscribe>("unsubscribe"),
          InstanceMethod<&ChannelObject::Drain>("drain"),
          InstanceMethod<&ChannelObject::Arm>("arm"),
          InstanceMethod<&ChannelObject::Lost>("lost"),
          InstanceMethod<&ChannelObject::Ref>("ref"),
          InstanceMethod<&ChannelObject::Unref>("unref"),
          InstanceMethod<&ChannelObject::Close>("close"),
          InstanceMethod<&ChannelObject::ClaimServer>("claimServer"),
          InstanceMethod<&ChannelObject::ReleaseServer>("releaseServer"),
          InstanceMethod<&ChannelObject::Grant>("grant"),
          InstanceMethod<&ChannelObject::ClearGrant>("clearGrant"),
          InstanceMethod<&ChannelObject::GrantCount>("grantCount"),
      });
}

ChannelObject::ChannelObject(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<ChannelObject>(info),
      on_wake_(Napi::Persistent(info[0].As<Napi::Function>())) {}

ChannelObject::~ChannelObject() { Shut(); }

Napi::Value ChannelObject::Open(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (channel_ != nullptr) return Napi::Number::New(env, -EALREADY);
  int error = 0;
  Channel* channel =
      OpenChannel(info[0].As<Napi::Number>().Uint32Value(), &error);
  if (channel == nullptr) return Napi::Number::New(env, error);
  uv_loop_t* loop = nullptr;
  napi_get_uv_event_loop(env, &loop);
  auto poll = std::make_unique<Poll>();
  error = uv_poll_init(loop, &poll->handle, WakeFd(channel));
  if (error != 0) {
    CloseChannel(channel);
    return Napi::Number::New(env, error);
  }
  poll->handle.data = poll.get();
  poll->owner = this;
  poll->env = env;
  napi_add_async_cleanup_hook(env, Poll::OnEnvironmentEnd, poll.get(),
                              &poll->hook);
  uv_poll_start(&poll->handle, UV_READABLE, OnReadable);
  poll_ = poll.release();  // until its close callback
  channel_ = channel;
  Reference::Ref();  // from here on Close ends it, not the garbage collector
  return Napi::Number::New(env, 0);
}

void ChannelObject::OnReadable(uv_poll_t* handle, int, int) {
  auto* poll = static_cast<Poll*>(handle->data);
  ChannelObject* self = poll->owner;
  if (self == nullptr || self->channel_ == nullptr) return;
  TakeWake(self->channel_);
  // The plain calls: node-addon-api's abort the process when the environment is
  // a Worker's that is being terminated and can run no JavaScript any more.
  const napi_env env = poll->env;
  const Napi::HandleScope scope(env);
  napi_value error;
  if (napi_make_callback(env, nullptr, self->Value(), self->on_wake_.Value(), 0,
                         nullptr, nullptr) == napi_pending_exception &&
      napi_get_and_clear_last_exception(env, &error) == napi_ok) {
    napi_fatal_exception(env, error);  // uncaught, as from any event source
  }
}

void ChannelObject::Shut() {
  hold_.Release();
  if (channel_ == nullptr) return;
  minitalk::ReleaseServer(channel_);
  for (int signo = 1; signo <= kMaxSignal; ++signo) {
    if (subscribed_[signo] == 0) continue;
    minitalk::Unsubscribe(channel_, signo,
                          static_cast<After>(subscribed_[signo] - 1));
    subscribed_[signo] = 0;
  }
  poll_->Close();
  poll_ = nullptr;
  CloseChannel(channel_);
  channel_ = nullptr;
}

Napi::Value ChannelObject::Close(const Napi::CallbackInfo& info) {
  if (channel_ != nullptr) {
    Shut();
    Reference::Unref();
  }
  return info.Env().Undefined();
}

Napi::Value ChannelObject::Subscribe(const Napi::CallbackInfo& info) {
  const int signo = info[0].As<Napi::Number>().Int32Value();
  const After after =
      info[1].As<Napi::Boolean>().Value() ? After::kChain : After::kStop;
  if (channel_ == nullptr) return Napi::Number::New(info.Env(), -EBADF);
  if (!IsWatchable(signo)) return Napi::Number::New(info.Env(), -EINVAL);
  if (subscribed_[signo] != 0) return Napi::Number::New(info.Env(), -EALREADY);
  const int error = minitalk::Subscribe(channel_, signo, after);
  if (error == 0) {
    subscribed_[signo] =
        static_cast<unsigned char>(1 + static_cast<int>(after));
  }
  return Napi::Number::New(info.Env(), error);
}

Napi::Value ChannelObject::Unsubscribe(const Napi::CallbackInfo& info) {
  const int signo = info[0].As<Napi::Number>().Int32Value();
  if (channel_ != nullptr && IsWatchable(signo) && subscribed_[signo] != 0) {
    minitalk::Unsubscribe(channel_, signo,
                          static_cast<After>(subscribed_[signo] - 1));
    subscribed_[signo] = 0;
  }
  return info.Env().Undefined();
}

Napi::Value ChannelObject::Drain(const Napi::CallbackInfo& info) {
  auto batch = info[0].As<Napi::ArrayBuffer>();
  if (channel_ == nullptr) return Napi::Number::New(info.Env(), 0);
  const size_t count =
      minitalk::Drain(channel_, static_cast<Record*>(batch.Data()),
                      batch.ByteLength() / sizeof(Record));
  return Napi::Number::New(info.Env(), static_cast<double>(count));
}

Napi::Value ChannelObject::Arm(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(),
                            channel_ == nullptr || minitalk::Arm(channel_));
}

Napi::Value ChannelObject::Lost(const Napi::CallbackInfo& info) {
  const int signo = info[0].As<Napi::Number>().Int32Value();
  const bool valid = channel_ != nullptr && signo >= 1 && signo <= kMaxSignal;
  return Napi::Number::New(
      info.Env(),
      valid ? static_cast<double>(channel_->lost[signo].load()) : 0);
}

Napi::Value ChannelObject::Ref(const Napi::CallbackInfo& info) {
  if (poll_ != nullptr) uv_ref(reinterpret_cast<uv_handle_t*>(&poll_->handle));
  return info.Env().Undefined();
}

Napi::Value ChannelObject::Unref(const Napi::CallbackInfo& info) {
  if (poll_ != nullptr) {
    uv_unref(reinterpret_cast<uv_handle_t*>(&poll_->handle));
  }
  return info.Env().Undefined();
}

Napi::Value ChannelObject::ClaimServer(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), channel_ == nullptr
                                           ? -EBADF
                                           : minitalk::ClaimServer(channel_));
}

Napi::Value ChannelObject::ReleaseServer(const Napi::CallbackInfo& info) {
  hold_.Release();
  if (channel_ != nullptr) minitalk::ReleaseServer(channel_);
  return info.Env().Undefined();
}

Napi::Value ChannelObject::Grant(const Napi::CallbackInfo& info) {
  const auto number = [&](size_t i) {
    return info[i].As<Napi::Number>().Uint32Value();
  };
  if (channel_ == nullptr) return Napi::Number::New(info.Env(), -EBADF);
  const bool place = info[6].As<Napi::Boolean>().Value();
  hold_.Release();
  const int cpu = place ? CurrentCpu() : -1;
  const bool held = cpu >= 0 && hold_.Acquire(cpu) == 0;
  SetGrant(channel_,
           GrantRequest{number(0), number(1), static_cast<pid_t>(number(2)),
                        static_cast<pid_t>(number(3)),
                        info[4].As<Napi::Number>().Int32Value(), number(5)});
  return Napi::Number::New(info.Env(), held ? cpu : -1);
}

Napi::Value ChannelObject::ClearGrant(const Napi::CallbackInfo& info) {
  minitalk::ClearGrant();
  hold_.Release();
  return info.Env().Undefined();
}

Napi::Value ChannelObject::GrantCount(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), minitalk::GrantCount());
}

}  // namespace minitalk
