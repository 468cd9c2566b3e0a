// `Trace` in JavaScript: what a recorder sees, see core/signals/tracing.h.
#ifndef MINITALK_BINDING_SIGNALS_TRACE_OBJECT_H_
#define MINITALK_BINDING_SIGNALS_TRACE_OBJECT_H_

#include <napi.h>

#include "core/signals/tracing.h"

namespace minitalk {

class TraceObject : public Napi::ObjectWrap<TraceObject> {
 public:
  static Napi::Function Define(Napi::Env env);
  explicit TraceObject(const Napi::CallbackInfo& info);

 private:
  Napi::Value Open(const Napi::CallbackInfo& info);
  Napi::Value Drain(const Napi::CallbackInfo& info);
  Napi::Value Lost(const Napi::CallbackInfo& info);
  Napi::Value Stop(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);

  Tracing tracing_;
};

}  // namespace minitalk

#endif  // MINITALK_BINDING_SIGNALS_TRACE_OBJECT_H_
