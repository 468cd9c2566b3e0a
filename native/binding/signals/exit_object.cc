#include "binding/signals/exit_object.h"

namespace minitalk {

Napi::Function ExitObject::Define(Napi::Env env) {
  return DefineClass(env, "ExitWatch",
                     {
                         InstanceMethod<&ExitObject::Open>("open"),
                         InstanceMethod<&ExitObject::Close>("close"),
                     });
}

ExitObject::ExitObject(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<ExitObject>(info),
      on_exit_(Napi::Persistent(info[0].As<Napi::Function>())) {}

ExitObject::~ExitObject() { Shut(); }

Napi::Value ExitObject::Open(const Napi::CallbackInfo& info) {
  int error = 0;
  if (handles_ == nullptr) {
    // A pidfd is readable from its process's end on.
    handles_ = LoopHandles::Open(
        info.Env(), info[0].As<Napi::Number>().Int32Value(), this, &error);
    if (handles_ != nullptr) {
      Reference::Ref();
    } else {
      on_exit_.Reset();
    }
  }
  return Napi::Number::New(info.Env(), error);
}

void ExitObject::OnReadable() {
  const Napi::Env env = Env();
  const Napi::HandleScope scope(env);
  const napi_value self = Value();
  const napi_value on_exit = on_exit_.Value();
  Shut();
  Reference::Unref();
  CallFromLoop(env, self, on_exit);
}

void ExitObject::OnEnvironmentEnd() { Shut(); }

void ExitObject::Shut() {
  if (handles_ == nullptr) return;
  handles_->Close();
  handles_ = nullptr;
  on_exit_.Reset();  // strong, to what refers to this object
}

Napi::Value ExitObject::Close(const Napi::CallbackInfo& info) {
  if (handles_ != nullptr) {
    Shut();
    Reference::Unref();
  }
  return info.Env().Undefined();
}

}  // namespace minitalk
