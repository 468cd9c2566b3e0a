/* ---- What a client believes ---- */

#define ACK_COUNTS(c) (slot[USR1(c)].kind == ACK && \
  slot[USR1(c)].grant == client[c].grant && \
  slot[USR1(c)].number == client[c].number && client[c].number != 0 && \
  MAY_ASK(c))

#ifdef OLD_ANSWERS_BELIEVED
#define FRESH(c) true
#else
#define FRESH(c) (slot[USR2(c)].question == client[c].question)
#endif
#define ANSWER_COUNTS(c) (slot[USR2(c)].kind == ANSWER && \
  slot[USR2(c)].grant == client[c].grant && \
  client[c].mode == ASKING && client[c].question != NO_QUESTION && FRESH(c))

#define OF_MY_MESSAGE(c, kind_) (slot[USR2(c)].kind == kind_ && \
  slot[USR2(c)].message == client[c].message)
#define GRANT_IS_NEW(c) (OF_MY_MESSAGE(c, GRANT) && \
  (slot[USR2(c)].grant != client[c].grant || \
   slot[USR2(c)].frame != client[c].frame))

#include "compact.pml"

/* ---- The client ---- */

/* The outstanding bit is taken; or, before the first, the grant is started. */
inline go_on(c) {
  client[c].question = NO_QUESTION;
  if
  :: client[c].number < BITS -> client[c].number++; client[c].mode = SENDING
  :: else -> client[c].number = 0; client[c].mode = SENT
  fi
}

inline forget_grant(c) {
  client[c].grant = NO_GRANT; client[c].frame = 0; client[c].number = 0;
  client[c].question = NO_QUESTION
}

inline take_ack(c) {
  if
  :: ACK_COUNTS(c) -> go_on(c)
  :: else                         /* late, or stray */
  fi;
  clear(USR1(c)); tidy(c)
}

inline take_word(c) {
  if
  :: GRANT_IS_NEW(c) ->
     client[c].grant = slot[USR2(c)].grant;
     client[c].frame = slot[USR2(c)].frame;
     client[c].number = 0; client[c].question = NO_QUESTION;
     client[c].mode = ASKING
  :: ANSWER_COUNTS(c) ->
     if
     :: slot[USR2(c)].number == client[c].number -> go_on(c)
     :: slot[USR2(c)].number + 1 == client[c].number ->
        client[c].question = NO_QUESTION;
        client[c].mode = SENDING  /* it was dropped: once more */
     :: else -> client[c].question = NO_QUESTION; client[c].mode = FAULTY
     fi
  :: OF_MY_MESSAGE(c, DELIVERED) ->
     assert(delivered[c] == client[c].message + 1);
     client[c].message++;
     forget_grant(c);
     if
     :: client[c].message < MESSAGES(c) -> client[c].mode = OFFERING
     :: else ->
        client[c].mode = CONTENT; client[c].message = 0; clear(USR1(c))
     fi
  :: else                         /* repeated, late, stray, or WAIT */
  fi;
  clear(USR2(c)); tidy(c)
}

inline send_bit(c, to) {
  send(to, BIT, c, client[c].message, client[c].grant, client[c].frame,
       client[c].number, NO_QUESTION);
  client[c].mode = WAITING; tidy(c)
}

#ifdef QUESTION_ON_USR1
#define QUESTION_SLOT USR1(SERVER)
#else
#define QUESTION_SLOT USR2(SERVER)
#endif

inline ask(c) {
  client[c].mode = ASKING; client[c].question = NO_QUESTION; tidy(c);
  client[c].question = 0;
  do
  :: QUESTION_IN_USE(c, client[c].question) -> client[c].question++
  :: else -> break
  od;
  assert(client[c].question != NO_QUESTION);
  send(QUESTION_SLOT, QUERY, c, 0, client[c].grant, 0, 0, client[c].question);
  tidy(c)
}

inline offer(c) {
  send(USR2(SERVER), OFFER, c, client[c].message, NO_GRANT, 0, 0, NO_QUESTION)
}

inline send_restart(c) {
  send(USR2(SERVER), RESTART, c, 0, client[c].grant, 0, 0, NO_QUESTION);
  client[c].mode = ASKING; tidy(c)
}

inline die(c) {
  printf("client %d dies\n", c);
  forget_grant(c);
  client[c].mode = DEAD; client[c].message = 0;
  clear(USR1(c)); clear(USR2(c)); tidy(c)
}

#define RECEIVES(c) \
  (RUNS(c) && client[c].mode != SENDING && client[c].mode != FAULTY)

proctype ClientProcess(byte me) {
  do
  :: d_step { RECEIVES(me) && slot[USR1(me)].kind != FREE -> take_ack(me) }
  :: d_step { RECEIVES(me) && slot[USR1(me)].kind == FREE &&
     slot[USR2(me)].kind != FREE -> take_word(me) }

  /* The data are open: any bit may be 0 or 1. */
  :: d_step { client[me].mode == SENDING -> send_bit(me, USR1(SERVER)) }
  :: d_step { client[me].mode == SENDING -> send_bit(me, USR2(SERVER)) }
  :: d_step { client[me].mode == FAULTY -> send_restart(me) }

  :: d_step { MAY_ASK(me) && TIMER(ASK_TIMER(me)) ->
     FIRED(ASK_TIMER(me)); ask(me) }
  :: d_step { MAY_OFFER(me) && TIMER(OFFER_TIMER(me)) ->
     FIRED(OFFER_TIMER(me)); offer(me) }
#ifdef RESENT_UNASKED
  :: d_step { client[me].mode == WAITING -> client[me].mode = SENDING }
#endif

  :: d_step { RUNS(me) && DISTURBED -> die(me) } -> break
  :: client[me].mode == CONTENT -> break
  od
}
