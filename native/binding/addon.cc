// The module: plain functions over the core, and its classes. Calls return
// 0 or a value, or a negative errno; lib/ makes the errors.
#include <errno.h>
#include <napi.h>

#include <algorithm>
#include <vector>

#include "binding/dialects/dialect_server_object.h"
#include "binding/dialects/step_sender_object.h"
#include "binding/minitalk/server_object.h"
#include "binding/minitalk/transmitter_object.h"
#include "binding/signals/channel_object.h"
#include "binding/signals/descriptors.h"
#include "binding/signals/exit_object.h"
#include "binding/signals/trace_object.h"
#include "core/minitalk/affinity.h"
#include "core/minitalk/payload.h"
#include "core/minitalk/send_word.h"
#include "core/signals/disposition.h"
#include "core/signals/execute.h"
#include "core/signals/process.h"
#include "core/signals/reporting.h"
#include "core/signals/sending.h"
#include "core/signals/signal_scope.h"
#include "handler/signals/calls.h"
#include "handler/signals/grace.h"
#include "handler/signals/signal_table.h"
#include "handler/signals/state.h"
#include "handler/signals/status.h"

namespace minitalk {
namespace {

int32_t Int(const Napi::CallbackInfo& info, size_t index) {
  return info[index].As<Napi::Number>().Int32Value();
}

Napi::Value Result(const Napi::CallbackInfo& info, int32_t result) {
  return Napi::Number::New(info.Env(), result);
}

Descriptors* DescriptorsOf(const Napi::CallbackInfo& info) {
  return info.Env().GetInstanceData<Descriptors>();
}

Napi::Value KillProcess(const Napi::CallbackInfo& info) {
  return Result(info, TracedKill(Int(info, 0), Int(info, 1)));
}

Napi::Value KillOneThread(const Napi::CallbackInfo& info) {
  return Result(info,
                TracedKillThread(Int(info, 0), Int(info, 1), Int(info, 2)));
}

// The value comes as two unsigned halves, which is cheaper than a BigInt.
Napi::Value Queue(const Napi::CallbackInfo& info) {
  const uint64_t high = info[3].As<Napi::Number>().Uint32Value();
  const uint64_t low = info[4].As<Napi::Number>().Uint32Value();
  return Result(info, TracedQueue(Int(info, 0), Int(info, 1), Int(info, 2),
                                  high << 32 | low));
}

Napi::Value PidfdOpen(const Napi::CallbackInfo& info) {
  return Result(info, DescriptorsOf(info)->Keep(OpenPidfd(Int(info, 0))));
}

Napi::Value PidfdExited(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), HasExited(Int(info, 0)));
}

Napi::Value PidfdSendSignal(const Napi::CallbackInfo& info) {
  return Result(info,
                TracedSendToPidfd(Int(info, 0), Int(info, 1), Int(info, 2)));
}

Napi::Value CloseDescriptor(const Napi::CallbackInfo& info) {
  return Result(info, DescriptorsOf(info)->Close(Int(info, 0)));
}

Napi::Value CurrentThread(const Napi::CallbackInfo& info) {
  return Result(info, ThreadId());
}

Napi::Value Holdable(const Napi::CallbackInfo& info) {
  return Result(info, HoldableCpu());
}

Napi::Value Payload(const Napi::CallbackInfo& info) {
  return Result(info, static_cast<int>(LargestPayload()));
}

Napi::Value Watchable(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), IsWatchable(Int(info, 0)));
}

Napi::Value Rearm(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), Reinstall(Int(info, 0)));
}

Napi::Value Unheard(const Napi::CallbackInfo& info) {
  SetUnheard(Int(info, 0), info[1].As<Napi::Boolean>().Value());
  return info.Env().Undefined();
}

Napi::Value SetUnmappedUid(const Napi::CallbackInfo& info) {
  state.unmapped_uid.store(info[0].As<Napi::Number>().Uint32Value());
  return info.Env().Undefined();
}

Napi::Value DueAction(const Napi::CallbackInfo& info) {
  DoDueAction(Int(info, 0));
  return info.Env().Undefined();
}

Napi::Value Installed(const Napi::CallbackInfo& info) {
  return Result(info, static_cast<int>(InstalledFor(Int(info, 0))));
}

Napi::Value ReadProcess(const Napi::CallbackInfo& info) {
  auto out = info[1].As<Napi::ArrayBuffer>();
  if (out.ByteLength() < sizeof(Sender)) return Result(info, -EINVAL);
  return Result(info,
                ReadSender(Int(info, 0), static_cast<Sender*>(out.Data())));
}

Napi::Value StatusOpen(const Napi::CallbackInfo& info) {
  return Result(
      info, DescriptorsOf(info)->Keep(OpenStatus(Int(info, 0), Int(info, 1))));
}

Napi::Value StatusCatches(const Napi::CallbackInfo& info) {
  const uint64_t high = info[1].As<Napi::Number>().Uint32Value();
  const uint64_t low = info[2].As<Napi::Number>().Uint32Value();
  return Result(info, CatchesAll(Int(info, 0), high << 32 | low));
}

Napi::Value SendOneWord(const Napi::CallbackInfo& info) {
  const uint64_t high = info[3].As<Napi::Number>().Uint32Value();
  const uint64_t low = info[4].As<Napi::Number>().Uint32Value();
  return Result(info, SendWord(Int(info, 0), Int(info, 1), Int(info, 2),
                               high << 32 | low));
}

Napi::Value PidfdQueue(const Napi::CallbackInfo& info) {
  const uint64_t high = info[3].As<Napi::Number>().Uint32Value();
  const uint64_t low = info[4].As<Napi::Number>().Uint32Value();
  return Result(info, TracedQueueToPidfd(Int(info, 0), Int(info, 1),
                                         Int(info, 2), high << 32 | low));
}

Napi::Value StartReport(const Napi::CallbackInfo& info) {
  const std::string path = info[0].As<Napi::String>().Utf8Value();
  return Result(info,
                StartReports(path.c_str(), info[1].As<Napi::Boolean>()
                                               ? Reporter::Format::kJson
                                               : Reporter::Format::kText));
}

Napi::Value Restrict(const Napi::CallbackInfo& info) {
  return Result(info, RestrictSignals());
}

// Strings that stand behind each other, each with a zero byte at its end, as
// execve(2) takes them.
std::vector<char*> Strings(const Napi::Value& value) {
  auto bytes = value.As<Napi::Uint8Array>();
  char* at = reinterpret_cast<char*>(bytes.Data());
  char* const end = at + bytes.ByteLength();
  std::vector<char*> strings;
  while (at != end) {
    strings.push_back(at);
    at = std::find(at, end - 1, '\0') + 1;
  }
  strings.push_back(nullptr);
  return strings;
}

Napi::Value ExecuteProgram(const Napi::CallbackInfo& info) {
  const std::vector<char*> arguments = Strings(info[0]);
  const std::vector<char*> environment = Strings(info[1]);
  const uint64_t high = info[2].As<Napi::Number>().Uint32Value();
  const uint64_t low = info[3].As<Napi::Number>().Uint32Value();
  auto descriptors = info[4].As<Napi::Int32Array>();
  const uint64_t open_files = info[5].As<Napi::Number>().Uint32Value();
  return Result(info, Execute({arguments.data(), environment.data(),
                               high << 32 | low, descriptors.Data(),
                               descriptors.ElementLength(), open_files}));
}

// Of the standard signals: those of real time have no table.
Napi::Array SignalTable(Napi::Env env) {
  auto table = Napi::Array::New(env, kSignalCount);
  for (uint32_t i = 0; i < kSignalCount; ++i) {
    auto facts = Napi::Object::New(env);
    facts.Set("number", kSignals[i].number);
    facts.Set("name", kSignals[i].name);
    facts.Set("action", static_cast<int>(kSignals[i].action));
    table.Set(i, facts);
  }
  return table;
}

Napi::Array CodeTable(Napi::Env env) {
  auto table = Napi::Array::New(env, kCodeCount);
  for (uint32_t i = 0; i < kCodeCount; ++i) {
    auto entry = Napi::Object::New(env);
    entry.Set("code", kCodes[i].code);
    entry.Set("name", kCodes[i].name);
    table.Set(i, entry);
  }
  return table;
}

Napi::Array NameTable(Napi::Env env, const char* const* names, uint32_t count) {
  auto table = Napi::Array::New(env, count);
  for (uint32_t i = 0; i < count; ++i) table.Set(i, names[i]);
  return table;
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new Descriptors);
  const auto define = [&](const char* name,
                          Napi::Value (*call)(const Napi::CallbackInfo&)) {
    exports.Set(name, Napi::Function::New(env, call, name));
  };
  define("kill", KillProcess);
  define("killThread", KillOneThread);
  define("queue", Queue);
  define("pidfdOpen", PidfdOpen);
  define("pidfdExited", PidfdExited);
  define("pidfdSendSignal", PidfdSendSignal);
  define("pidfdQueue", PidfdQueue);
  define("closeDescriptor", CloseDescriptor);
  define("currentThread", CurrentThread);
  define("largestPayload", Payload);
  define("holdableCpu", Holdable);
  define("isWatchable", Watchable);
  define("reinstall", Rearm);
  define("installed", Installed);
  define("setUnheard", Unheard);
  define("setUnmappedUid", SetUnmappedUid);
  define("doDueAction", DueAction);
  define("readProcess", ReadProcess);
  define("statusOpen", StatusOpen);
  define("statusCatches", StatusCatches);
  define("sendWord", SendOneWord);
  define("startReport", StartReport);
  define("restrictSignals", Restrict);
  define("execute", ExecuteProgram);
  exports.Set("Channel", ChannelObject::Define(env));
  exports.Set("ExitWatch", ExitObject::Define(env));
  exports.Set("DialectServer", DialectServerObject::Define(env));
  exports.Set("Server", ServerObject::Define(env));
  exports.Set("Trace", TraceObject::Define(env));
  exports.Set("StepSender", StepSenderObject::Define(env));
  exports.Set("Transmitter", TransmitterObject::Define(env));
  exports.Set("signals", SignalTable(env));
  exports.Set("codes", CodeTable(env));
  exports.Set("origins", NameTable(env, kOrigins, kOriginCount));
  exports.Set("relations", NameTable(env, kRelations, kRelationCount));
  exports.Set("recordBytes", Napi::Number::New(env, sizeof(Record)));
  exports.Set("traceEventBytes", Napi::Number::New(env, sizeof(TraceEvent)));
  exports.Set("senderBytes", Napi::Number::New(env, sizeof(Sender)));
  exports.Set("hasQueue", Napi::Boolean::New(env, kHasQueue));
#if MINITALK_LINUX
  exports.Set("realtimeMin", Napi::Number::New(env, SIGRTMIN));
  exports.Set("realtimeMax", Napi::Number::New(env, SIGRTMAX));
#else
  exports.Set("realtimeMin", Napi::Number::New(env, 0));
  exports.Set("realtimeMax", Napi::Number::New(env, 0));
#endif
  return exports;
}

NODE_API_MODULE(minitalk, Init)

}  // namespace
}  // namespace minitalk
