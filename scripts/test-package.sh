#!/usr/bin/env bash
# Packs the package and uses it as a stranger would: installed from the tarball,
# without a compiler, in CommonJS and ES modules. It is packed in a copy: packing
# builds, and others may be using what is built here.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/copy"
scripts/copy-repository.sh "$folder/copy"
cd "$folder/copy"
npm pack --silent --pack-destination "$folder" >/dev/null
tarball=$(echo "$folder"/minitalk-*.tgz)

# A root binding.gyp or an install script would make npm build, or refuse, there.
if tar -tzf "$tarball" | grep -E '^package/(binding\.gyp|native/|test/)'; then
  echo 'the tarball holds what must not be in it' >&2
  exit 1
fi
tar -tzf "$tarball" | grep '^package/prebuilds/.*/.*\.node$' >/dev/null
tar -tzf "$tarball" | grep '^package/man/minitalk-server\.1$' >/dev/null
# What is part of the programs comes with its licence.
tar -xzOf "$tarball" package/dist/bundled-licences.txt | grep '^commander ' >/dev/null
# shellcheck disable=SC2016 # that is JavaScript
tar -xzOf "$tarball" package/package.json | node -e '
  const { scripts = {} } = JSON.parse(require("fs").readFileSync(0, "utf8"));
  for (const name of ["preinstall", "install", "postinstall"]) {
    if (name in scripts) throw new Error(`the manifest declares the script ${name}`);
  }'

npx --no-install publint --strict "$tarball"
npx --no-install attw "$tarball" --profile node16

mkdir "$folder/user"
cd "$folder/user"
npm init -y >/dev/null
CXX=/bin/false npm install --silent "$tarball"
cat >use.cjs <<'JS'
const { createServer, connect, kill } = require('minitalk');
const { watch } = require('minitalk/signals');
const { expectSignal } = require('minitalk/testing');
if ([createServer, connect, kill, watch, expectSignal].some((each) => typeof each !== 'function')) process.exit(1);
JS
cat >use.mjs <<'JS'
import { spawn } from 'node:child_process';
import { connect } from 'minitalk';
const server = spawn('npx', ['--no-install', 'minitalk', 'server'], { stdio: ['ignore', 'pipe', 'inherit'] });
let text = '';
server.stdout.on('data', async (chunk) => {
  const first = text === '';
  text += chunk;
  const pid = Number(/PID: (\d+)/.exec(text)[1]);
  if (!first) return;
  const client = await connect(pid);
  await client.send('from the tarball');
  await client.close();
  process.kill(pid, 'SIGTERM');
});
server.on('close', () => {
  if (!text.endsWith('from the tarball\n')) process.exit(1);
});
JS
cat >test.mjs <<'JS'
import { expectEnd, expectSignal, startTarget } from 'minitalk/testing';
const target = await startTarget('SIGTERM');
process.kill(target.pid, 'SIGTERM');
await expectSignal(target, 'SIGTERM', { from: process });
target.kill('SIGKILL');
await expectEnd(target, 'SIGKILL');
JS
node use.cjs
node use.mjs
node test.mjs
# Who killed it: by the package's name, in both ways to preload.
for preload in --require --import; do
  status=0
  node "$preload" minitalk/register -e 'process.kill(process.pid, "SIGTERM"); while (true);' \
    2>report || status=$?
  [ "$status" -eq 143 ]
  grep -E 'Z pid [0-9]+ \(node .*\): SIGTERM from pid [0-9]+ \(node .*\) uid [0-9]+, attested' report >/dev/null
done
echo 'The package works from its tarball.'
