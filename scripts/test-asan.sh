#!/usr/bin/env bash
# The addon under AddressSanitizer and UBSan: the end-to-end tests that do not
# depend on speed, in a Node that has the sanitizer's runtime preloaded. All of
# it in a copy, so that the addon that everybody else uses stays as it is.
set -euo pipefail
cd "$(dirname "$0")/.."

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
scripts/copy-repository.sh "$copy" dist
cd "$copy"
npm run --silent build:native -- --sanitize=address
# Without this a build that ignored the option would pass unseen.
nm -D build/Release/minitalk.node | grep __asan_report_load >/dev/null

# Node itself leaks on purpose at exit; a leak check would report V8.
export ASAN_OPTIONS=detect_leaks=0:abort_on_error=1:handle_segv=0
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
LD_PRELOAD="$(g++ -print-file-name=libasan.so) $(g++ -print-file-name=libubsan.so)"
export LD_PRELOAD
# leaks.test.ts measures memory, which the sanitizer keeps for a while when it is
# freed; child-exit.test.ts limits it; same-ending.test.ts compares what faults do,
# which the sanitizer takes over.
npx --no-install jest test/e2e/library test/e2e/workers test/e2e/targets \
  test/signals --testPathIgnorePatterns leaks child-exit same-ending
