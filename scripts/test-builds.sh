#!/usr/bin/env bash
# How npm builds the addon: each source once, and a missing compiler is named.
# A stand-in for the compiler writes down what it is asked to compile, so this
# takes seconds. Needs build/Release/minitalk.node.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat >"$folder/compiler" <<'SH'
#!/usr/bin/env bash
# Objects are empty; what is linked is the addon that was there.
arguments=("$@")
for ((i = 0; i < $#; i += 1)); do
  case ${arguments[i]} in
    -o) object=${arguments[i + 1]} ;;
    -MF) touch "${arguments[i + 1]}" ;;
    *.cc) echo "${arguments[i]}" >>"$COMPILED" ;;
    -shared) shared=1 ;;
  esac
done
[ -z "${object:-}" ] || if [ -n "${shared:-}" ]; then cp "$ADDON" "$object"; else : >"$object"; fi
SH
chmod +x "$folder/compiler"
export ADDON=$PWD/build/Release/minitalk.node
sources=$(grep -c '^ *"native/.*\.cc",$' binding.gyp)

# compiles_once COMMAND...: in a fresh copy of the repository
compiles_once() {
  local copy
  copy=$(mktemp -d "$folder/copy-XXXXXX")
  scripts/copy-repository.sh "$copy"
  export COMPILED=$copy/compiled
  (cd "$copy" && CXX=$folder/compiler "$@") >"$copy/log" 2>&1 || {
    cat "$copy/log"
    echo "$* fails" >&2
    exit 1
  }
  local times distinct
  times=$(wc -l <"$COMPILED")
  distinct=$(sort -u "$COMPILED" | wc -l)
  if [ "$times" -ne "$sources" ] || [ "$distinct" -ne "$sources" ]; then
    echo "$*: compiled $times times $distinct of $sources sources" >&2
    exit 1
  fi
  echo "ok    $*: compiles each source once"
}

# says_what_is_missing SCRIPT: where there is no compiler
says_what_is_missing() {
  local output status=0
  output=$(CXX='' PATH=$folder/bin npm run "$1" 2>&1) || status=$?
  if [ "$status" -eq 0 ] || ! grep -q 'not found: a C++17 compiler' <<<"$output"; then
    printf '%s: status %d\n%s\n' "$1" "$status" "$output" >&2
    exit 1
  fi
  echo "ok    npm run $1 without a compiler: says so"
}

# What npm ci and npm install do after the packages.
compiles_once npm run prepare

mkdir "$folder/bin"
for command in bash dirname env getconf make node npm python3 sh; do
  ln -s "$(command -v "$command")" "$folder/bin/$command"
done
for script in prepare build:native build:native:cmake; do
  says_what_is_missing "$script"
done
