// `Channel` in JavaScript: a core channel joined to this environment's loop.
#ifndef MINITALK_BINDING_SIGNALS_CHANNEL_OBJECT_H_
#define MINITALK_BINDING_SIGNALS_CHANNEL_OBJECT_H_

#include <napi.h>

#include "binding/signals/loop_handles.h"
#include "core/signals/channel.h"
#include "core/signals/disposition.h"
#include "core/signals/taking.h"

namespace minitalk {

class ChannelObject : public Napi::ObjectWrap<ChannelObject>,
                      private LoopHandles::Owner {
 public:
  // Who uses the channel for more than its records.
  class Extension {
   public:
    // See LoopHandles::Owner; from StartIdle to StopIdle.
    virtual bool OnIdle(int ms, int loop_fd) = 0;
    // Takes records before the loop has them; null: nobody does.
    virtual Sift* sift() { return nullptr; }
    // The channel closes: Detach must be called.
    virtual void OnChannelEnd() = 0;

   protected:
    ~Extension() = default;
  };

  static Napi::Function Define(Napi::Env env);
  // Null for what is no channel.
  static ChannelObject* From(Napi::Value value);
  explicit ChannelObject(const Napi::CallbackInfo& info);
  ~ChannelObject() override;

  // Null before Open and after Close.
  Channel* channel() const { return channel_; }
  // One at a time.
  void Attach(Extension* extension) { extension_ = extension; }
  void Detach() { extension_ = nullptr; }
  void StartIdle();
  void StopIdle();

 private:
  Napi::Value Open(const Napi::CallbackInfo& info);
  Napi::Value EnableSnapshots(const Napi::CallbackInfo& info);
  Napi::Value FetchSnapshot(const Napi::CallbackInfo& info);
  Napi::Value SetPolicy(const Napi::CallbackInfo& info);
  Napi::Value SetGrace(const Napi::CallbackInfo& info);
  Napi::Value Hold(const Napi::CallbackInfo& info);
  Napi::Value StopHolding(const Napi::CallbackInfo& info);
  Napi::Value Subscribe(const Napi::CallbackInfo& info);
  Napi::Value Unsubscribe(const Napi::CallbackInfo& info);
  Napi::Value Settle(const Napi::CallbackInfo& info);
  Napi::Value Drain(const Napi::CallbackInfo& info);
  Napi::Value Arm(const Napi::CallbackInfo& info);
  Napi::Value Lost(const Napi::CallbackInfo& info);
  Napi::Value TakeDisplaced(const Napi::CallbackInfo& info);
  Napi::Value Ref(const Napi::CallbackInfo& info);
  Napi::Value Unref(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);

  void OnReadable() override;
  bool OnIdle(int ms, int loop_fd) override;
  void OnEnvironmentEnd() override;
  bool Release(int signo);
  // `let_go` undoes a subscription: Unsubscribe or Abandon.
  template <typename LetGo>
  void Shut(LetGo let_go);

  Napi::FunctionReference on_wake_;
  Channel* channel_ = nullptr;
  LoopHandles* handles_ = nullptr;
  Extension* extension_ = nullptr;
  // Per signal, what is to be undone: 0 nothing, else 1 + After.
  unsigned char subscribed_[kMaxSignal + 1] = {};
};

}  // namespace minitalk

#endif  // MINITALK_BINDING_SIGNALS_CHANNEL_OBJECT_H_
