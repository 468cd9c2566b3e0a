#include "binding/minitalk/server_object.h"

#include <errno.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "binding/signals/fields.h"
#include "core/minitalk/receive.h"

namespace minitalk {

namespace {

// For how long the loop may be kept from what else there is to do.
constexpr int kSliceMs = 2;

}  // namespace

Napi::Function ServerObject::Define(Napi::Env env) {
  return DefineClass(
      env, "Server",
      {
          InstanceMethod<&ServerObject::Claim>("claim"),
          InstanceMethod<&ServerObject::Grant>("grant"),
          InstanceMethod<&ServerObject::Place>("place"),
          InstanceMethod<&ServerObject::ClearGrant>("clearGrant"),
          InstanceMethod<&ServerObject::GrantCount>("grantCount"),
          InstanceMethod<&ServerObject::GrantLanes>("grantLanes"),
          InstanceMethod<&ServerObject::AreLanesSettled>("areLanesSettled"),
          InstanceMethod<&ServerObject::BitCount>("bitCount"),
          InstanceMethod<&ServerObject::IsFrameWhole>("isFrameWhole"),
          InstanceMethod<&ServerObject::StartLanes>("startLanes"),
          InstanceMethod<&ServerObject::EndLanes>("endLanes"),
          InstanceMethod<&ServerObject::CopyFrame>("copyFrame"),
          InstanceMethod<&ServerObject::RestoreFrame>("restoreFrame"),
          InstanceMethod<&ServerObject::Announce>("announce"),
          InstanceMethod<&ServerObject::Close>("close"),
      });
}

ServerObject::ServerObject(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<ServerObject>(info) {}

ServerObject::~ServerObject() { Release(); }

Napi::Value ServerObject::Claim(const Napi::CallbackInfo& info) {
  ChannelObject* channel = ChannelObject::From(info[0]);
  int error = channel == nullptr ? -EINVAL : 0;
  if (error == 0 && channel->channel() == nullptr) error = -EBADF;
  if (error == 0) {
    error = server_.Claim(channel->channel(),
                          info[1].As<Napi::Number>().Int32Value());
  }
  if (error == 0) {
    channel_ = channel;
    channel_->Attach(this);
  }
  return Napi::Number::New(info.Env(), error);
}

Napi::Value ServerObject::Grant(const Napi::CallbackInfo& info) {
  Fields fields(info[0]);
  const GrantRequest request{fields.Unsigned("number"),
                             fields.Unsigned("session"),
                             fields.Signed("pid"),
                             fields.Signed("thread"),
                             fields.Signed("status"),
                             fields.Unsigned("bits"),
                             static_cast<Mode>(fields.Unsigned("mode")),
                             fields.Signed("cpu"),
                             fields.Unsigned("count"),
                             fields.Unsigned("lanes"),
                             fields.Boolean("together")};
  const int error = fields.are_complete() ? server_.SetGrant(request) : -EINVAL;
  if (error == 0) channel_->StartIdle();
  return Napi::Number::New(info.Env(), error);
}

Napi::Value ServerObject::Place(const Napi::CallbackInfo& info) {
  return Napi::Number::New(
      info.Env(), server_.Place(info[0].As<Napi::Number>().Int32Value(),
                                info[1].As<Napi::Boolean>().Value()));
}

Napi::Value ServerObject::ClearGrant(const Napi::CallbackInfo& info) {
  const int count = server_.ClearGrant();
  if (count >= 0) channel_->StopIdle();
  return Napi::Number::New(info.Env(), count);
}

Napi::Value ServerObject::GrantCount(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), server_.GrantCount());
}

Napi::Value ServerObject::GrantLanes(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), server_.GrantLanes());
}

Napi::Value ServerObject::AreLanesSettled(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), server_.AreLanesSettled());
}

Napi::Value ServerObject::BitCount(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), server_.bit_count());
}

Napi::Value ServerObject::IsFrameWhole(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), server_.IsFrameWhole());
}

Napi::Value ServerObject::StartLanes(const Napi::CallbackInfo& info) {
  const std::vector<pid_t> threads =
      server_.StartLanes(info[0].As<Napi::Number>().Uint32Value());
  auto ids = Napi::Array::New(info.Env(), threads.size());
  for (uint32_t i = 0; i < threads.size(); ++i) {
    ids.Set(i, Napi::Number::New(info.Env(), threads[i]));
  }
  return ids;
}

Napi::Value ServerObject::EndLanes(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), server_.EndLanes());
}

Napi::Value ServerObject::CopyFrame(const Napi::CallbackInfo& info) {
  auto out = info[0].As<Napi::Uint8Array>();
  return Napi::Number::New(info.Env(),
                           server_.CopyFrame(out.Data(), out.ByteLength()));
}

Napi::Value ServerObject::RestoreFrame(const Napi::CallbackInfo& info) {
  const auto bytes = info[0].As<Napi::Uint8Array>();
  return Napi::Number::New(
      info.Env(), server_.RestoreFrame(bytes.Data(), bytes.ByteLength()));
}

Napi::Value ServerObject::Announce(const Napi::CallbackInfo& info) {
  std::vector<std::string> paths;
  for (size_t i = 0; i < info.Length(); ++i) {
    paths.push_back(info[i].As<Napi::String>().Utf8Value());
  }
  return Napi::Number::New(info.Env(), server_.Announce(std::move(paths)));
}

Napi::Value ServerObject::Close(const Napi::CallbackInfo& info) {
  Release();
  return info.Env().Undefined();
}

bool ServerObject::OnIdle(int ms, int loop_fd) {
  if (!IsReceiving(server_)) return false;
  const int slice_ms = ms < 0 ? kSliceMs : std::min(ms, kSliceMs);
  return Receive(server_, uint64_t{1'000'000} * static_cast<uint64_t>(slice_ms),
                 loop_fd);
}

void ServerObject::OnChannelEnd() {
  server_.TakeBack();
  Release();
}

void ServerObject::Release() {
  server_.Release();
  if (channel_ == nullptr) return;
  channel_->StopIdle();
  channel_->Detach();
  channel_ = nullptr;
}

}  // namespace minitalk
