// `Server` in JavaScript: the claim on being the process's server, for one
// channel.
#ifndef MINITALK_BINDING_MINITALK_SERVER_OBJECT_H_
#define MINITALK_BINDING_MINITALK_SERVER_OBJECT_H_

#include <napi.h>

#include "binding/signals/channel_object.h"
#include "core/minitalk/server.h"

namespace minitalk {

class ServerObject : public Napi::ObjectWrap<ServerObject>,
                     private ChannelObject::Extension {
 public:
  static Napi::Function Define(Napi::Env env);
  explicit ServerObject(const Napi::CallbackInfo& info);
  ~ServerObject() override;

 private:
  Napi::Value Claim(const Napi::CallbackInfo& info);
  Napi::Value Grant(const Napi::CallbackInfo& info);
  Napi::Value Place(const Napi::CallbackInfo& info);
  Napi::Value ClearGrant(const Napi::CallbackInfo& info);
  Napi::Value GrantCount(const Napi::CallbackInfo& info);
  Napi::Value GrantLanes(const Napi::CallbackInfo& info);
  Napi::Value AreLanesSettled(const Napi::CallbackInfo& info);
  Napi::Value BitCount(const Napi::CallbackInfo& info);
  Napi::Value IsFrameWhole(const Napi::CallbackInfo& info);
  Napi::Value StartLanes(const Napi::CallbackInfo& info);
  Napi::Value EndLanes(const Napi::CallbackInfo& info);
  Napi::Value Announce(const Napi::CallbackInfo& info);
  Napi::Value CopyFrame(const Napi::CallbackInfo& info);
  Napi::Value RestoreFrame(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);

  bool OnIdle(int ms, int loop_fd) override;
  Sift* sift() override { return &server_; }
  void OnChannelEnd() override;
  void Release();

  Server server_;
  ChannelObject* channel_ = nullptr;  // null without the claim
};

}  // namespace minitalk

#endif  // MINITALK_BINDING_MINITALK_SERVER_OBJECT_H_
