// `DialectServer` in JavaScript: whom the handler may acknowledge.
#ifndef MINITALK_BINDING_DIALECTS_DIALECT_SERVER_OBJECT_H_
#define MINITALK_BINDING_DIALECTS_DIALECT_SERVER_OBJECT_H_

#include <napi.h>

#include "binding/signals/channel_object.h"
#include "core/dialects/dialect_server.h"

namespace minitalk {

class DialectServerObject : public Napi::ObjectWrap<DialectServerObject>,
                            private ChannelObject::Extension {
 public:
  static Napi::Function Define(Napi::Env env);
  explicit DialectServerObject(const Napi::CallbackInfo& info);
  ~DialectServerObject() override;

 private:
  Napi::Value Claim(const Napi::CallbackInfo& info);
  Napi::Value Gather(const Napi::CallbackInfo& info);
  Napi::Value Admit(const Napi::CallbackInfo& info);
  Napi::Value SetPlain(const Napi::CallbackInfo& info);
  Napi::Value Dismiss(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);

  bool OnIdle(int, int) override { return false; }
  void OnChannelEnd() override { Release(); }
  void Release();

  DialectServer server_;
  ChannelObject* channel_ = nullptr;
};

}  // namespace minitalk

#endif  // MINITALK_BINDING_DIALECTS_DIALECT_SERVER_OBJECT_H_
