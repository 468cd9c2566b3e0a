// The words that reports in text and in JSON have in common.
#ifndef MINITALK_HANDLER_SIGNALS_REPORT_WORDS_H_
#define MINITALK_HANDLER_SIGNALS_REPORT_WORDS_H_

#include <cstddef>
#include <cstdint>

#include "handler/signals/sender.h"
#include "handler/signals/text.h"

namespace minitalk {

void AddSignal(Text& text, int signo);

// An si_code.
void AddCode(Text& text, int code);

// Text that another process chose: nothing in it may end the line or move a
// terminal's cursor. Of more than `limit` characters the rest is "…".
void AddForeign(Text& text, const char* at, size_t length, bool json,
                size_t limit = SIZE_MAX);

// What a process runs, in so many characters at most.
inline constexpr size_t kMaxProgram = 80;
void AddProgram(Text& text, const Sender& process, bool json);

// ISO 8601, in UTC. `time` is in ns since 1970.
void AddDate(Text& text, uint64_t time);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_REPORT_WORDS_H_
