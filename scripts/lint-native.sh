#!/usr/bin/env bash
# Format and static analysis of the native code.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t sources < <(find native test/{core,peers} scripts/prebuild -name '*.cc' -o -name '*.c' -o -name '*.h' | sort)
clang-format-19 --dry-run --Werror "${sources[@]}"
clang-tidy-19 --quiet native/handler/*/*.cc native/core/*/*.cc -- \
  -std=c++17 -fno-exceptions -Inative
# Without Linux's parts, as on macOS: it must at least compile.
for source in native/handler/*/*.cc native/core/*/*.cc; do
  g++ -std=c++17 -Wall -Wextra -Werror -fno-exceptions -fsyntax-only \
    -DMINITALK_PORTABLE -Inative "$source"
done
