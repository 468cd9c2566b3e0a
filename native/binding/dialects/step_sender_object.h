// `StepSender` in JavaScript: a client of another minitalk's server.
#ifndef MINITALK_BINDING_DIALECTS_STEP_SENDER_OBJECT_H_
#define MINITALK_BINDING_DIALECTS_STEP_SENDER_OBJECT_H_

#include <napi.h>

#include "core/dialects/step_sender.h"

namespace minitalk {

class StepSenderObject : public Napi::ObjectWrap<StepSenderObject> {
 public:
  static Napi::Function Define(Napi::Env env);
  explicit StepSenderObject(const Napi::CallbackInfo& info);

 private:
  Napi::Value Open(const Napi::CallbackInfo& info);
  Napi::Value Begin(const Napi::CallbackInfo& info);
  Napi::Value Run(const Napi::CallbackInfo& info);
  Napi::Value Done(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);

  StepSender sender_;
};

}  // namespace minitalk

#endif  // MINITALK_BINDING_DIALECTS_STEP_SENDER_OBJECT_H_
