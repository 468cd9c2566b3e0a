// The line that says who sent a signal, written by the handler itself: also
// when the event loop never runs again. lib/signals/explain.ts words it alike.
#ifndef MINITALK_HANDLER_SIGNALS_REPORT_H_
#define MINITALK_HANDLER_SIGNALS_REPORT_H_

#include <signal.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "handler/signals/relation.h"
#include "handler/signals/report_target.h"
#include "handler/signals/sender.h"

namespace minitalk {

// `taken` is a lock that is only tried: acquired by exchange, released by
// store, so that a draft's bytes are one report's. `target` publishes `format`
// and `receiver`.
struct Reporter {
  enum class Format { kText, kJson };

  // Short enough to reach a pipe in one piece, see PIPE_BUF in pipe(7). The
  // longest texts of a Sender fit with every byte escaped.
  static constexpr size_t kLineSize = 4096;
  static constexpr size_t kDrafts = 4;  // reports at the same time

  struct Draft {
    std::atomic<bool> taken;
    Sender sender;
    char line[kLineSize];
  };

  ReportTarget target;
  Sender receiver{};  // this process, when it began to report; no name: unknown
  std::atomic<Format> format{Format::kText};
  Draft drafts[kDrafts]{};
};

// Writes the line, see WriteReport.
void Report(const siginfo_t& info, SenderRelations& sender);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_REPORT_H_
