#!/usr/bin/env bash
# Checks the model with spin: the protocol must be free of errors in every state,
# and each rule taken away must give a counter-example. Three to four minutes.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for tool in spin gcc; do
  if ! command -v "$tool" >/dev/null; then
    echo "$tool is missing: apt-get install $tool" >&2
    exit 1
  fi
done

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cp "$here"/*.pml "$dir"
cd "$dir"

passed=0
failed=0
one_client=(-DMESSAGES1=0)
two_clients=(-DCOMPACT)

# check OUTCOME NAME FLAG...
# OUTCOME: complete (no error, nothing cut off), assertion or cycle.
check() {
  local outcome=$1 name=$2 output states verdict=FAILED
  shift 2
  local compile=(-O2 -DNOREDUCE -DNOFAIR -DMEMLIM=5000) search=(-m4000000 -w25)
  if [[ " $* " == *" -DCALM "* ]]; then
    search+=(-a)
  else
    compile+=(-DSAFETY)
  fi
  rm -f pan pan.* ./*.trail
  if output=$({ spin -a "$@" minitalk.pml && gcc "${compile[@]}" -o pan pan.c &&
    ./pan "${search[@]}"; } 2>&1); then
    case $outcome in
      complete)
        if grep -q 'errors: 0$' <<<"$output" && ! grep -qE \
          'max search depth too small|not completed|reached -DMEMLIM|out of memory|resource' \
          <<<"$output"; then
          verdict=ok
        fi
        ;;
      assertion) grep -q 'assertion violated' <<<"$output" && verdict=ok ;;
      cycle) grep -q 'acceptance cycle (at' <<<"$output" && verdict=ok ;;
    esac
  fi
  states=$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' <<<"$output")
  printf '%-6s %-10s %-48s %9s states\n' "$verdict" "$outcome" "$name" "${states:-no}"
  if [[ $verdict == ok ]]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    tail -n 40 <<<"$output"
  fi
}

check complete 'one client, two messages, strays' \
  "${one_client[@]}" -DMESSAGES0=2
check complete 'one client, grant numbers come again' \
  "${one_client[@]}" -DWRAP
check complete 'two clients' \
  "${two_clients[@]}"
check complete 'one client: delivered once it is calm' \
  "${one_client[@]}" -DCALM
check complete 'two clients: delivered once it is calm' \
  "${two_clients[@]}" -DCALM -DBITS=1 -DFRAMES0=1

for rule in QUESTION_ON_USR1 OLD_ANSWERS_BELIEVED BITS_COUNT_AT_ONCE \
  RESENT_UNASKED; do
  check assertion "$rule" "${one_client[@]}" "-D$rule"
  check assertion "$rule, two clients" "${two_clients[@]}" "-D$rule"
done
check assertion LAST_NUMBER_AGAIN \
  "${one_client[@]}" -DWRAP -DLAST_NUMBER_AGAIN
check cycle NEVER_OFFERED_AGAIN \
  "${one_client[@]}" -DCALM -DNEVER_OFFERED_AGAIN

echo "$passed passed, $failed failed"
((failed == 0))
