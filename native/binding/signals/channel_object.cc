#include "binding/signals/channel_object.h"

#include <errno.h>

#include <algorithm>

#include "binding/signals/loop_hold.h"
#include "handler/signals/grace.h"

namespace minitalk {

namespace {

// Tells our channels from other objects.
constexpr napi_type_tag kTag = {0x8e1f6c2d4b7a4c05, 0x9d3b52a7f0c8e614};

// False: it is too long.
bool ReadList(const Napi::Object& from, SenderList* list) {
  const auto uids = from.Get("uids").As<Napi::Uint32Array>();
  const auto pids = from.Get("pids").As<Napi::Int32Array>();
  if (uids.ElementLength() > SenderList::kMax ||
      pids.ElementLength() > SenderList::kMax) {
    return false;
  }
  list->uid_count = static_cast<uint32_t>(uids.ElementLength());
  list->pid_count = static_cast<uint32_t>(pids.ElementLength());
  std::copy_n(uids.Data(), list->uid_count, list->uids);
  std::copy_n(pids.Data(), list->pid_count, list->pids);
  list->relations = from.Get("relations").As<Napi::Number>().Uint32Value();
  return true;
}

}  // namespace

Napi::Function ChannelObject::Define(Napi::Env env) {
  return DefineClass(
      env, "Channel",
      {
          InstanceMethod<&ChannelObject::Open>("open"),
          InstanceMethod<&ChannelObject::EnableSnapshots>("enableSnapshots"),
          InstanceMethod<&ChannelObject::FetchSnapshot>("fetchSnapshot"),
          InstanceMethod<&ChannelObject::SetPolicy>("setPolicy"),
          InstanceMethod<&ChannelObject::SetGrace>("setGrace"),
          InstanceMethod<&ChannelObject::Hold>("hold"),
          InstanceMethod<&ChannelObject::StopHolding>("stopHolding"),
          InstanceMethod<&ChannelObject::Subscribe>("subscribe"),
          InstanceMethod<&ChannelObject::Unsubscribe>("unsubscribe"),
          InstanceMethod<&ChannelObject::Settle>("settle"),
          InstanceMethod<&ChannelObject::Drain>("drain"),
          InstanceMethod<&ChannelObject::Arm>("arm"),
          InstanceMethod<&ChannelObject::Lost>("lost"),
          InstanceMethod<&ChannelObject::TakeDisplaced>("takeDisplaced"),
          InstanceMethod<&ChannelObject::Ref>("ref"),
          InstanceMethod<&ChannelObject::Unref>("unref"),
          InstanceMethod<&ChannelObject::Close>("close"),
      });
}

ChannelObject::ChannelObject(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<ChannelObject>(info),
      on_wake_(Napi::Persistent(info[0].As<Napi::Function>())) {
  info.This().As<Napi::Object>().TypeTag(&kTag);
}

ChannelObject::~ChannelObject() { Shut(minitalk::Abandon); }

ChannelObject* ChannelObject::From(Napi::Value value) {
  if (!value.IsObject()) return nullptr;
  const auto object = value.As<Napi::Object>();
  return object.CheckTypeTag(&kTag) ? Unwrap(object) : nullptr;
}

void ChannelObject::StartIdle() {
  if (handles_ != nullptr) handles_->StartIdle();
}

void ChannelObject::StopIdle() {
  if (handles_ != nullptr) handles_->StopIdle();
}

Napi::Value ChannelObject::Open(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (channel_ != nullptr) return Napi::Number::New(env, -EALREADY);
  int error = 0;
  Channel* channel =
      OpenChannel(info[0].As<Napi::Number>().Uint32Value(), &error);
  if (channel == nullptr) {
    on_wake_.Reset();
    return Napi::Number::New(env, error);
  }
  handles_ = LoopHandles::Open(env, WakeFd(channel), this, &error);
  if (handles_ == nullptr) {
    CloseChannel(channel);
    on_wake_.Reset();
    return Napi::Number::New(env, error);
  }
  channel_ = channel;
  Reference::Ref();  // from here on Close ends it, not the garbage collector
  return Napi::Number::New(env, 0);
}

void ChannelObject::OnReadable() {
  if (channel_ == nullptr) return;
  TakeWake(channel_);
  const Napi::HandleScope scope(Env());
  CallFromLoop(Env(), Value(), on_wake_.Value());
}

bool ChannelObject::OnIdle(int ms, int loop_fd) {
  return extension_ != nullptr && extension_->OnIdle(ms, loop_fd);
}

void ChannelObject::OnEnvironmentEnd() {
  NoteEnvironmentEnd();
  Shut(minitalk::Abandon);
}

template <typename LetGo>
void ChannelObject::Shut(LetGo let_go) {
  if (channel_ == nullptr) return;
  if (extension_ != nullptr) extension_->OnChannelEnd();
  minitalk::StopHolding(channel_);
  for (int signo = 1; signo <= kMaxSignal; ++signo) {
    if (subscribed_[signo] == 0) continue;
    let_go(channel_, signo, static_cast<After>(subscribed_[signo] - 1));
    subscribed_[signo] = 0;
  }
  handles_->Close();
  handles_ = nullptr;
  CloseChannel(channel_);
  channel_ = nullptr;
  // A strong reference, to what refers to this object: without an end it would
  // keep both for ever.
  on_wake_.Reset();
}

bool ChannelObject::Release(int signo) {
  if (subscribed_[signo] == 0) return false;
  const auto after = static_cast<After>(subscribed_[signo] - 1);
  subscribed_[signo] = 0;
  return minitalk::Unsubscribe(channel_, signo, after);
}

Napi::Value ChannelObject::Close(const Napi::CallbackInfo& info) {
  if (channel_ != nullptr) {
    Shut(minitalk::Unsubscribe);
    Reference::Unref();
  }
  return info.Env().Undefined();
}

Napi::Value ChannelObject::EnableSnapshots(const Napi::CallbackInfo& info) {
  return Napi::Number::New(
      info.Env(),
      channel_ == nullptr ? -EBADF : minitalk::EnableSnapshots(channel_));
}

Napi::Value ChannelObject::FetchSnapshot(const Napi::CallbackInfo& info) {
  auto out = info[1].As<Napi::ArrayBuffer>();
  const bool fetched =
      channel_ != nullptr && out.ByteLength() >= sizeof(Sender) &&
      minitalk::FetchSnapshot(channel_,
                              info[0].As<Napi::Number>().Uint32Value(),
                              static_cast<Sender*>(out.Data()));
  return Napi::Boolean::New(info.Env(), fetched);
}

Napi::Value ChannelObject::SetPolicy(const Napi::CallbackInfo& info) {
  if (channel_ == nullptr) return Napi::Number::New(info.Env(), -EBADF);
  Policy policy;
  policy.set = true;
  if (!ReadList(info[0].As<Napi::Object>(), &policy.only) ||
      !ReadList(info[1].As<Napi::Object>(), &policy.never)) {
    return Napi::Number::New(info.Env(), -E2BIG);
  }
  policy.allows_claimed = !info[2].As<Napi::Boolean>().Value();
  policy.refuses_others = info[3].As<Napi::Boolean>().Value();
  channel_->policy = policy;
  return Napi::Number::New(info.Env(), 0);
}

Napi::Value ChannelObject::SetGrace(const Napi::CallbackInfo& info) {
  const auto ns = [](const Napi::Value& ms) {
    return uint64_t{1'000'000} * ms.As<Napi::Number>().Uint32Value();
  };
  if (channel_ != nullptr) {
    channel_->grace = ns(info[0]);
    channel_->deadline = info[1].IsUndefined() ? kNever : ns(info[1]);
  }
  return info.Env().Undefined();
}

Napi::Value ChannelObject::Hold(const Napi::CallbackInfo& info) {
  if (channel_ != nullptr) channel_->holds.store(true);
  return info.Env().Undefined();
}

Napi::Value ChannelObject::StopHolding(const Napi::CallbackInfo& info) {
  if (channel_ != nullptr) minitalk::StopHolding(channel_);
  return info.Env().Undefined();
}

Napi::Value ChannelObject::Subscribe(const Napi::CallbackInfo& info) {
  const int signo = info[0].As<Napi::Number>().Int32Value();
  const uint32_t after = info[1].As<Napi::Number>().Uint32Value();
  if (channel_ == nullptr) return Napi::Number::New(info.Env(), -EBADF);
  if (!IsWatchable(signo) || after >= kAfters) {
    return Napi::Number::New(info.Env(), -EINVAL);
  }
  if (subscribed_[signo] != 0) return Napi::Number::New(info.Env(), -EALREADY);
  const int error = minitalk::Subscribe(
      channel_, signo, static_cast<After>(after), ProcessLoopHold());
  if (error == 0) subscribed_[signo] = static_cast<unsigned char>(1 + after);
  return Napi::Number::New(info.Env(), error);
}

Napi::Value ChannelObject::Unsubscribe(const Napi::CallbackInfo& info) {
  const int signo = info[0].As<Napi::Number>().Int32Value();
  return Napi::Boolean::New(
      info.Env(), channel_ != nullptr && IsWatchable(signo) && Release(signo));
}

Napi::Value ChannelObject::Settle(const Napi::CallbackInfo& info) {
  if (channel_ != nullptr) minitalk::Settle(channel_);
  return info.Env().Undefined();
}

Napi::Value ChannelObject::Drain(const Napi::CallbackInfo& info) {
  auto batch = info[0].As<Napi::ArrayBuffer>();
  if (channel_ == nullptr) return Napi::Number::New(info.Env(), 0);
  const size_t count =
      TakeRecords(channel_, static_cast<Record*>(batch.Data()),
                  batch.ByteLength() / sizeof(Record),
                  extension_ == nullptr ? nullptr : extension_->sift());
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

Napi::Value ChannelObject::TakeDisplaced(const Napi::CallbackInfo& info) {
  const int signo = info[0].As<Napi::Number>().Int32Value();
  return Napi::Boolean::New(info.Env(),
                            channel_ != nullptr && IsWatchable(signo) &&
                                minitalk::TakeDisplaced(channel_, signo));
}

Napi::Value ChannelObject::Ref(const Napi::CallbackInfo& info) {
  if (handles_ != nullptr) handles_->Ref();
  return info.Env().Undefined();
}

Napi::Value ChannelObject::Unref(const Napi::CallbackInfo& info) {
  if (handles_ != nullptr) handles_->Unref();
  return info.Env().Undefined();
}

}  // namespace minitalk
