#include "binding/minitalk/transmitter_object.h"

#include <errno.h>

#include "binding/signals/fields.h"

namespace minitalk {

Napi::Function TransmitterObject::Define(Napi::Env env) {
  return DefineClass(
      env, "Transmitter",
      {
          InstanceMethod<&TransmitterObject::Open>("open"),
          InstanceMethod<&TransmitterObject::Begin>("begin"),
          InstanceMethod<&TransmitterObject::Transmit>("transmit"),
          InstanceMethod<&TransmitterObject::Taken>("taken"),
          InstanceMethod<&TransmitterObject::LastReply>("lastReply"),
          InstanceMethod<&TransmitterObject::Close>("close"),
      });
}

TransmitterObject::TransmitterObject(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<TransmitterObject>(info) {}

Napi::Value TransmitterObject::Open(const Napi::CallbackInfo& info) {
  return Napi::Number::New(
      info.Env(), transmitter_.Open(info[0].As<Napi::Number>().Int32Value(),
                                    info[1].As<Napi::Number>().Int32Value(),
                                    info[2].As<Napi::Number>().Int32Value()));
}

Napi::Value TransmitterObject::Begin(const Napi::CallbackInfo& info) {
  Fields fields(info[0]);
  size_t size = 0;
  const uint8_t* bytes = fields.Bytes("bytes", &size);
  const Frame frame{fields.Unsigned("session"),
                    fields.Unsigned("grant"),
                    bytes,
                    size,
                    static_cast<Mode>(fields.Unsigned("mode")),
                    fields.Unsigned("payload"),
                    fields.Signed("burstSignal"),
                    fields.Unsigned("window"),
                    fields.Numbers("lanes"),
                    fields.Signed("cpu")};
  const int error = fields.are_complete() ? transmitter_.Begin(frame) : -EINVAL;
  return Napi::Number::New(info.Env(), error);
}

Napi::Value TransmitterObject::Transmit(const Napi::CallbackInfo& info) {
  const uint64_t slice_us = info[1].As<Napi::Number>().Uint32Value();
  return Napi::Number::New(
      info.Env(), transmitter_.Run(info[0].As<Napi::Number>().Int32Value(),
                                   slice_us * 1000));
}

Napi::Value TransmitterObject::Taken(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(),
                           static_cast<double>(transmitter_.taken_bytes()));
}

Napi::Value TransmitterObject::LastReply(const Napi::CallbackInfo& info) {
  return Napi::Number::New(
      info.Env(), static_cast<double>(transmitter_.last_reply()) / 1e6);
}

Napi::Value TransmitterObject::Close(const Napi::CallbackInfo& info) {
  transmitter_.Close();
  return info.Env().Undefined();
}

}  // namespace minitalk
