#!/usr/bin/env bash
# Format and static analysis of the native code.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t sources < <(find native test/core -name '*.cc' -o -name '*.h' | sort)
clang-format-19 --dry-run --Werror "${sources[@]}"
clang-tidy-19 --quiet native/core/*.cc native/core/handler/*.cc -- \
  -std=c++17 -fno-exceptions -Inative/core
# Without Linux's parts, as on macOS: it must at least compile.
for source in native/core/*.cc native/core/handler/*.cc; do
  g++ -std=c++17 -Wall -Wextra -Werror -fno-exceptions -fsyntax-only \
    -DMINITALK_PORTABLE -Inative/core "$source"
done
