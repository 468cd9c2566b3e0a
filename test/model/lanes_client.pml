/* ---- What the client believes ---- */

#ifdef OLD_ANSWERS_BELIEVED
#define FRESH true
#else
#define FRESH (slot[USR2(CLIENT)].question == client.question)
#endif
#define HAS_GRANT (client.mode == BEGINNING || client.mode == SENDING || \
  client.mode == AWAITING || client.mode == ASKING || \
  client.mode == SENDING_AGAIN)
#define GRANT_IS_NEW (slot[USR2(CLIENT)].kind == GRANT && \
  (slot[USR2(CLIENT)].grant != client.grant || \
   slot[USR2(CLIENT)].frame != client.frame))
#define ANSWER_COUNTS (slot[USR2(CLIENT)].kind == ANSWER && \
  slot[USR2(CLIENT)].grant == client.grant && \
  client.question != NO_QUESTION && FRESH)

#define WIDTH (client.by_lanes -> LANES : 1)
#define IN_MY_ROUND IN_ROUND(client.first, client.round, WIDTH)
/* A lane says rounds; the main thread, without lanes, the frame's data. */
#define OFFSET (client.by_lanes -> 0 : client.first)
#define ROUND_SAID (client.round + OFFSET)
#define ASKS_NEXT (client.mode == ASKING && client.question == NO_QUESTION)

/* The threads, by the client's list. */
#define THREAD(lane) (!client.by_lanes -> MAIN : \
  LANE(crossed && (lane) < 2 -> 1 - (lane) : (lane)))

#include "lanes_compact.pml"

/* ---- The client ---- */

#ifdef COUNTED_ACKS
#define ALL_COUNTED (client.acks == IN_MY_ROUND)
#else
#define ALL_COUNTED false
#endif

inline next_round() {
  client.question = NO_QUESTION; client.lane = 0; client.again = false;
  client.acks = 0;
  if
  :: client.first + client.round * WIDTH >= DATA ->
     client.first = 0; client.round = 0; client.by_lanes = false;
     client.mode = SENT
  :: else -> client.round++; client.mode = SENDING
  fi
}

inline count_ack() {
#ifdef COUNTED_ACKS
  client.acks++
#else
  skip
#endif
}

inline next_lane() {
  client.question = NO_QUESTION; client.lane++;
  if
  :: client.lane < IN_MY_ROUND && !ALL_COUNTED -> client.mode = ASKING
#ifndef SENT_AGAIN_BELIEVED
  :: client.lane == IN_MY_ROUND && client.again && !ALL_COUNTED ->
     client.lane = 0; client.again = false; client.mode = AWAITING
#endif
  :: else -> next_round()
  fi
}

inline forget_grant() {
  client.grant = NO_GRANT; client.frame = 0; client.by_lanes = false;
  client.first = 0; client.round = 0; client.lane = 0; client.again = false;
  client.settled = false;
  client.question = NO_QUESTION; client.acks = 0
}

inline take_ack() {
  if
  :: slot[USR1(CLIENT)].kind == ACK &&
     slot[USR1(CLIENT)].grant == client.grant &&
     slot[USR1(CLIENT)].number == 0 && client.mode == BEGINNING &&
     client.by_lanes -> client.settled = true
#ifdef COUNTED_ACKS
  :: slot[USR1(CLIENT)].kind == ACK &&
     slot[USR1(CLIENT)].grant == client.grant &&
     (client.mode == AWAITING || client.mode == ASKING) ->
     count_ack();
     if
     :: ALL_COUNTED -> next_round()
     :: else
     fi
#else
  :: slot[USR1(CLIENT)].kind == ACK &&
     slot[USR1(CLIENT)].grant == client.grant &&
     slot[USR1(CLIENT)].number == ROUND_SAID &&
     (client.mode == AWAITING || client.mode == ASKING) -> next_round()
#endif
  :: else                         /* late, or stray */
  fi;
  clear(USR1(CLIENT)); tidy()
}

/* The first of a grant, from the main thread. */
inline begin() {
  client.first = slot[USR2(CLIENT)].number;
  client.question = NO_QUESTION;
  client.round = 0;
  if
  :: client.by_lanes && !client.settled -> client.mode = SENDING
  :: else -> next_round()
  fi;
  client.settled = false
}

inline take_answer() {
#ifndef MAY_RESTART
  assert(slot[USR2(CLIENT)].number == ROUND_SAID ||
         slot[USR2(CLIENT)].number + 1 == ROUND_SAID);
#endif
  if
  :: slot[USR2(CLIENT)].number == ROUND_SAID -> count_ack(); next_lane()
  :: slot[USR2(CLIENT)].number + 1 == ROUND_SAID ->
     client.question = NO_QUESTION; client.mode = SENDING_AGAIN
  :: else -> client.question = NO_QUESTION; client.mode = FAULTY
  fi
}

inline take_word(wants_lanes) {
  if
  :: GRANT_IS_NEW ->
     forget_grant();
     client.grant = slot[USR2(CLIENT)].grant;
     client.frame = slot[USR2(CLIENT)].frame;
     client.by_lanes = slot[USR2(CLIENT)].lanes && wants_lanes;
#ifndef LIST_REMEMBERED
     crossed = false;
#endif
     client.mode = BEGINNING
  :: ANSWER_COUNTS && client.mode == BEGINNING -> begin()
  :: ANSWER_COUNTS && client.mode == ASKING -> take_answer()
  :: slot[USR2(CLIENT)].kind == WAIT && HAS_GRANT ->
     forget_grant(); client.mode = OFFERING
  :: slot[USR2(CLIENT)].kind == DELIVERED ->
     assert(delivered);
     forget_grant(); clear(USR1(CLIENT)); client.mode = CONTENT
  :: else                         /* repeated, late, or stray */
  fi;
  clear(USR2(CLIENT)); tidy()
}

#define NUMBER (client.first + (client.round - 1) * WIDTH + client.lane + 1)

inline send_bit(to) {
  send(to, BIT, client.grant, client.frame, NUMBER, NO_QUESTION, 0);
  if
  :: client.mode == SENDING_AGAIN -> client.again = true; next_lane()
  :: else -> sent_one()
  fi;
  tidy()
}

inline sent_one() {
  client.lane++;
  if
  :: client.lane == IN_MY_ROUND -> client.lane = 0; client.mode = AWAITING
  :: else
  fi
}

#ifdef QUESTION_ON_USR1
#define QUESTION_SLOT(thread) USR1(thread)
#else
#define QUESTION_SLOT(thread) USR2(thread)
#endif

inline start_lane() {
  send(QUESTION_SLOT(THREAD(client.lane)), QUERY, client.grant, 0, 0,
       NO_QUESTION, 0);
  sent_one(); tidy()
}

inline ask() {
#ifdef SMOOTH
  assert(client.mode == BEGINNING);
#endif
  if
  :: client.mode == AWAITING -> client.mode = ASKING
  :: else
  fi;
  client.question = NO_QUESTION; tidy();
  client.question = 0;
  do
  :: QUESTION_IN_USE(client.question) -> client.question++
  :: else -> break
  od;
  assert(client.question != NO_QUESTION);
  if
  :: client.mode == BEGINNING ->
     send(QUESTION_SLOT(MAIN), QUERY, client.grant, 0, 0, client.question,
          client.by_lanes)
#ifdef QUESTION_ON_MAIN
  :: client.mode == ASKING && client.by_lanes ->
     send(USR2(MAIN), QUERY, client.grant, 0, client.lane + 1, client.question, 1)
#endif
  :: else ->
     send(QUESTION_SLOT(THREAD(client.lane)), QUERY, client.grant, 0, 0,
          client.question, 0)
  fi;
  tidy()
}

inline die() {
  printf("the client dies\n");
  forget_grant();
  client.mode = DEAD;
  clear(USR1(CLIENT)); clear(USR2(CLIENT)); tidy()
}

/* A round is sent at once, and so is a bit again. */
#define RECEIVES (client.mode == OFFERING || client.mode == SENT || MAY_ASK)
#define SENDS_BIT ((client.mode == SENDING && client.round > 0) || \
  client.mode == SENDING_AGAIN)
#define WORD_COMES (RECEIVES && slot[USR1(CLIENT)].kind == FREE && \
  slot[USR2(CLIENT)].kind != FREE)

proctype ClientProcess() {
  do
  :: d_step { RECEIVES && slot[USR1(CLIENT)].kind != FREE -> take_ack() }
  :: d_step { WORD_COMES -> take_word(true) }
#ifdef PLAIN_TOO
  :: d_step { WORD_COMES && GRANT_IS_NEW && slot[USR2(CLIENT)].lanes ->
     take_word(false) }
#endif
#ifdef CHOSEN_ANEW
  :: d_step { client.mode == BEGINNING && names_lanes && DISTURBED ->
     client.by_lanes = !client.by_lanes }
#endif

  :: d_step { client.mode == SENDING && client.round == 0 -> start_lane() }
  /* The data are open: any bit may be 0 or 1. */
  :: d_step { SENDS_BIT -> send_bit(USR1(THREAD(client.lane))) }
  :: d_step { SENDS_BIT -> send_bit(USR2(THREAD(client.lane))) }
  :: d_step { client.mode == FAULTY ->
     send(USR2(MAIN), RESTART, client.grant, 0, 0, NO_QUESTION, 0);
     client.mode = ASKING; tidy() }

  :: d_step { ASKS_NEXT -> ask() }
  :: d_step { MAY_ASK && !ASKS_NEXT && TIMER(ASK_TIMER) ->
     FIRED(ASK_TIMER); ask() }
  :: d_step { MAY_OFFER && TIMER(OFFER_TIMER) ->
     FIRED(OFFER_TIMER);
     send(USR2(MAIN), OFFER, NO_GRANT, 0, 0, NO_QUESTION, 0) }
#ifdef RESENT_UNASKED
  :: d_step { client.mode == AWAITING && client.round > 0 ->
     client.mode = SENDING }
#endif

  :: d_step { RUNS && DISTURBED -> die() } -> break
  :: client.mode == CONTENT -> break
  od
}
