// `ExitWatch` in JavaScript: calls back once, when a process has ended.
#ifndef MINITALK_BINDING_SIGNALS_EXIT_OBJECT_H_
#define MINITALK_BINDING_SIGNALS_EXIT_OBJECT_H_

#include <napi.h>

#include "binding/signals/loop_handles.h"

namespace minitalk {

class ExitObject : public Napi::ObjectWrap<ExitObject>,
                   private LoopHandles::Owner {
 public:
  static Napi::Function Define(Napi::Env env);
  explicit ExitObject(const Napi::CallbackInfo& info);
  ~ExitObject() override;

 private:
  Napi::Value Open(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);

  void OnReadable() override;
  void OnEnvironmentEnd() override;
  void Shut();

  Napi::FunctionReference on_exit_;
  LoopHandles* handles_ = nullptr;
};

}  // namespace minitalk

#endif  // MINITALK_BINDING_SIGNALS_EXIT_OBJECT_H_
