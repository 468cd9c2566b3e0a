// `Transmitter` in JavaScript: a client's line to one server.
#ifndef MINITALK_BINDING_MINITALK_TRANSMITTER_OBJECT_H_
#define MINITALK_BINDING_MINITALK_TRANSMITTER_OBJECT_H_

#include <napi.h>

#include "core/minitalk/transmit.h"

namespace minitalk {

class TransmitterObject : public Napi::ObjectWrap<TransmitterObject> {
 public:
  static Napi::Function Define(Napi::Env env);
  explicit TransmitterObject(const Napi::CallbackInfo& info);

 private:
  Napi::Value Open(const Napi::CallbackInfo& info);
  Napi::Value Begin(const Napi::CallbackInfo& info);
  Napi::Value Transmit(const Napi::CallbackInfo& info);
  Napi::Value Taken(const Napi::CallbackInfo& info);
  Napi::Value LastReply(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);

  Transmitter transmitter_;
};

}  // namespace minitalk

#endif  // MINITALK_BINDING_MINITALK_TRANSMITTER_OBJECT_H_
