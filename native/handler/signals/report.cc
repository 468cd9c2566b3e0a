#include "handler/signals/report.h"

#include "handler/signals/calls.h"
#include "handler/signals/identity.h"
#include "handler/signals/signal_table.h"
#include "handler/signals/state.h"
#include "handler/signals/text.h"

namespace minitalk {

namespace {

void AddSignal(Text& text, int signo) {
  const SignalFacts* facts = FactsOf(signo);
  if (facts != nullptr) {
    text << facts->name;
    return;
  }
  const int realtime = state.realtime_min.load(std::memory_order_relaxed);
  if (realtime == 0 || signo < realtime) {
    text << "SIG" << signo;
  } else {
    text << "SIGRTMIN";
    if (signo > realtime) text << '+' << (signo - realtime);
  }
}

void AddCode(Text& text, int code) {
  const char* name = NameOfCode(code);
  if (name != nullptr) {
    text << name;
  } else {
    text << "SI_" << code;
  }
}

// Bytes of one valid UTF-8 character at `at`, or 0.
size_t CharacterLength(const char* at, const char* end) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(at[i]); };
  const unsigned char first = byte(0);
  size_t length = 0;
  if (first < 0x80) {
    return 1;
  } else if (first >= 0xc2 && first < 0xe0) {
    length = 2;
  } else if (first >= 0xe0 && first < 0xf0) {
    length = 3;
  } else if (first >= 0xf0 && first < 0xf5) {
    length = 4;
  }
  if (length == 0 || static_cast<size_t>(end - at) < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  if (first == 0xe0 && byte(1) < 0xa0) return 0;  // too long a form
  if (first == 0xed && byte(1) > 0x9f) return 0;  // a surrogate
  if (first == 0xf0 && byte(1) < 0x90) return 0;
  if (first == 0xf4 && byte(1) > 0x8f) return 0;
  return length;
}

// Text that another process chose: nothing in it may end the line or move a
// terminal's cursor.
void AddForeign(Text& text, const char* at, size_t length, bool json) {
  const char* end = at + length;
  while (at < end) {
    const size_t size = CharacterLength(at, end);
    const auto first = static_cast<unsigned char>(*at);
    const bool control = first < 0x20 || first == 0x7f ||
                         (size == 2 && first == 0xc2 &&
                          static_cast<unsigned char>(at[1]) < 0xa0);
    if (size == 0 || control) {
      text << '?';
      at += size == 0 ? 1 : size;
      continue;
    }
    if (json && (first == '"' || first == '\\')) text << '\\';
    for (size_t i = 0; i < size; ++i) text << *at++;
  }
}

void AddUid(Text& text, uint32_t uid) {
  text << " uid " << uid;
  if (uid == state.unmapped_uid.load(std::memory_order_relaxed)) {
    text << " (not mapped here)";
  }
}

void AddText(Text& text, const siginfo_t& info, const Sender* sender) {
  AddSignal(text, info.si_signo);
  switch (OriginOf(info)) {
    case Origin::kProcess:
      text << " from pid " << SenderPid(info);
      if (sender != nullptr) {
        text << " (";
        AddForeign(text, sender->name, sender->name_length, false);
        text << ')';
      }
      AddUid(text, SenderUid(info));
      text << ", attested";
      if (sender == nullptr) break;
      if (sender->parent > 0) text << ", parent " << sender->parent;
      if (sender->parent > 0 && sender->parent_name_length > 0) {
        text << " (";
        AddForeign(text, sender->parent_name, sender->parent_name_length,
                   false);
        text << ')';
      }
      if (sender->cgroup_length > 0) {
        text << ", cgroup ";
        AddForeign(text, sender->cgroup, sender->cgroup_length, false);
      }
      break;
    case Origin::kClaimed:
      text << " from a sender that claims pid " << SenderPid(info);
      AddUid(text, SenderUid(info));
      text << ", not attested (";
      AddCode(text, info.si_code);
      text << "), value " << SignalValue(info);
      if (sender != nullptr) {
        text << "; that pid is (";
        AddForeign(text, sender->name, sender->name_length, false);
        text << ')';
      }
      break;
    case Origin::kKernel:
      text << " from the kernel (";
      AddCode(text, info.si_code);
      text << ')';
      break;
    case Origin::kChild:
      text << " about child " << SenderPid(info);
      break;
    case Origin::kTimer:
      text << " from a timer, not attested (SI_TIMER)";
      break;
    case Origin::kUnknown:
      text << " from an unknown sender: outside this pid namespace, or its "
              "details were lost";
      break;
  }
}

void AddJsonText(Text& text, const char* key, const char* at, size_t length) {
  text << ",\"" << key << "\":\"";
  AddForeign(text, at, length, true);
  text << '"';
}

void AddCommandLine(Text& text, const Sender& sender) {
  text << ",\"commandLine\":[";
  const char* at = sender.command_line;
  const char* end = at + sender.command_line_length;
  while (at < end) {
    const char* stop = at;
    while (stop < end && *stop != '\0') ++stop;
    if (at != sender.command_line) text << ',';
    text << '"';
    AddForeign(text, at, static_cast<size_t>(stop - at), true);
    text << '"';
    at = stop + 1;
  }
  text << ']';
}

// The keys of JSON.stringify(SignalInfo), and `receiver`.
void AddJson(Text& text, const siginfo_t& info, uint64_t time,
             const Sender* sender) {
  const Origin origin = OriginOf(info);
  const uint32_t uid = SenderUid(info);
  text << "{\"signal\":\"";
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
       << ",\"origin\":\"" << kOrigins[static_cast<size_t>(origin)]
       << "\",\"value\":\"" << (CarriesValue(info) ? SignalValue(info) : 0)
       << "\",\"time\":\"" << time
       << "\",\"receiver\":" << state.owner.load(std::memory_order_relaxed);
  if (sender != nullptr) {
    text << ",\"sender\":{\"name\":\"";
    AddForeign(text, sender->name, sender->name_length, true);
    text << '"';
    AddCommandLine(text, *sender);
    if (sender->parent > 0) {
      text << ",\"parent\":{\"pid\":" << sender->parent;
      if (sender->parent_name_length > 0) {
        AddJsonText(text, "name", sender->parent_name,
                    sender->parent_name_length);
      }
      text << '}';
    }
    if (sender->cgroup_length > 0) {
      AddJsonText(text, "cgroup", sender->cgroup, sender->cgroup_length);
    }
    text << ",\"startTime\":\"" << sender->start_time << "\",\"takenAt\":\""
         << sender->time << "\"}";
  }
  text << '}';
}

}  // namespace

void Report(const siginfo_t& info) {
  Reporter& reporter = state.reporter;
  if (reporter.target.fd.load(std::memory_order_acquire) < 0) return;
  const uint64_t time = Now();
  for (Reporter::Draft& draft : reporter.drafts) {
    if (draft.taken.exchange(true, std::memory_order_acquire)) continue;
    const bool told = ReadSender(SenderPid(info), &draft.sender) == 0;
    Text text(draft.line, sizeof draft.line - 1);
    if (reporter.format.load(std::memory_order_relaxed) ==
        Reporter::Format::kJson) {
      AddJson(text, info, time, told ? &draft.sender : nullptr);
    } else {
      AddText(text, info, told ? &draft.sender : nullptr);
    }
    draft.line[text.length()] = '\n';
    WriteReport(reporter.target, draft.line, text.length() + 1);
    draft.taken.store(false, std::memory_order_release);
    return;
  }
}

}  // namespace minitalk
