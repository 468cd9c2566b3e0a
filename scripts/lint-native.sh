#!/usr/bin/env bash
# Format and static analysis of the native code.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t sources < <(find native test/core -name '*.cc' -o -name '*.h' | sort)
clang-format-19 --dry-run --Werror "${sources[@]}"
clang-tidy-19 --quiet native/core/*.cc native/core/handler/*.cc -- \
  -std=c++17 -fno-exceptions -Inative/core
