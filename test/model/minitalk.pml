/*
 * The exactness of minitalk: docs/protocol.md, the parts marked (M).
 * Clients, a server and a stranger, over pending slots that coalesce. README.md
 * says what is left out and why, and how to read a counter-example.
 *
 * Size (check.sh sets it):
 *   DATA0 DATA1          data signals in a frame of client 0 and of client 1
 *   FRAMES0 FRAMES1      frames in a message of each
 *   MESSAGES0 MESSAGES1  messages of each, at most 2; 0: no such client
 *   WINDOW DEPTH         (BURST) words outstanding, places in the queue
 * Modes; without a flag all data are bits:
 *   WORDS                all in word mode
 *   BURST                all in burst mode
 *   MIXED=m              message m in burst mode; else words (WORDS), or bits
 * Ways to check:
 *   COMPACT      the same protocol in fewer states (see there)
 *   CALM         from some moment on nothing disturbs any more; then everything
 *                must be delivered (the never claim at the end)
 *   SMOOTH       (CALM) calm from the start: no ACK may vanish, no data may
 *                wait for a time-out
 *   WRAP         a grant may get the number of an earlier one still known
 *   GIVE_UP      a client may leave a message unfinished and offer the next
 *   MAY_RESTART  an impossible count is no error; the client sends RESTART
 * Rules taken away; README.md says what each is for:
 *   QUESTION_ON_USR1      QUERY travels on SIGUSR1
 *   QUESTION_ON_USR2      (BURST) QUERY travels on SIGUSR2
 *   OLD_ANSWERS_BELIEVED  an ANSWER counts whatever its question number
 *   BITS_COUNT_AT_ONCE    the GRANT starts the grant, not its QUERY
 *   RESENT_UNASKED        after a time-out data are sent again at once
 *   SENT_WHILE_ASKED      (BURST) words are sent while a question is open
 *   RESUMED_FROM_MEMORY   a frame goes on after what its client knows as taken
 *   LAST_NUMBER_AGAIN     (WRAP) even that of the session's last started grant
 *   NEVER_OFFERED_AGAIN   (CALM) no OFFER while an ACK or ANSWER is awaited
 *   GRANT_UNCHECKED       a word counts whatever grant it names
 *   NUMBER_UNCHECKED      a word counts whatever its number
 *   MODE_UNCHECKED        data count whatever signal they came on
 *   ACKS_COALESCE         (SMOOTH) a word asks while an ACK is awaited
 *   NEVER_FULL            (not a rule) the ring is never full
 */

#ifndef DATA0
#define DATA0 2
#endif
#ifndef DATA1
#define DATA1 2
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
#ifndef WINDOW
#define WINDOW 2
#endif
#ifndef DEPTH
#define DEPTH 3
#endif
#define DATA(c)     ((c) == 0 -> DATA0 : DATA1)
#define FRAMES(c)   ((c) == 0 -> FRAMES0 : FRAMES1)
#define MESSAGES(c) ((c) == 0 -> MESSAGES0 : MESSAGES1)

#include "modes.pml"
#include "state.pml"
#include "queue.pml"
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
#if defined(BURST) && !defined(COMPACT)
  :: d_step { DISTURBED && !QUEUE_FULL && !QUEUED(STRAY) ->
     send_queued(STRAY, 0, 0, NO_GRANT, 0, 0, NO_QUESTION) }
#endif
#ifdef BURST
  /* A question met EAGAIN. */
  :: d_step { DISTURBED && queue?[QUERY, _, _, _, _, _, _] ->
     printf("EAGAIN: the question was not sent\n");
     queue?FIELDS(HEAD); clear(HEAD); tidy_queue() }
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
