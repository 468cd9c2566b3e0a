// What a process runs, by its executable and its arguments. The name of its
// main thread says less: Node's is "MainThread" in some versions.
#ifndef MINITALK_HANDLER_SIGNALS_PROGRAM_H_
#define MINITALK_HANDLER_SIGNALS_PROGRAM_H_

#include <cstddef>

#include "handler/signals/text.h"

namespace minitalk {

struct Piece {
  const char* at;
  size_t length;
};

// How much of a text of so many bytes to keep for `size`: whole characters.
size_t CutOff(const char* text, size_t length, size_t size);

// What an argument 0 calls the program: "node" of "/usr/bin/node", "bash" of
// the login shell "-bash"; of a title with spaces all but the folders before.
Piece CalledName(Piece argument);

// The base name of the executable of /proc/PID, opened as `folder`. 0 bytes:
// not shown to us, or there is none any more.
size_t ReadExecutable(int folder, char* out, size_t size);

// "node server.js"; "dash: sh -c true" where it calls itself by another name
// than its executable's. `arguments` end with a NUL each. Raw bytes.
void AddProgram(Text& text, Piece name, Piece arguments);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_PROGRAM_H_
