#include "handler/signals/report.h"

#include "handler/signals/calls.h"
#include "handler/signals/identity.h"
#include "handler/signals/report_format.h"
#include "handler/signals/state.h"

namespace minitalk {

void Report(const siginfo_t& info, SenderRelations& sender) {
  Reporter& reporter = state.reporter;
  if (reporter.target.fd.load(std::memory_order_acquire) < 0) return;
  const uint64_t time = Now();
  const uint64_t date = WallTime();
  for (Reporter::Draft& draft : reporter.drafts) {
    if (draft.taken.exchange(true, std::memory_order_acquire)) continue;
    const bool told = ReadSender(SenderPid(info), &draft.sender) == 0;
    if (told) sender.Know(draft.sender.birth());
    const ReportFacts facts = {info, date, time, sender.Get(),
                               told ? &draft.sender : nullptr};
    Text text(draft.line, sizeof draft.line - 1);
    if (reporter.format.load(std::memory_order_relaxed) ==
        Reporter::Format::kJson) {
      AddJson(text, facts);
    } else {
      AddText(text, facts);
    }
    draft.line[text.length()] = '\n';
    WriteReport(reporter.target, draft.line, text.length() + 1);
    draft.taken.store(false, std::memory_order_release);
    return;
  }
}

}  // namespace minitalk
