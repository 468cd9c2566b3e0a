#!/usr/bin/env bash
# Builds the addon into build/Release, with node-gyp, which compiles only what has changed, or
# cmake-js.
# Run it through npm, which tells the builders where Node's headers are:
#   npm run build:native [-- --sanitize=address]
#   npm run build:native:cmake
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
command -v "${CXX:-g++}" >/dev/null || command -v c++ >/dev/null ||
  missing+=("a C++17 compiler (${CXX:-g++})")
command -v make >/dev/null || missing+=(make)
command -v python3 >/dev/null || missing+=(python3)
if [ "$1" = cmake-js ]; then
  command -v cmake >/dev/null || missing+=(cmake)
fi
if [ "${#missing[@]}" -gt 0 ]; then
  printf 'minitalk: cannot build the addon, not found:' >&2
  printf ' %s;' "${missing[@]}" >&2
  printf '\n  Debian, Ubuntu: apt-get install g++ make python3 cmake\n' >&2
  printf '  Fedora:         dnf install gcc-c++ make python3 cmake\n' >&2
  printf '  Alpine:         apk add g++ make python3 cmake linux-headers\n' >&2
  printf '  macOS:          xcode-select --install\n' >&2
  exit 1
fi

# For node-gyp; for cmake.
export JOBS=max
CMAKE_BUILD_PARALLEL_LEVEL=$(getconf _NPROCESSORS_ONLN)
export CMAKE_BUILD_PARALLEL_LEVEL

builder=$1
shift
case $builder in
  node-gyp) exec npx --no-install node-gyp configure build --loglevel=warn "$@" ;;
  cmake-js) exec npx --no-install cmake-js rebuild --log-level=warn "$@" ;;
  *)
    echo "usage: $0 node-gyp|cmake-js [options]" >&2
    exit 64
    ;;
esac
