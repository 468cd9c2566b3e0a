#!/usr/bin/env bash
# Some of the tests with the ready-made addon of another platform: Jest runs on this machine's Node,
# but what the tests start is a Node of that platform. Needs dist/, build/, prebuilds/.
#   npm run test:arm64 [-- Jest's arguments...]      under qemu's user emulation
#   npm run test:musl [-- Jest's arguments...]
set -euo pipefail
cd "$(dirname "$0")/.."

# need COMMAND WHAT: unless COMMAND succeeds, says what is missing.
need() {
  eval "$1" >/dev/null 2>&1 && return
  echo "test-elsewhere: not found: $2" >&2
  exit 1
}

work=$(mktemp -d)
server=
stop() {
  [ -z "$server" ] || kill -KILL "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT

# wrap FILE COMMAND...: $work/node, which runs COMMAND with the addon FILE
wrap() {
  local addon
  addon=$(realpath "$1")
  shift
  printf '#!/bin/sh\nMINITALK_ADDON="%s" exec %s "$@"\n' "$addon" "$*" >"$work/node"
  chmod +x "$work/node"
}

# What qemu (7.2) cannot do:
# - /proc shows qemu in place of what it runs, and that it catches every signal;
# - its /proc/self/stat has other start times, by which no server is found: --force;
# - it numbers realtime signals its own way, not so in the siginfo of pidfd_send_signal(2), which the
#   kernel then refuses: no values with them, no modes word and burst.
arm64() {
  local version=24.22.0 libraries=/usr/aarch64-linux-gnu folder
  need 'command -v qemu-aarch64-static' 'qemu for arm64 (Debian: qemu-user-static)'
  need "ls $libraries/lib/libstdc++.so.*" \
    'libraries for arm64 (Debian: libc6-arm64-cross libstdc++6-arm64-cross)'
  folder=$(node -e '
    const [version, ...emulator] = process.argv.slice(1);
    const { fetchNode } = require("./scripts/node-binary.js");
    console.log(fetchNode(version, { processor: "arm64", emulator }));
  ' $version qemu-aarch64-static -L $libraries)
  wrap prebuilds/linux-arm64/minitalk.glibc.node \
    qemu-aarch64-static -L $libraries "'$folder/node'"
  modes=(bit)
  files=(test/signals/{attribution,senders,watch})
  cannot=(
    'queued realtime signals'
    'a value of 64 bits arrives whole'
    'a program is called by its executable'
    'a child is one that this process started'
  )
}

# There is no official Node for musl. That of pnpm's executable, which is a Node with a script in
# it, is one once it no longer looks for its script (the fuse of single executable applications).
# Its libstdc++ is Debian's, with what that needs of glibc.
musl() {
  local package fuse=NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2
  need 'test -e /lib/ld-musl-x86_64.so.1' 'musl (Debian: musl)'
  package=$(node -p \
    'require("./scripts/fetch-package.js").fetchPackage("@pnpm/linuxstatic-x64@11.21.0")')
  mkdir "$work/lib" "$work/musl"
  sed "s/$fuse:1/$fuse:0/" "$package/pnpm" >"$work/musl/node"
  chmod +x "$work/musl/node"
  for library in libstdc++.so.6 libgcc_s.so.1; do
    cp "$(/sbin/ldconfig -p | sed -n "s/.*$library (.*x86-64.* => //p" | head -n 1)" "$work/lib/$library"
  done
  # Both need a library of this name.
  node scripts/zig.js cc -target x86_64-linux-musl -shared -fPIC -O1 scripts/elsewhere/musl.c \
    -o "$work/lib/ld-linux-x86-64.so.2"
  wrap prebuilds/linux-x64/minitalk.musl.node \
    env "LD_LIBRARY_PATH='$work/lib'" "'$work/musl/node'"
  modes=(bit word burst)
  files=(test/e2e/{modes.test,registration,workers} test/signals/{attribution,hazards-,process-handle,senders,watch})
  cannot=(
    'the inspector opens'       # and crashes there, with or without the addon
    'catches and identity tell' # by what path Node was called: by the one above
  )
}

"$1"
shift
# shellcheck disable=SC2016 # that is JavaScript
"$work/node" -p '`Node ${process.version} on ${process.platform}-${process.arch}, with ` +
  (require("node:fs").readFileSync("/proc/self/maps", "latin1").includes("musl") ? "musl" : "glibc")'
# A message in each mode to a server there.
export XDG_RUNTIME_DIR=$work
text=$(seq --separator=' ' 500)
"$work/node" dist/bin/minitalk-server.js >"$work/received" &
server=$!
until grep PID "$work/received" >/dev/null; do
  kill -0 "$server"
  sleep 0.1
done
for mode in "${modes[@]}"; do
  "$work/node" dist/bin/minitalk-client.js --force --mode "$mode" "$server" "$text"
done
kill -TERM "$server"
wait "$server"
{
  echo "Server PID: $server"
  for mode in "${modes[@]}"; do echo "$text"; done
} | diff - "$work/received"
server=
echo "Messages arrive whole: ${modes[*]}."

[ $# -gt 0 ] || set -- -t "$(IFS='|' && echo "^(?!.*(${cannot[*]}))")" "${files[@]}"
echo "process.execPath = '$work/node';" >"$work/setup.js"
npx --no-install jest "$@" --setupFiles "$work/setup.js"
