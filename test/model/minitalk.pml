/*
 * The exactness of minitalk: docs/protocol.md, the parts marked (M).
 * Clients, a server and a stranger, over pending slots that coalesce. README.md
 * says what is left out and why, and how to read a counter-example.
 *
 * Size (check.sh sets it):
 *   BITS                 data bits in a frame, at most 2
 *   FRAMES0 FRAMES1      frames in a message of client 0 and of client 1
 *   MESSAGES0 MESSAGES1  messages of each; 0: that client does not exist
 * Ways to check:
 *   COMPACT  the same protocol in fewer states, for two clients (see there)
 *   CALM     from some moment on nothing disturbs any more; then everything
 *            must be delivered (the never claim at the end)
 *   WRAP     a grant may get the number of an earlier one that is still known
 * Rules taken away, one at a time; each must give a counter-example:
 *   QUESTION_ON_USR1      QUERY travels on SIGUSR1
 *   OLD_ANSWERS_BELIEVED  an ANSWER counts whatever its question number
 *   BITS_COUNT_AT_ONCE    the GRANT starts the grant, not its QUERY
 *   RESENT_UNASKED        after a time-out the bit is sent again at once
 *   LAST_NUMBER_AGAIN     (WRAP) even that of the session's last started grant
 *   NEVER_OFFERED_AGAIN   (CALM) no OFFER while an ACK or ANSWER is awaited
 */

#ifndef BITS
#define BITS 2
#endif
#ifndef FRAMES0
#define FRAMES0 2
#endif
#ifndef FRAMES1
#define FRAMES1 1
#endif
#ifndef MESSAGES0
#define MESSAGES0 1
#endif
#ifndef MESSAGES1
#define MESSAGES1 1
#endif
#define FRAMES(c)   ((c) == 0 -> FRAMES0 : FRAMES1)
#define MESSAGES(c) ((c) == 0 -> MESSAGES0 : MESSAGES1)

#include "state.pml"
#include "timers.pml"
#include "client.pml"
#include "server.pml"

/* ---- The stranger ---- */

#ifdef COMPACT
#define NOISE(at) \
  d_step { DISTURBED && slot[at].kind != FREE -> \
           printf("swallowed: %e\n", slot[at].kind); clear(at) }
#else
#define NOISE(at) \
  d_step { DISTURBED && (at >= USR1(SERVER) || RUNS(at / 2)) && \
           slot[at].kind == FREE -> \
           send(at, STRAY, 0, 0, NO_GRANT, 0, 0, NO_QUESTION) }
#endif

proctype Stranger() {
end:
  do
  :: NOISE(USR1(0))
  :: NOISE(USR2(0))
  :: NOISE(USR1(1))
  :: NOISE(USR2(1))
  :: NOISE(USR1(SERVER))
  :: NOISE(USR2(SERVER))
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
    for (i : 0 .. 5) { clear(i) }
    for (i : 0 .. 1) {
      session[i].state = IDLE;
      client[i].mode = (MESSAGES(i) == 0 -> CONTENT : OFFERING);
      client[i].grant = NO_GRANT; client[i].question = NO_QUESTION
    }
    i = 0
  }
  atomic {
    run ClientProcess(0); run ClientProcess(1);
    run ServerProcess(); run Stranger()
  }
}

#ifdef CALM
/* Never: calm, and for ever something left to do. */
never {
  do
  :: calm && !(OVER(0) && OVER(1)) -> break
  :: else
  od;
accept:
  do
  :: !(OVER(0) && OVER(1))
  od
}
#endif
