#!/usr/bin/env bash
# Checks the model with spin: the protocol must be free of errors in every state,
# and rules taken away must give a counter-example. About fourteen minutes, or eight
# for two halves at once.
#
# check.sh [PATTERN [K/N]]   only the checks whose name or flags contain it; of
#                            these each N-th, from the K-th on
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

only=${1:-}
model=minitalk.pml
part=${2:-1/1}
number=0
passed=0
failed=0

# check OUTCOME NAME FLAG...
# OUTCOME:
#   complete   no error, and nothing was cut off
#   assertion  something counted that was not the next
#   restart    an impossible count
#   cycle      for ever something left to do
#   vanished   an ACK found its slot taken
check() {
  local outcome=$1 name=$2 output states verdict=FAILED
  shift 2
  if [[ "$name $*" != *"$only"* ]]; then return; fi
  number=$((number + 1))
  if (((number - ${part%/*}) % ${part#*/} != 0)); then return; fi
  local compile=(-O1 -DNOREDUCE -DMEMLIM=5000) search=(-m4000000 -w25)
  case $outcome in
    complete | cycle | vanished) compile+=(-DNOFAIR) ;;
    # Breadth first: the shortest one comes soon.
    assertion | restart) compile+=(-DBFS) search=(-w22) ;;
  esac
  # So many states that compiling for longer pays.
  if [[ $outcome == complete && " $* " != *" -DMESSAGES1=0 "* ]]; then
    compile+=(-O2)
  fi
  if [[ " $* " == *" -DCALM "* ]]; then
    search+=(-a)
  else
    compile+=(-DSAFETY)
  fi
  if [[ $outcome == assertion ]]; then set -- "$@" -DMAY_RESTART; fi
  rm -f pan pan.* ./*.trail
  if output=$({ spin -a "$@" "$model" &&
    gcc "${compile[@]}" -o pan pan.c && ./pan "${search[@]}"; } 2>&1); then
    case $outcome in
      complete)
        if grep -q 'errors: 0$' <<<"$output" && ! grep -qE \
          'max search depth too small|not completed|reached -DMEMLIM|out of memory|resource' \
          <<<"$output"; then
          verdict=ok
        fi
        ;;
      assertion) grep -q 'assertion violated' <<<"$output" && verdict=ok ;;
      restart) grep -q 'assertion violated.*taken' <<<"$output" && verdict=ok ;;
      cycle) grep -q 'acceptance cycle (at' <<<"$output" && verdict=ok ;;
      vanished) grep -q 'assertion violated.*kind==' <<<"$output" && verdict=ok ;;
    esac
  fi
  states=$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' <<<"$output")
  printf '%-6s %-10s %-52s %9s states\n' "$verdict" "$outcome" "$name" "${states:-no}"
  if [[ $verdict == ok ]]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    tail -n 40 <<<"$output"
  fi
}

one_client=(-DMESSAGES1=0)
two_clients=(-DCOMPACT)

check complete 'one client, two messages, strays' \
  "${one_client[@]}" -DMESSAGES0=2
check complete 'one client, grant numbers come again' \
  "${one_client[@]}" -DWRAP
check complete 'two clients' \
  "${two_clients[@]}" -DFRAMES0=1 -DDATA1=1
check complete 'one client: delivered once it is calm' \
  "${one_client[@]}" -DCALM
check complete 'two clients: delivered once it is calm' \
  "${two_clients[@]}" -DCALM -DDATA0=1 -DDATA1=1 -DFRAMES0=1

for rule in QUESTION_ON_USR1 OLD_ANSWERS_BELIEVED BITS_COUNT_AT_ONCE \
  RESENT_UNASKED RESUMED_FROM_MEMORY; do
  check assertion "$rule" "${one_client[@]}" "-D$rule"
  check assertion "$rule, two clients" "${two_clients[@]}" "-D$rule"
done
check assertion LAST_NUMBER_AGAIN \
  "${one_client[@]}" -DWRAP -DLAST_NUMBER_AGAIN
check cycle NEVER_OFFERED_AGAIN \
  "${one_client[@]}" -DCALM -DNEVER_OFFERED_AGAIN

words=("${one_client[@]}" -DWORDS)
small=(-DFRAMES0=1 -DDATA1=1)
by_header_alone=(-DOLD_ANSWERS_BELIEVED -DBITS_COUNT_AT_ONCE -DRESENT_UNASKED
  -DMAY_RESTART)
without_header=(-DGRANT_UNCHECKED -DNUMBER_UNCHECKED)

check complete 'word mode, one client, two messages, strays' \
  "${words[@]}" -DMESSAGES0=2
check complete 'word mode, grant numbers come again' \
  "${words[@]}" -DWRAP
check complete 'word mode, two clients' \
  -DWORDS "${two_clients[@]}" "${small[@]}"
check complete 'word mode: delivered once it is calm' \
  "${words[@]}" -DCALM
check complete 'word mode, without headers' \
  "${words[@]}" "${without_header[@]}"
check complete 'word mode, by headers alone' \
  "${words[@]}" "${by_header_alone[@]}" -DQUESTION_ON_USR1
for rule in OLD_ANSWERS_BELIEVED RESENT_UNASKED; do
  check assertion "word mode, NUMBER_UNCHECKED $rule" \
    "${words[@]}" -DNUMBER_UNCHECKED "-D$rule"
done
check assertion 'word mode, GRANT_UNCHECKED BITS_COUNT_AT_ONCE' \
  "${words[@]}" -DGRANT_UNCHECKED -DBITS_COUNT_AT_ONCE
check restart 'word mode, OLD_ANSWERS_BELIEVED' \
  "${words[@]}" -DOLD_ANSWERS_BELIEVED

bursts=("${one_client[@]}" -DBURST -DDATA0=3)
smooth=(-DBURST -DCALM -DSMOOTH -DDATA0=6 -DWINDOW=4 -DDEPTH=5)
mixed=("${one_client[@]}" -DMIXED=0 -DGIVE_UP -DMESSAGES0=2 -DFRAMES0=1)

check complete 'burst mode, one client, two messages' \
  "${bursts[@]}" -DCOMPACT -DMESSAGES0=2 -DDATA0=4 -DWINDOW=3 -DDEPTH=5
check complete 'burst mode, grant numbers come again' \
  "${bursts[@]}" -DCOMPACT -DWRAP
check complete 'burst mode, two clients' \
  -DBURST "${two_clients[@]}" "${small[@]}"
check complete 'burst mode: delivered once it is calm' \
  "${bursts[@]}" -DCOMPACT -DCALM
check complete 'burst mode, calm from the start' \
  "${smooth[@]}"
check complete 'a burst given up, then bits' \
  "${mixed[@]}" -DCOMPACT
check complete 'a burst given up, then words' \
  "${mixed[@]}" -DCOMPACT -DWORDS
check complete 'burst mode, without headers, NEVER_FULL' \
  "${bursts[@]}" -DCOMPACT "${without_header[@]}" -DNEVER_FULL
check complete 'burst mode, by headers alone' \
  "${bursts[@]}" -DCOMPACT "${by_header_alone[@]}" -DQUESTION_ON_USR2 \
  -DSENT_WHILE_ASKED
check assertion 'burst mode, NUMBER_UNCHECKED' \
  "${bursts[@]}" -DNUMBER_UNCHECKED
for rule in QUESTION_ON_USR2 SENT_WHILE_ASKED OLD_ANSWERS_BELIEVED \
  RESENT_UNASKED; do
  check assertion "burst mode, NUMBER_UNCHECKED $rule" \
    "${bursts[@]}" -DNUMBER_UNCHECKED -DNEVER_FULL "-D$rule"
done
for rule in QUESTION_ON_USR2 BITS_COUNT_AT_ONCE; do
  check assertion "burst mode, GRANT_UNCHECKED $rule" \
    "${bursts[@]}" -DGRANT_UNCHECKED "-D$rule"
done
check assertion 'a burst given up, GRANT_UNCHECKED MODE_UNCHECKED' \
  "${mixed[@]}" -DGRANT_UNCHECKED -DMODE_UNCHECKED
for rule in QUESTION_ON_USR2 SENT_WHILE_ASKED OLD_ANSWERS_BELIEVED; do
  check restart "burst mode, $rule" "${bursts[@]}" "-D$rule"
done
check restart 'burst mode, LAST_NUMBER_AGAIN' \
  "${bursts[@]}" -DCOMPACT -DWRAP -DLAST_NUMBER_AGAIN
check cycle 'burst mode, LAST_NUMBER_AGAIN' \
  "${bursts[@]}" -DCOMPACT -DWRAP -DLAST_NUMBER_AGAIN -DCALM -DMAY_RESTART
check cycle 'burst mode, NEVER_OFFERED_AGAIN' \
  "${bursts[@]}" -DCALM -DNEVER_OFFERED_AGAIN
check vanished 'burst mode, ACKS_COALESCE' \
  "${smooth[@]}" -DACKS_COALESCE

model=lanes.pml

check complete 'lanes: rounds, the last of them short' \
  -DCOMPACT -DDATA=5
check complete 'lanes: two frames' \
  -DCOMPACT -DFRAMES=2
check complete 'lanes: three of them' \
  -DCOMPACT -DLANES=3 -DDATA=4
check complete 'lanes, and grants without' \
  -DCOMPACT -DPLAIN_TOO
check complete 'lanes that end between grants' \
  -DCOMPACT -DLANES_END
check complete 'lanes: grant numbers come again' \
  -DCOMPACT -DWRAP
check complete 'lanes: delivered once it is calm' \
  -DCOMPACT -DCALM
check complete 'lanes: delivered once it is calm, grant numbers come again' \
  -DCOMPACT -DCALM -DWRAP
check complete 'three lanes: delivered once it is calm' \
  -DCOMPACT -DCALM -DLANES=3 -DDATA=4
check complete 'lanes, calm from the start' \
  -DCALM -DSMOOTH
for rule in QUESTION_ON_MAIN QUESTION_ON_USR1 OLD_ANSWERS_BELIEVED; do
  check assertion "lanes, $rule" "-D$rule"
done
for rule in RESENT_UNASKED SENT_AGAIN_BELIEVED COUNTED_ACKS LANES_NOT_STARTED \
  SETTLED_BY_ANY_END \
  LANE_ENDS_EARLY ENDED_MEANWHILE STARTED_MEANWHILE PARTIAL_ROUND_KEPT; do
  check assertion "lanes, $rule" -DCOMPACT "-D$rule"
done
check assertion 'lanes, LIST_REMEMBERED' \
  -DCOMPACT -DLANES_END -DLIST_REMEMBERED
check assertion 'lanes, STRAYS_COUNTED' \
  -DCOMPACT -DPLAIN_TOO -DSTRAYS_COUNTED
for rule in LAST_NUMBER_AGAIN ACK_OUTLASTED; do
  check cycle "lanes, $rule" -DCOMPACT -DCALM -DWRAP "-D$rule"
done
check cycle 'lanes, CHOSEN_ANEW' \
  -DCOMPACT -DCALM -DPLAIN_TOO -DCHOSEN_ANEW
for rule in ROUND_UNCHECKED MAIN_TAKES_LANE_DATA; do
  check complete "lanes, $rule" -DCOMPACT "-D$rule"
done

echo "$passed passed, $failed failed"
((failed == 0 && passed > 0)) # nothing that was to be checked is a mistake, too
