#include "binding/signals/trace_object.h"

namespace minitalk {

Napi::Function TraceObject::Define(Napi::Env env) {
  return DefineClass(env, "Trace",
                     {
                         InstanceMethod<&TraceObject::Open>("open"),
                         InstanceMethod<&TraceObject::Drain>("drain"),
                         InstanceMethod<&TraceObject::Lost>("lost"),
                         InstanceMethod<&TraceObject::Stop>("stop"),
                         InstanceMethod<&TraceObject::Close>("close"),
                     });
}

TraceObject::TraceObject(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<TraceObject>(info) {}

Napi::Value TraceObject::Open(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), tracing_.Open());
}

// Fills an ArrayBuffer; returns how many events it took.
Napi::Value TraceObject::Drain(const Napi::CallbackInfo& info) {
  auto buffer = info[0].As<Napi::ArrayBuffer>();
  const size_t count = tracing_.Drain(static_cast<TraceEvent*>(buffer.Data()),
                                      buffer.ByteLength() / sizeof(TraceEvent));
  return Napi::Number::New(info.Env(), static_cast<double>(count));
}

Napi::Value TraceObject::Lost(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(tracing_.lost()));
}

Napi::Value TraceObject::Stop(const Napi::CallbackInfo& info) {
  tracing_.Stop();
  return info.Env().Undefined();
}

Napi::Value TraceObject::Close(const Napi::CallbackInfo& info) {
  tracing_.Close();
  return info.Env().Undefined();
}

}  // namespace minitalk
