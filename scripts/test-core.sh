#!/usr/bin/env bash
# Builds the core with its own tests, without Node, and runs them.
#   scripts/test-core.sh [plain|thread|address|valgrind]... [-- part of a name]
# Without a name: plain, thread (ThreadSanitizer), address (AddressSanitizer and
# UBSan). CXX chooses the compiler.
set -euo pipefail
cd "$(dirname "$0")/.."

cxx=${CXX:-g++}
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

modes=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  modes+=("$1")
  shift
done
[ $# -eq 0 ] || shift
[ "${#modes[@]}" -gt 0 ] || modes=(plain thread address)

# build NAME [OPTION...]: $work/NAME/core-test
build() {
  local name=$1
  shift
  mkdir "$work/$name"
  # All sources have different names, and -c writes into the present folder.
  (
    cd "$work/$name"
    find "$root/native/handler" "$root/native/core" "$root/test/core" -name '*.cc' -print0 |
      xargs -0 -n 1 -P "$(nproc)" "$cxx" -std=c++17 -Wall -Wextra -Werror -O1 \
        -g -fno-exceptions -fno-omit-frame-pointer -pthread "$@" \
        -I "$root/native" -I "$root/test/core" -c
    "$cxx" "$@" ./*.o -o core-test -pthread -ldl
  )
}

# run NAME COMMAND...: prints the tests' lines and adds up what they count.
run() {
  local name=$1 log=$work/$1/log status=0 counts
  shift
  "$@" | tee "$log" || status=$?
  counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1 || true)
  if [[ $counts =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1]))
    failed=$((failed + BASH_REMATCH[2]))
  fi
  # An executable that failed without counting it died on its way.
  if [ "$status" -ne 0 ] && [ "${BASH_REMATCH[2]:-0}" -eq 0 ]; then
    echo "core tests, $name: ended with status $status" >&2
    failed=$((failed + 1))
  fi
}

for mode in "${modes[@]}"; do
  printf '\n=== core tests, %s\n' "$mode"
  case $mode in
    plain)
      build plain
      run plain "$work/plain/core-test" "$@"
      ;;
    thread)
      build thread -fsanitize=thread
      # Its shadow memory has no room for all of today's address randomization.
      fixed=()
      if setarch -R true 2>/dev/null; then fixed=(setarch -R); fi
      # The first report of any kind ends its test, also that of a call in a
      # handler that is not async-signal-safe.
      TSAN_OPTIONS=halt_on_error=1:exitcode=66:report_signal_unsafe=1 \
        run thread "${fixed[@]}" "$work/thread/core-test" --percent=20 "$@"
      ;;
    address)
      build address -fsanitize=address,undefined -fno-sanitize-recover=all
      ASAN_OPTIONS=halt_on_error=1 \
        UBSAN_OPTIONS=print_stacktrace=1 \
        run address "$work/address/core-test" --percent=20 "$@"
      ;;
    valgrind)
      build valgrind
      run valgrind valgrind -q --error-exitcode=65 \
        "$work/valgrind/core-test" --percent=2 --seconds=120 "$@"
      ;;
    *)
      echo "usage: $0 [plain|thread|address|valgrind]... [-- part of a name]" >&2
      exit 64
      ;;
  esac
done

printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$passed" -gt 0 ] && [ "$failed" -eq 0 ]
