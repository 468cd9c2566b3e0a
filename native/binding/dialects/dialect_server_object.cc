#include "binding/dialects/dialect_server_object.h"

#include <errno.h>

namespace minitalk {

Napi::Function DialectServerObject::Define(Napi::Env env) {
  return DefineClass(
      env, "DialectServer",
      {
          InstanceMethod<&DialectServerObject::Claim>("claim"),
          InstanceMethod<&DialectServerObject::Gather>("gather"),
          InstanceMethod<&DialectServerObject::Admit>("admit"),
          InstanceMethod<&DialectServerObject::SetPlain>("setPlain"),
          InstanceMethod<&DialectServerObject::Dismiss>("dismiss"),
          InstanceMethod<&DialectServerObject::Close>("close"),
      });
}

DialectServerObject::DialectServerObject(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<DialectServerObject>(info) {}

DialectServerObject::~DialectServerObject() { Release(); }

Napi::Value DialectServerObject::Claim(const Napi::CallbackInfo& info) {
  ChannelObject* channel = ChannelObject::From(info[0]);
  int error = channel == nullptr ? -EINVAL : 0;
  if (error == 0 && channel->channel() == nullptr) error = -EBADF;
  if (error == 0) {
    error = server_.Claim(
        channel->channel(),
        static_cast<AckBy>(info[1].As<Napi::Number>().Uint32Value()));
  }
  if (error == 0) {
    channel_ = channel;
    channel_->Attach(this);
  }
  return Napi::Number::New(info.Env(), error);
}

Napi::Value DialectServerObject::Gather(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), server_.Gather());
}

Napi::Value DialectServerObject::Admit(const Napi::CallbackInfo& info) {
  return Napi::Number::New(
      info.Env(), server_.Admit(info[0].As<Napi::Number>().Int32Value(),
                                info[1].As<Napi::Number>().Int32Value(),
                                info[2].As<Napi::Number>().Int32Value(),
                                info[3].As<Napi::Number>().Uint32Value()));
}

Napi::Value DialectServerObject::SetPlain(const Napi::CallbackInfo& info) {
  return Napi::Number::New(
      info.Env(), server_.SetPlain(info[0].As<Napi::Number>().Int32Value(),
                                   info[1].As<Napi::Number>().Uint32Value()));
}

Napi::Value DialectServerObject::Dismiss(const Napi::CallbackInfo& info) {
  return Napi::Number::New(
      info.Env(), server_.Dismiss(info[0].As<Napi::Number>().Int32Value()));
}

Napi::Value DialectServerObject::Close(const Napi::CallbackInfo& info) {
  Release();
  return info.Env().Undefined();
}

void DialectServerObject::Release() {
  server_.Release();
  if (channel_ != nullptr) channel_->Detach();
  channel_ = nullptr;
}

}  // namespace minitalk
