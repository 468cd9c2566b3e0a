#include "handler/signals/identity.h"
#include "handler/signals/report_format.h"
#include "handler/signals/report_words.h"
#include "handler/signals/signal_table.h"
#include "handler/signals/state.h"

namespace minitalk {

namespace {

void AddJsonText(Text& text, const char* key, const char* at, size_t length) {
  text << ",\"" << key << "\":\"";
  AddForeign(text, at, length, true);
  text << '"';
}

// As many arguments as there is room for, and the end of the object.
void AddCommandLine(Text& text, const Sender& sender) {
  text << ",\"commandLine\":[";
  const char* at = sender.command_line;
  const char* end = at + sender.command_line_length;
  while (at < end) {
    const char* stop = at;
    while (stop < end && *stop != '\0') ++stop;
    const auto length = static_cast<size_t>(stop - at);
    constexpr size_t kAround = sizeof ",\"\"]}}";
    if (text.room() < 2 * length + kAround) break;
    if (at != sender.command_line) text << ',';
    text << '"';
    AddForeign(text, at, length, true);
    text << '"';
    at = stop + 1;
  }
  text << "]}";
}

void AddJsonSender(Text& text, const Sender& sender) {
  text << ",\"sender\":{\"name\":\"";
  AddForeign(text, sender.name, sender.name_length, true);
  text << '"';
  if (sender.parent > 0) {
    text << ",\"parent\":{\"pid\":" << sender.parent;
    if (sender.parent_name_length > 0) {
      AddJsonText(text, "name", sender.parent_name, sender.parent_name_length);
    }
    text << '}';
  }
  if (sender.cgroup_length > 0) {
    AddJsonText(text, "cgroup", sender.cgroup, sender.cgroup_length);
  }
  if (sender.unit_length > 0) {
    AddJsonText(text, "unit", sender.cgroup + sender.unit_at,
                sender.unit_length);
  }
  if (sender.container_length > 0) {
    AddJsonText(text, "container", sender.cgroup + sender.container_at,
                sender.container_length);
  }
  text << ",\"sharesCgroup\":" << (sender.shares_cgroup != 0 ? "true" : "false")
       << ",\"startTime\":\"" << sender.start_time
       << "\",\"age\":" << sender.age << ",\"takenAt\":\"" << sender.time
       << '"';
  AddCommandLine(text, sender);
}

}  // namespace

void AddJson(Text& text, const ReportFacts& facts) {
  const siginfo_t& info = facts.info;
  const Origin origin = OriginOf(info);
  const uint32_t uid = SenderUid(info);
  const uint32_t relation = TellingRelation(facts.relations);
  const Sender& receiver = state.reporter.receiver;
  text << "{\"date\":\"";
  AddDate(text, facts.date);
  text << "\",\"signal\":\"";
  AddSignal(text, info.si_signo);
  text << "\",\"number\":" << info.si_signo << ",\"code\":\"";
  AddCode(text, info.si_code);
  text << "\",\"pid\":" << SenderPid(info) << ",\"uid\":";
  if (uid == kNoUid) {
    text << "-1";
  } else {
    text << uid;
  }
  text << ",\"attested\":" << (origin == Origin::kProcess ? "true" : "false")
       << ",\"origin\":\"" << kOrigins[static_cast<size_t>(origin)] << '"';
  if (relation > 0) {
    text << ",\"relation\":\"" << kRelations[relation - 1] << '"';
  }
  text << ",\"value\":\"" << (CarriesValue(info) ? SignalValue(info) : 0)
       << "\",\"time\":\"" << facts.time << "\",\"receiver\":{\"pid\":"
       << state.owner.load(std::memory_order_relaxed);
  if (receiver.name_length > 0) {
    AddJsonText(text, "name", receiver.name, receiver.name_length);
    text << ",\"program\":\"";
    AddProgram(text, receiver, true);
    text << '"';
  }
  text << '}';
  if (facts.sender != nullptr) AddJsonSender(text, *facts.sender);
  text << '}';
}

}  // namespace minitalk
