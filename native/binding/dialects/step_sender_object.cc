#include "binding/dialects/step_sender_object.h"

#include <errno.h>

#include "binding/signals/fields.h"

namespace minitalk {

Napi::Function StepSenderObject::Define(Napi::Env env) {
  return DefineClass(env, "StepSender",
                     {
                         InstanceMethod<&StepSenderObject::Open>("open"),
                         InstanceMethod<&StepSenderObject::Begin>("begin"),
                         InstanceMethod<&StepSenderObject::Run>("run"),
                         InstanceMethod<&StepSenderObject::Done>("done"),
                         InstanceMethod<&StepSenderObject::Close>("close"),
                     });
}

StepSenderObject::StepSenderObject(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<StepSenderObject>(info) {}

Napi::Value StepSenderObject::Open(const Napi::CallbackInfo& info) {
  Fields fields(info[0]);
  const StepTarget target{fields.Signed("pid"), fields.Signed("pidfd"),
                          fields.Signed("status"), fields.Unsigned("busy"),
                          fields.Signed("gap")};
  const int error = fields.are_complete() ? sender_.Open(target) : -EINVAL;
  return Napi::Number::New(info.Env(), error);
}

Napi::Value StepSenderObject::Begin(const Napi::CallbackInfo& info) {
  Fields fields(info[0]);
  size_t count = 0;
  const uint8_t* steps = fields.Bytes("steps", &count);
  const bool is_new_message = fields.Boolean("isNewMessage");
  const int error = fields.are_complete()
                        ? sender_.Begin(steps, count, is_new_message)
                        : -EINVAL;
  return Napi::Number::New(info.Env(), error);
}

Napi::Value StepSenderObject::Run(const Napi::CallbackInfo& info) {
  const uint64_t slice_us = info[0].As<Napi::Number>().Uint32Value();
  return Napi::Number::New(info.Env(), sender_.Run(slice_us * 1000));
}

Napi::Value StepSenderObject::Done(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(sender_.done()));
}

Napi::Value StepSenderObject::Close(const Napi::CallbackInfo& info) {
  sender_.Close();
  return info.Env().Undefined();
}

}  // namespace minitalk
