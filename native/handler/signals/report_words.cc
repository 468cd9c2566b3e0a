#include "handler/signals/report_words.h"

#include "handler/signals/program.h"
#include "handler/signals/signal_table.h"
#include "handler/signals/state.h"

namespace minitalk {

namespace {

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

void AddTwo(Text& text, uint64_t number) {
  text << static_cast<char>('0' + number / 10 % 10)
       << static_cast<char>('0' + number % 10);
}

}  // namespace

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

void AddForeign(Text& text, const char* at, size_t length, bool json,
                size_t limit) {
  const char* end = at + length;
  for (; at < end; --limit) {
    if (limit == 0) {
      text << "\xe2\x80\xa6";  // …
      return;
    }
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

void AddProgram(Text& text, const Sender& process, bool json) {
  char program[4 * (kMaxProgram + 2)];  // one more than are shown, at least
  Text whole(program, sizeof program);
  AddProgram(whole, {process.name, process.name_length},
             {process.command_line, process.command_line_length});
  AddForeign(text, program, whole.length(), json, kMaxProgram);
}

void AddDate(Text& text, uint64_t time) {
  constexpr uint64_t kSecond = 1'000'000'000;
  constexpr uint64_t kDay = 86'400;
  const uint64_t seconds = time / kSecond;
  // Years begin in March here, so that a leap day is a year's last, and are
  // counted in periods of 400, after which all days repeat.
  constexpr uint64_t kPeriod = 146'097;
  const uint64_t days = seconds / kDay + 719'468;  // since 1 March of year 0
  const uint64_t day = days % kPeriod;
  const uint64_t year_of_period =
      (day - day / 1'460 + day / 36'524 - day / 146'096) / 365;
  const uint64_t day_of_year =
      day - (365 * year_of_period + year_of_period / 4 - year_of_period / 100);
  const uint64_t month = (5 * day_of_year + 2) / 153;  // from March
  const uint64_t year =
      days / kPeriod * 400 + year_of_period + (month < 10 ? 0 : 1);
  text << year << '-';
  AddTwo(text, month < 10 ? month + 3 : month - 9);
  text << '-';
  AddTwo(text, day_of_year - (153 * month + 2) / 5 + 1);
  text << 'T';
  AddTwo(text, seconds % kDay / 3'600);
  text << ':';
  AddTwo(text, seconds / 60 % 60);
  text << ':';
  AddTwo(text, seconds % 60);
  text << '.' << static_cast<char>('0' + time % kSecond / 100'000'000);
  AddTwo(text, time / 1'000'000);
  text << 'Z';
}

}  // namespace minitalk
