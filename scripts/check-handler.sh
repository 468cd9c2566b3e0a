#!/usr/bin/env bash
# Holds the code that may run inside a signal handler (native/handler)
# against what a handler may do: it calls only functions that are
# async-signal-safe, uses nothing of the rest of the core, has no thread-local
# storage of its own, no static that is built at its first use, no constructor,
# and no state but of zero bits at first, which the file need not hold.
# Each check is shown to fail on a small file that does the forbidden thing.
#   scripts/check-handler.sh          CXX chooses the compiler
set -euo pipefail
cd "$(dirname "$0")/.."

# Symbols that the object may need from outside, and why each is safe.
allowed='
__errno_location       address of errno (___errno_location: musl)
___errno_location      the same
clock_gettime          signal-safety(7)
fstat                  signal-safety(7)
close                  signal-safety(7)
geteuid                signal-safety(7)
getpid                 signal-safety(7)
getppid                signal-safety(7)
getuid                 signal-safety(7)
kill                   signal-safety(7)
lstat                  signal-safety(7)
memcmp                 signal-safety(7)
bcmp                   memcmp, where only equality is asked: clang calls it
memcpy                 signal-safety(7)
memmove                signal-safety(7)
memset                 signal-safety(7)
openat                 signal-safety(7)
openat64               the same
poll                   signal-safety(7)
read                   signal-safety(7)
readlink               signal-safety(7)
readlinkat             signal-safety(7)
sigaction              signal-safety(7)
sigaddset              signal-safety(7)
stat                   signal-safety(7)
write                  signal-safety(7)
syscall                syscall(2): the bare kernel entry, sets only errno
__stack_chk_fail       ends the process when the stack is already overwritten
_GLOBAL_OFFSET_TABLE_  a table that the linker makes, no function
__aarch64_*            libgcc: one atomic instruction that suits the CPU, no lock
'

# Bytes that one variable may have of initial values other than zero.
data_limit=1024

cxx=${CXX:-g++}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# The flags with which binding.gyp builds the addon.
gyp_flags() {
  python3 - <<'PYTHON'
import ast
gyp = ast.literal_eval(open("binding.gyp").read())
(target,) = gyp["targets"]
import glob
for source in glob.glob("native/handler/*/*.cc"):
    assert source in target["sources"], source
print("\n".join(target["cflags_cc"]))
PYTHON
}
gyp_flags >"$work/flags"
mapfile -t flags <"$work/flags"
flags+=(-fPIC)

# compile SOURCE OBJECT [OPTION...]
compile() {
  local source=$1 object=$2
  shift 2
  "$cxx" "${flags[@]}" "$@" -I native -c "$source" -o "$object"
}

is_allowed() {
  local pattern _
  while read -r pattern _; do
    # The pattern is meant as one: __aarch64_*.
    # shellcheck disable=SC2053
    if [[ -n $pattern && $1 == $pattern ]]; then return 0; fi
  done <<<"$allowed"
  return 1
}

# A line for each thing in the object that a handler must not have.
problems() {
  local object=$1 symbol plain
  while read -r symbol; do
    plain=$(c++filt "$symbol")
    case $symbol in
      __cxa_guard_*)
        echo "$plain: a static that is built at its first use, under a lock." \
          "Make it constexpr, or part of State (state.h)."
        ;;
      _Zn[wa]* | _Zd[la]*)
        echo "$plain: allocates or frees, under a lock. Let the caller" \
          "outside the handler provide the memory."
        ;;
      _ZN*8minitalk*)
        echo "$plain: lives outside native/handler, where nobody audits" \
          "for handlers. Move it into that folder or do without."
        ;;
      *)
        is_allowed "$symbol" ||
          echo "$plain: not known to be async-signal-safe. Look in" \
            "signal-safety(7). If it is there, add it to the list in" \
            "$0 with its reason; if not, the handler must do without."
        ;;
    esac
  done < <(nm -u "$object" | awk '{print $NF}')
  readelf -sW "$object" | awk '$4 == "TLS" {print $NF}' | c++filt |
    while read -r symbol; do
      echo "$symbol: thread-local storage, which a handler's first touch may" \
        "allocate. Use an atomic in State (state.h)."
    done
  nm "$object" | awk '$NF ~ /^_ZGV/ {print $NF}' | c++filt |
    while read -r symbol; do
      echo "$symbol: a static that is built at its first use. Make it" \
        "constexpr, or part of State (state.h)."
    done
  # A single -1 among zeros puts all of its struct into the file.
  while read -r size symbol; do
    ((16#$size <= data_limit)) ||
      echo "$symbol: $((16#$size)) bytes of initial values in the file." \
        "Let zero bits be the initial state (AtomicOrNone in or_none.h)."
  done < <(nm -S "$object" | awk '$3 ~ /^[Dd]$/ {print $2, $4}' | c++filt)
  if readelf -SW "$object" | grep -E '\.(init_array|ctors)' >/dev/null; then
    echo "a constructor that runs when the library is loaded: a handler could" \
      "see what it builds before it is built. Make it constant-initialised."
  fi
}

# verdict SENTENCE PROBLEMS
verdict() {
  if [ -z "$2" ]; then
    passed=$((passed + 1))
    echo "ok    $1"
  else
    failed=$((failed + 1))
    printf 'FAIL  %s\n      %s\n' "$1" "${2//$'\n'/$'\n'      }"
  fi
}

# must_find SENTENCE PATTERN: the C++ on standard input has to be found at fault.
must_find() {
  cat >"$work/bad.cc"
  compile "$work/bad.cc" "$work/bad.o" -O2
  local found
  found=$(problems "$work/bad.o")
  if grep -q -- "$2" <<<"$found"; then
    verdict "$1" ''
  else
    verdict "$1" "nothing was said about $2: this check cannot fail"
  fi
}

# The last -O wins: -O0 shows what is only optimised away.
for level in -O2 -O0; do
  object=$work/handler$level.o
  parts=()
  for source in native/handler/*/*.cc; do
    parts+=("$work/$(basename "$source")$level.o")
    compile "$source" "${parts[-1]}" "$level"
  done
  # One object of all, so that what they need of each other is no need.
  ld -r -o "$object" "${parts[@]}"
  # Not grep -q, which ends early and would make nm fail.
  if nm "$object" | grep ' T MinitalkHandleSignal$' >/dev/null; then
    verdict "the handler at $level needs only what a handler may use" \
      "$(problems "$object")"
  else
    verdict "the handler at $level is in its object" 'no MinitalkHandleSignal'
  fi
done

outside=$("$cxx" "${flags[@]}" -I native -MM \
  native/handler/*/*.cc | grep -oE 'native/[^ ]+' |
  grep -v '^native/handler/' || true)
verdict 'the handler folder includes no header from outside it' "$outside"

must_find 'malloc is found' '^malloc:' <<'CODE'
#include <cstdlib>
void* volatile kept;
void Handle(int) { kept = malloc(10); }
CODE
must_find 'printf is found' '^printf:' <<'CODE'
#include <cstdio>
void Handle(int signo) { printf("%d", signo); }
CODE
must_find 'operator new is found' '^operator new(' <<'CODE'
int* volatile kept;
void Handle(int signo) { kept = new int(signo); }
CODE
must_find 'a mutex is found' '^pthread_mutex_lock:' <<'CODE'
#include <pthread.h>
pthread_mutex_t mutex;
void Handle(int) { pthread_mutex_lock(&mutex); }
CODE
must_find 'a call into the rest of the core is found' '^minitalk::Drain(' <<'CODE'
#include "core/signals/channel.h"
void Handle(minitalk::Channel* channel) { minitalk::Drain(channel, nullptr, 0); }
CODE
must_find 'thread-local storage is found' 'thread-local storage' <<'CODE'
thread_local int depth;
void Handle(int) { ++depth; }
CODE
must_find 'thread-local storage of elsewhere is found' 'thread-local' <<'CODE'
extern thread_local int depth;
void Handle(int) { ++depth; }
CODE
must_find 'a static built at its first use is found' '^guard variable' <<'CODE'
int Make();
int Handle() { static int made = Make(); return made; }
CODE
must_find 'a constructor at load time is found' '^a constructor' <<'CODE'
#include <unistd.h>
pid_t owner = getpid();
CODE

must_find 'a sentinel among zeros is found' '^state: 4004 bytes' <<'CODE'
struct State {
  int fd = -1;
  char zeros[4000] = {};
};
State state;
CODE

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
