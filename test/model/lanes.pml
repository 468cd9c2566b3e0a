/*
 * The exactness of lanes: docs/protocol.md, section 9, the parts marked (M).
 * One client, a server with a main thread and lanes, and a stranger, over
 * pending slots that coalesce. README.md says what is left out and why.
 *
 * Size (check.sh sets it):
 *   LANES   threads of the server that take data
 *   DATA    bits in a frame, at most 7
 *   FRAMES  frames in the message
 * Ways to check:
 *   COMPACT      the same protocol in fewer states: the stranger swallows a
 *                pending signal; what no one will believe any more goes at once
 *   CALM         from some moment on nothing disturbs any more; then everything
 *                must be delivered (the never claim at the end)
 *   WRAP         a grant may get the number of an earlier one still known
 *   PLAIN_TOO    some grants go without lanes: GRANT names none, or the client
 *                wants none
 *   LANES_END    between grants lanes end; the next ones get each other's ids
 *   MAY_RESTART  an impossible count is no error; the client sends RESTART
 * Rules taken away; README.md says what each is for:
 *   QUESTION_ON_MAIN      a question about a lane goes to the main thread
 *   QUESTION_ON_USR1      QUERY travels on SIGUSR1
 *   OLD_ANSWERS_BELIEVED  an ANSWER counts whatever its question number
 *   RESENT_UNASKED        after a time-out data are sent again at once
 *   SENT_AGAIN_BELIEVED   what was sent again is taken for taken
 *   COUNTED_ACKS          each lane acknowledges, and the client counts
 *   LANES_NOT_STARTED     the main thread's QUERY starts all lanes, also of a
 *                         server that is not settled
 *   SETTLED_BY_ANY_END    and it is that after a grant whose frame was not whole
 *   LANE_ENDS_EARLY       lanes end in the middle of a grant
 *   LIST_REMEMBERED       (LANES_END) the threads' ids are read only once
 *   ENDED_MEANWHILE       a grant ends while a lane is taking a bit
 *   STARTED_MEANWHILE     a grant ends, and another begins, while a lane is
 *                         being started
 *   PARTIAL_ROUND_KEPT    what has come of an incomplete round is kept
 *   CHOSEN_ANEW           (PLAIN_TOO) lanes or none: chosen with each QUERY
 *   LAST_NUMBER_AGAIN     (WRAP) even that of the last started grant
 *   ACK_OUTLASTED         (WRAP) even one that a lane is about to acknowledge
 *   STRAYS_COUNTED        (PLAIN_TOO) a lane counts a bit as the main thread
 *                         does, where the grant is without lanes
 *   ROUND_UNCHECKED       (only a defence) a lane takes a second one in a round
 *   MAIN_TAKES_LANE_DATA  (only a defence) and the main thread takes data, too
 */

#ifndef LANES
#define LANES 2
#endif
#ifndef DATA
#define DATA 3
#endif
#ifndef FRAMES
#define FRAMES 1
#endif

#include "lanes_state.pml"
#include "lanes_client.pml"
#include "lanes_server.pml"

/* ---- The stranger ---- */

#ifdef COMPACT
#define NOISE(at) \
  d_step { DISTURBED && slot[at].kind != FREE -> \
           printf("swallowed: %e\n", slot[at].kind); clear(at) }
#else
#define NOISE(at) \
  d_step { DISTURBED && (at >= USR1(MAIN) || RUNS) && slot[at].kind == FREE -> \
           send(at, STRAY, NO_GRANT, 0, 0, NO_QUESTION, 0) }
#endif

proctype Stranger() {
end:
  do
  :: NOISE(USR1(CLIENT))
  :: NOISE(USR2(CLIENT))
  :: NOISE(USR1(MAIN))
  :: NOISE(USR2(MAIN))
  :: NOISE(USR1(LANE(0)))
  :: NOISE(USR2(LANE(0)))
  :: NOISE(USR1(LANE(1)))
  :: NOISE(USR2(LANE(1)))
#if LANES > 2
  :: NOISE(USR1(LANE(2)))
  :: NOISE(USR2(LANE(2)))
#endif
#ifdef CALM
  :: calm = true; break
  od;
  do                              /* the clock: another turn for each timer */
  :: d_step { QUIET && NOTHING_DUE -> fired = 0 }
#endif
  od
}

init {
  byte i;
  d_step {
    for (i : 0 .. SLOTS - 1) { clear(i) }
    session = IDLE;
    client.mode = OFFERING;
    client.grant = NO_GRANT; client.question = NO_QUESTION;
    i = 0
  }
  atomic {
    run ClientProcess(); run MainThread(); run Stranger();
    for (i : 0 .. LANES - 1) { run LaneThread(i) }
    i = 0
  }
}

#ifdef CALM
/* Never: calm, and for ever something left to do. */
never {
  do
  :: calm && !OVER -> break
  :: else
  od;
accept:
  do
  :: !OVER
  od
}
#endif
