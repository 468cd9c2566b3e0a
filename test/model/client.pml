/* ---- What a client believes ---- */

#define ACK_COUNTS(c) (slot[USR1(c)].kind == ACK && \
  slot[USR1(c)].grant == client[c].grant && \
  slot[USR1(c)].number > client[c].taken && \
  slot[USR1(c)].number <= client[c].sent && AWAITS_ACK(c))

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

/* Another has the grant, or this one's was withdrawn. */
#define HAS_GRANT(c) (client[c].mode == ASKING || client[c].mode == WAITING || \
  client[c].mode == SENDING)
#define WAIT_IS_NEWS(c) (OF_MY_MESSAGE(c, WAIT) && HAS_GRANT(c))

/* A grant's first ANSWER tells how much of the frame is there. */
#define IS_FIRST(c) (client[c].sent == 0)
#ifdef RESUMED_FROM_MEMORY
#define FIRST_COUNT(c) remembered[c]
byte remembered[2];               /* taken of this frame under earlier grants */
#else
#define FIRST_COUNT(c) slot[USR2(c)].number
#endif

#include "compact.pml"

/* ---- The client ---- */

/* `taken` is known anew: of the data, or, before the first, of the grant. */
inline go_on(c) {
  client[c].question = NO_QUESTION;
  if
  :: client[c].taken == DATA(c) ->
     client[c].sent = 0; client[c].taken = 0; client[c].mode = SENT
  :: client[c].taken < DATA(c) && MAY_SEND(c) -> client[c].mode = SENDING
  :: else -> client[c].mode = WAITING
  fi
}

inline forget_grant(c) {
  client[c].grant = NO_GRANT; client[c].frame = 0;
  client[c].sent = 0; client[c].taken = 0;
  client[c].question = NO_QUESTION
}

#ifdef RESUMED_FROM_MEMORY
inline remember(c, new_frame) {
  remembered[c] = (client[c].grant != NO_GRANT && client[c].frame == new_frame ->
    client[c].taken : 0)
}
#else
#define remember(c, new_frame) skip
#endif

inline take_ack(c) {
  if
  :: ACK_COUNTS(c) -> client[c].taken = slot[USR1(c)].number; go_on(c)
  :: else                         /* late, or stray */
  fi;
  clear(USR1(c)); tidy(c); tidy_queue()
}

inline take_answer(c) {
#ifndef MAY_RESTART
  assert(IS_FIRST(c) || (slot[USR2(c)].number >= client[c].taken &&
         slot[USR2(c)].number <= client[c].sent));
#endif
  if
  :: IS_FIRST(c) ->
     client[c].taken = FIRST_COUNT(c);
     client[c].sent = FIRST_COUNT(c);
     go_on(c)
  :: !IS_FIRST(c) &&
     slot[USR2(c)].number >= client[c].taken &&
     slot[USR2(c)].number <= client[c].sent ->
     /* What was sent beyond was not taken: once more. */
     client[c].taken = slot[USR2(c)].number;
     client[c].sent = slot[USR2(c)].number;
     go_on(c)
  :: else -> client[c].question = NO_QUESTION; client[c].mode = FAULTY
  fi
}

inline take_word(c) {
  if
  :: GRANT_IS_NEW(c) ->
     remember(c, slot[USR2(c)].frame);
     forget_grant(c);
     client[c].grant = slot[USR2(c)].grant;
     client[c].frame = slot[USR2(c)].frame;
     client[c].mode = ASKING
  :: ANSWER_COUNTS(c) -> take_answer(c)
  :: WAIT_IS_NEWS(c) -> forget_grant(c); client[c].mode = OFFERING
  :: OF_MY_MESSAGE(c, DELIVERED) ->
     assert(delivered[c] == client[c].message + 1);
     client[c].message++;
     forget_grant(c);
     if
     :: client[c].message < MESSAGES(c) -> client[c].mode = OFFERING
     :: else ->
        client[c].mode = CONTENT; client[c].message = 0; clear(USR1(c))
     fi
  :: else                         /* repeated, late, or stray */
  fi;
  clear(USR2(c)); tidy(c); tidy_queue()
}

#define DATA_FIELDS(c) c, client[c].message, client[c].grant, \
  client[c].frame, client[c].sent, NO_QUESTION

inline send_data(c, to, kind_) {
  client[c].sent++;
  send(to, kind_, DATA_FIELDS(c));
  client[c].mode = WAITING; tidy(c)
}

#ifdef BURST
/* The mode stays SENDING, or ASKING, while more may be sent. */
inline send_ahead(c) {
  client[c].sent++;
  send_queued(WORD, DATA_FIELDS(c));
  if
  :: client[c].mode == SENDING && !MAY_SEND(c) -> client[c].mode = WAITING
  :: else
  fi;
  tidy(c); tidy_queue()
}
#endif

#ifdef QUESTION_ON_USR1
#define QUESTION_SLOT USR1(SERVER)
#else
#define QUESTION_SLOT USR2(SERVER)
#endif

inline ask(c) {
#ifdef SMOOTH
  assert(client[c].mode != WAITING);
#endif
  client[c].mode = ASKING; client[c].question = NO_QUESTION;
  tidy(c); tidy_queue();
  client[c].question = 0;
  do
  :: QUESTION_IN_USE(c, client[c].question) -> client[c].question++
  :: else -> break
  od;
  assert(client[c].question != NO_QUESTION);
  if
#if defined(BURST) && !defined(QUESTION_ON_USR2)
  :: BURSTS(c) ->
     send_queued(QUERY, c, 0, client[c].grant, 0, 0, client[c].question)
#endif
  :: else ->
     send(QUESTION_SLOT, QUERY, c, 0, client[c].grant, 0, 0, client[c].question)
  fi;
  tidy(c); tidy_queue()
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
  clear(USR1(c)); clear(USR2(c)); tidy(c); tidy_queue()
}

/* One outstanding bit or word is sent at once; ahead of others it can wait. */
#define RECEIVES(c) (RUNS(c) && client[c].mode != FAULTY && \
  (client[c].mode != SENDING || BURSTS(c)))
#define IS_SENDING(in_mode) \
  (client[me].mode == SENDING && in_mode(client[me].message))

proctype ClientProcess(byte me) {
  do
  :: d_step { RECEIVES(me) && slot[USR1(me)].kind != FREE -> take_ack(me) }
  :: d_step { RECEIVES(me) && slot[USR1(me)].kind == FREE &&
     slot[USR2(me)].kind != FREE -> take_word(me) }

  /* The data are open: any bit may be 0 or 1. */
  :: d_step { IS_SENDING(IN_BITS) -> send_data(me, USR1(SERVER), BIT) }
  :: d_step { IS_SENDING(IN_BITS) -> send_data(me, USR2(SERVER), BIT) }
#ifdef WORDS
  :: d_step { IS_SENDING(IN_WORDS) -> send_data(me, USR1(SERVER), WORD) }
#endif
#ifdef BURST
  :: d_step { IS_SENDING(IN_BURST) && !QUEUE_FULL -> send_ahead(me) }
  /* EAGAIN, also because others fill the limit. The rest waits for an ACK, or
     for the answer to a question. */
  :: d_step { IS_SENDING(IN_BURST) && (QUEUE_FULL || DISTURBED) ->
     client[me].mode = WAITING; tidy(me) }
#ifdef SENT_WHILE_ASKED
  :: d_step { client[me].mode == ASKING && BURSTS(me) && MAY_SEND(me) &&
     client[me].sent > 0 && !QUEUE_FULL -> send_ahead(me) }
#endif
#endif
  :: d_step { client[me].mode == FAULTY -> send_restart(me) }

  :: d_step { (MAY_ASK(me) && TIMER(ASK_TIMER(me))) ||
     (IS_SENDING(IN_BURST) && DISTURBED) ->
     FIRED(ASK_TIMER(me)); ask(me) }
  :: d_step { MAY_OFFER(me) && TIMER(OFFER_TIMER(me)) ->
     FIRED(OFFER_TIMER(me)); offer(me) }
#ifdef RESENT_UNASKED
  :: d_step { client[me].mode == WAITING ->
     client[me].sent = client[me].taken; client[me].mode = SENDING }
#endif

#ifdef GIVE_UP
  :: d_step { RUNS(me) && client[me].message + 1 < MESSAGES(me) && DISTURBED ->
     client[me].message++; forget_grant(me); client[me].mode = OFFERING;
     tidy(me); tidy_queue() }
#endif
  :: d_step { RUNS(me) && DISTURBED -> die(me) } -> break
  :: client[me].mode == CONTENT -> break
  od
}
