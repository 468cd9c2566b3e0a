/* Which numbers are free for a new grant or question, and when a timer may run
   out. */

/* ---- Numbers ----
 * Grants and questions are only compared for equality. So a number that nothing
 * carries any more is as good as one that was never used. */

#define CARRIED(at, c, g) (slot[at].from == (c) && slot[at].grant == (g))
#define CARRIED_TO_SERVER(c, g) (CARRIED(USR1(SERVER), c, g) || \
  CARRIED(USR2(SERVER), c, g) || QUEUED_GRANT(c, g))
#define KNOWN_TO_CLIENT(c, g) (client[c].grant == (g) || \
  slot[USR1(c)].grant == (g) || slot[USR2(c)].grant == (g))
#ifndef WRAP
#define GRANT_IN_USE(c, g) (CARRIED_TO_SERVER(c, g) || KNOWN_TO_CLIENT(c, g))
#else
byte last_started[2] = NO_GRANT;
#ifdef LAST_NUMBER_AGAIN
#define GRANT_IN_USE(c, g) CARRIED_TO_SERVER(c, g)
#else
#define GRANT_IN_USE(c, g) (CARRIED_TO_SERVER(c, g) || last_started[c] == (g))
#endif
#endif

#define ASKED(at, c, q) (slot[at].from == (c) && slot[at].question == (q))
#define QUESTION_IN_USE(c, q) (slot[USR2(c)].question == (q) || \
  ASKED(USR1(SERVER), c, q) || ASKED(USR2(SERVER), c, q) || \
  QUEUED_QUESTION(c, q))

/* ---- Timers ----
 * A time-out may come at any moment: so the checks hold however a process counts
 * its time, also when it was itself away and its timers stood still. What gives the
 * other side up (ETIMEDOUT, an idle client) is not in the model. */

#define ASK_TIMER(c) (1 << (c))
#define MAY_ASK(c) (client[c].mode == WAITING || client[c].mode == ASKING)
#define AWAITS_ACK(c) (MAY_ASK(c) || \
  (client[c].mode == SENDING && IN_BURST(client[c].message)))
#define OFFER_TIMER(c) (4 << (c))
#ifdef NEVER_OFFERED_AGAIN
#define MAY_OFFER(c) (client[c].mode == OFFERING || client[c].mode == SENT)
#else
#define MAY_OFFER(c) \
  (client[c].mode == OFFERING || client[c].mode == SENT || MAY_ASK(c))
#endif
#define GRANT_TIMER 16
#define MAY_REPEAT (holder != NOBODY && !started && RUNS(holder))

#ifndef CALM
#define TIMER(which) true         /* a time-out may come at any moment */
#define FIRED(which)
#define DISTURBED true
#else
/* Once it is calm a time-out comes only when nothing else can happen, and to
   each timer in its turn. */
#ifdef SMOOTH
bool calm = true;
#define ACK_IS_DUE owes_ack
#else
bool calm;
#define ACK_IS_DUE false          /* in a busy server it may stay owed */
#endif
unsigned fired : 5;               /* the timers that have had their turn */
#define DISTURBED (!calm)
#define EMPTY(thread) \
  (slot[USR1(thread)].kind == FREE && slot[USR2(thread)].kind == FREE)
#define SERVER_EMPTY (EMPTY(SERVER) && QUEUE_EMPTY)
#define AT_REST(c) (EMPTY(c) && !session[c].offers && \
  client[c].mode != SENDING && client[c].mode != FAULTY && \
  session[c].state != DELIVERING && \
  !(session[c].state == QUEUED && holder == NOBODY) && \
  (ALIVE(c) || session[c].state == GONE))
#define QUIET \
  (SERVER_EMPTY && AT_REST(0) && AT_REST(1) && count < DATA(holder) && !restart && \
   !ACK_IS_DUE)
#define TIMER(which) (!calm || (QUIET && !(fired & (which))))
#define FIRED(which) fired = (calm -> fired | (which) : 0)
#define DUE(may, timer) (may && !(fired & (timer)))
#define NOTHING_DUE (!DUE(MAY_REPEAT, GRANT_TIMER) && \
  !DUE(MAY_ASK(0), ASK_TIMER(0)) && !DUE(MAY_ASK(1), ASK_TIMER(1)) && \
  !DUE(MAY_OFFER(0), OFFER_TIMER(0)) && !DUE(MAY_OFFER(1), OFFER_TIMER(1)))
#endif
