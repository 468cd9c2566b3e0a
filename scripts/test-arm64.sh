#!/usr/bin/env bash
# Some of the tests with the ready-made addon for arm64: Jest runs on this machine's Node, but what
# the tests start is a Node for arm64, under qemu's user emulation. Needs dist/, build/, prebuilds/.
#   npm run test:arm64 [-- Jest's arguments...]
# Not all tests can run there, as qemu (7.2) is no kernel:
# - /proc shows qemu in place of what it runs, and that it catches every signal;
# - its /proc/self/stat has other start times, by which no server is found: --force;
# - it numbers realtime signals its own way, not so in the siginfo of pidfd_send_signal(2), which the
#   kernel then refuses: no values with them, no modes word and burst; two of them are its own.
set -euo pipefail
cd "$(dirname "$0")/.."

NODE_VERSION=24.22.0
LIBRARIES=/usr/aarch64-linux-gnu
addon=$(realpath prebuilds/linux-arm64/minitalk.glibc.node)
qemu=$(command -v qemu-aarch64-static || true)
if [ -z "$qemu" ] || ! ls "$LIBRARIES"/lib/libstdc++.so.* >/dev/null 2>&1; then
  echo 'test-arm64: not found: qemu for arm64, or its libraries;' >&2
  echo '  Debian: apt-get install qemu-user-static libc6-arm64-cross libstdc++6-arm64-cross' >&2
  exit 1
fi
folder=$(node -e '
  const [version, ...emulator] = process.argv.slice(1);
  console.log(require("./scripts/node-binary.js").fetchNode(version, { processor: "arm64", emulator }));
' $NODE_VERSION "$qemu" -L "$LIBRARIES")

work=$(mktemp -d)
server=
stop() {
  [ -z "$server" ] || kill -KILL "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT
# The same for all whose PATH leads here.
node=$work/node
cat >"$node" <<END
#!/bin/sh
MINITALK_ADDON='$addon' exec '$qemu' -L '$LIBRARIES' '$folder/node' "\$@"
END
chmod +x "$node"
# shellcheck disable=SC2016 # that is JavaScript
"$node" -p '`Node ${process.version} on ${process.arch}`'

cannot=(
  'each signal is emitted by its own name too'
  'queued realtime signals'
  'a value of 64 bits arrives whole'
  'a program is called by its executable'
  'a child is one that this process started'
)
[ $# -gt 0 ] ||
  set -- -t "$(IFS='|' && echo "^(?!.*(${cannot[*]}))")" test/signals/{attribution,senders,watch}
echo "process.execPath = '$node';" >"$work/setup.js"
npx --no-install jest "$@" --setupFiles "$work/setup.js"

# A message of one bit a signal, to a server by its pid.
export XDG_RUNTIME_DIR=$work
text=$(seq --separator=' ' 500)
"$node" dist/bin/minitalk-server.js >"$work/received" &
server=$!
until grep PID "$work/received" >/dev/null; do
  kill -0 "$server"
  sleep 0.1
done
"$node" dist/bin/minitalk-client.js --force --mode bit "$server" "$text"
kill -TERM "$server"
wait "$server"
printf 'Server PID: %d\n%s\n' "$server" "$text" | diff - "$work/received"
server=
echo 'A message of one bit a signal arrives whole.'
