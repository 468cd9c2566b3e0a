// A report as a line, without its newline.
#ifndef MINITALK_HANDLER_SIGNALS_REPORT_FORMAT_H_
#define MINITALK_HANDLER_SIGNALS_REPORT_FORMAT_H_

#include <signal.h>

#include <cstdint>

#include "handler/signals/relation.h"
#include "handler/signals/sender.h"
#include "handler/signals/text.h"

namespace minitalk {

struct ReportFacts {
  const siginfo_t& info;
  uint64_t date;  // CLOCK_REALTIME, ns
  uint64_t time;  // CLOCK_MONOTONIC, ns
  RelationSet relations;
  const Sender* sender;  // null: nothing is known
};

// The time, the receiver, and what lib/signals/explain.ts says, alike.
void AddText(Text& text, const ReportFacts& facts);

// The keys of JSON.stringify(SignalInfo), but for `sequence` and `delay`, and
// `receiver`.
void AddJson(Text& text, const ReportFacts& facts);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_REPORT_FORMAT_H_
