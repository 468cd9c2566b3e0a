#!/usr/bin/env bash
# The addon as cmake-js builds it, in a copy: it exports and needs the same symbols as
# node-gyp's, loads, and passes messages in all modes. All tests run with
# node-gyp's: sources and options are the same. Needs build/ and dist/.
set -euo pipefail
cd "$(dirname "$0")/.."

ours=$PWD/build/Release/minitalk.node
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
scripts/copy-repository.sh "$copy" dist
cd "$copy"
npm run --silent build:native:cmake

# symbols FILE: what it exports, and what it needs from Node and the libraries
symbols() { nm --dynamic --format=just-symbols "$1" | sort; }
diff <(symbols "$ours") <(symbols build/Release/minitalk.node) || {
  echo 'the addon of cmake-js (>) differs from that of node-gyp (<)' >&2
  exit 1
}
readelf --dynamic build/Release/minitalk.node | grep NODELETE >/dev/null || {
  echo 'the addon of cmake-js would be unmapped' >&2
  exit 1
}
# shellcheck disable=SC2016 # that is JavaScript
node -e '
  require("./dist/index.js");
  const maps = require("node:fs").readFileSync("/proc/self/maps", "latin1");
  if (!maps.includes(`${process.cwd()}/build/Release/minitalk.node`)) throw new Error(maps);'
node scripts/demo.js
npx --no-install jest test/e2e/modes.test test/e2e/workers test/signals/watch
