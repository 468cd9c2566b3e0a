#include "binding/signals/channel_object.h"

#include <errno.h>

#include <algorithm>

#include "binding/signals/loop_hold.h"
#include "core/minitalk/affinity.h"
#include "core/minitalk/grant.h"
#include "core/minitalk/receive.h"

namespace minitalk {

namespace {

// For how long the loop may be kept from what else there is to do.
constexpr int kSliceMs = 2;

// The CPU that runs this thread, or -1 where the thread may not be held on it.
int HoldableCpu() {
  const int cpu = CurrentCpu();
  CpuHold hold;
  return hold.Acquire(cpu) == 0 ? cpu : -1;
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
          InstanceMethod<&ChannelObject::Subscribe>("subscribe"),
          InstanceMethod<&ChannelObject::Unsubscribe>("unsubscribe"),
          InstanceMethod<&ChannelObject::Settle>("settle"),
          InstanceMethod<&ChannelObject::Drain>("drain"),
          InstanceMethod<&ChannelObject::Arm>("arm"),
          InstanceMethod<&ChannelObject::Lost>("lost"),
          InstanceMethod<&ChannelObject::Ref>("ref"),
          InstanceMethod<&ChannelObject::Unref>("unref"),
          InstanceMethod<&ChannelObject::Close>("close"),
          InstanceMethod<&ChannelObject::ClaimServer>("claimServer"),
          InstanceMethod<&ChannelObject::ReleaseServer>("releaseServer"),
          InstanceMethod<&ChannelObject::Grant>("grant"),
          InstanceMethod<&ChannelObject::Place>("place"),
          InstanceMethod<&ChannelObject::ClearGrant>("clearGrant"),
          InstanceMethod<&ChannelObject::GrantCount>("grantCount"),
          InstanceMethod<&ChannelObject::CopyFrame>("copyFrame"),
      });
}

ChannelObject::ChannelObject(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<ChannelObject>(info),
      on_wake_(Napi::Persistent(info[0].As<Napi::Function>())) {}

ChannelObject::~ChannelObject() { Shut(minitalk::Abandon); }

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
  if (channel_ == nullptr || !IsReceiving(channel_)) return false;
  const int slice_ms = ms < 0 ? kSliceMs : std::min(ms, kSliceMs);
  return Receive(
      channel_, uint64_t{1'000'000} * static_cast<uint64_t>(slice_ms), loop_fd);
}

void ChannelObject::OnEnvironmentEnd() {
  NoteEnvironmentEnd();
  Shut(minitalk::Abandon);
}

template <typename LetGo>
void ChannelObject::Shut(LetGo let_go) {
  if (channel_ == nullptr) return;
  minitalk::ReleaseServer(channel_);
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
  const auto uids = info[0].As<Napi::Uint32Array>();
  const auto pids = info[1].As<Napi::Int32Array>();
  Policy policy;
  if (uids.ElementLength() > Policy::kMax ||
      pids.ElementLength() > Policy::kMax) {
    return Napi::Number::New(info.Env(), -E2BIG);
  }
  policy.set = true;
  policy.uid_count = static_cast<uint32_t>(uids.ElementLength());
  policy.pid_count = static_cast<uint32_t>(pids.ElementLength());
  std::copy_n(uids.Data(), policy.uid_count, policy.uids);
  std::copy_n(pids.Data(), policy.pid_count, policy.pids);
  policy.allows_claimed = !info[2].As<Napi::Boolean>().Value();
  policy.refuses_others = info[3].As<Napi::Boolean>().Value();
  channel_->policy = policy;
  return Napi::Number::New(info.Env(), 0);
}

Napi::Value ChannelObject::SetGrace(const Napi::CallbackInfo& info) {
  if (channel_ != nullptr) {
    channel_->grace =
        uint64_t{1'000'000} * info[0].As<Napi::Number>().Uint32Value();
  }
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
  if (handles_ != nullptr) handles_->Ref();
  return info.Env().Undefined();
}

Napi::Value ChannelObject::Unref(const Napi::CallbackInfo& info) {
  if (handles_ != nullptr) handles_->Unref();
  return info.Env().Undefined();
}

Napi::Value ChannelObject::ClaimServer(const Napi::CallbackInfo& info) {
  const int burst_signal = info[0].As<Napi::Number>().Int32Value();
  return Napi::Number::New(info.Env(),
                           channel_ == nullptr
                               ? -EBADF
                               : minitalk::ClaimServer(channel_, burst_signal));
}

Napi::Value ChannelObject::ReleaseServer(const Napi::CallbackInfo& info) {
  if (channel_ != nullptr) {
    handles_->StopIdle();
    minitalk::ReleaseServer(channel_);
  }
  return info.Env().Undefined();
}

Napi::Value ChannelObject::Grant(const Napi::CallbackInfo& info) {
  const auto number = [&](size_t i) {
    return info[i].As<Napi::Number>().Uint32Value();
  };
  if (channel_ == nullptr) return Napi::Number::New(info.Env(), -EBADF);
  const bool place = info[7].As<Napi::Boolean>().Value();
  const int cpu = place ? HoldableCpu() : -1;
  SetGrant(channel_,
           GrantRequest{number(0), number(1), static_cast<pid_t>(number(2)),
                        static_cast<pid_t>(number(3)),
                        info[4].As<Napi::Number>().Int32Value(), number(5),
                        static_cast<Mode>(number(6)), cpu});
  handles_->StartIdle();
  return Napi::Number::New(info.Env(), cpu);
}

Napi::Value ChannelObject::Place(const Napi::CallbackInfo& info) {
  const int cpu = info[0].As<Napi::Boolean>().Value() ? HoldableCpu() : -1;
  PlaceGrant(cpu);
  return Napi::Number::New(info.Env(), cpu);
}

Napi::Value ChannelObject::ClearGrant(const Napi::CallbackInfo& info) {
  minitalk::ClearGrant();
  if (handles_ != nullptr) handles_->StopIdle();
  return info.Env().Undefined();
}

Napi::Value ChannelObject::CopyFrame(const Napi::CallbackInfo& info) {
  auto out = info[0].As<Napi::Uint8Array>();
  minitalk::CopyFrame(out.Data(), out.ByteLength());
  return info.Env().Undefined();
}

Napi::Value ChannelObject::GrantCount(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), minitalk::GrantCount());
}

}  // namespace minitalk
