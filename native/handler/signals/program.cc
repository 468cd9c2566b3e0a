#include "handler/signals/program.h"

#include <string.h>
#include <unistd.h>

namespace minitalk {

namespace {

constexpr char kDeleted[] = " (deleted)";

bool StartsWith(Piece text, Piece start) {
  return text.length >= start.length &&
         memcmp(text.at, start.at, start.length) == 0;
}

void Add(Text& text, Piece piece) {
  for (size_t i = 0; i < piece.length; ++i) {
    text << (piece.at[i] == '\0' ? ' ' : piece.at[i]);
  }
}

Piece After(Piece text, const char* at) {
  return {at, static_cast<size_t>(text.at + text.length - at)};
}

}  // namespace

size_t CutOff(const char* text, size_t length, size_t size) {
  if (length <= size) return length;
  while (size > 0 && (text[size] & 0xc0) == 0x80) --size;
  return size;
}

Piece CalledName(Piece argument) {
  const char* end = argument.at + argument.length;
  const char* name = argument.at;
  for (const char* at = argument.at; at < end && *at != ' '; ++at) {
    if (*at == '/' && at + 1 < end) name = at + 1;
  }
  if (name == argument.at && argument.length > 1 && *name == '-') ++name;
  return After(argument, name);
}

size_t ReadExecutable(int folder, char* out, size_t size) {
  char path[1024];
  const ssize_t got = readlinkat(folder, "exe", path, sizeof path);
  // What fills the buffer may end in the middle of a folder's name.
  if (got <= 0 || static_cast<size_t>(got) == sizeof path) return 0;
  auto length = static_cast<size_t>(got);
  constexpr size_t kSuffix = sizeof kDeleted - 1;
  if (length > kSuffix &&
      memcmp(path + length - kSuffix, kDeleted, kSuffix) == 0) {
    length -= kSuffix;
  }
  size_t base = length;
  while (base > 0 && path[base - 1] != '/') --base;
  length = CutOff(path + base, length - base, size);
  memcpy(out, path + base, length);
  return length;
}

void AddProgram(Text& text, Piece name, Piece arguments) {
  // A title that is written over the arguments leaves empty ones behind.
  while (arguments.length > 0 && arguments.at[arguments.length - 1] == '\0') {
    --arguments.length;
  }
  Piece first = {arguments.at, 0};
  while (first.length < arguments.length && first.at[first.length] != '\0') {
    ++first.length;
  }
  const Piece called = CalledName(first);
  const Piece rest = After(arguments, first.at + first.length);
  if (StartsWith(called, name)) {
    Add(text, called);
  } else {
    Add(text, name);
    // "python3" is short for "python3.11".
    if (!StartsWith(name, called)) {
      text << ": ";
      Add(text, called);
    }
  }
  Add(text, rest);
}

}  // namespace minitalk
