/* ---- What the server's threads do with a signal ---- */

#if LANES > 2
#define ALL_UP (up[0] && up[1] && up[2])
#define HAS_ALL (HAS(0) && HAS(1) && HAS(2))
#define HOW_MANY (HAS_ONE(0) + HAS_ONE(1) + HAS_ONE(2))
#else
#define ALL_UP (up[0] && up[1])
#define HAS_ALL (HAS(0) && HAS(1))
#define HOW_MANY (HAS_ONE(0) + HAS_ONE(1))
#endif
#define IN_THIS_ROUND IN_ROUND(first, round, (by_lanes -> LANES : 1))
#define HAS(i) (count[i] >= round || (i) >= IN_THIS_ROUND)
#define HAS_ONE(i) (round > 0 && count[i] >= round)

byte said;

/* The last to take the present round's opens the next one, then sends ACK. */
inline open_next() {
  if
  :: first + round * (by_lanes -> LANES : 1) >= DATA -> whole = true
  :: else -> round++
  fi
}

/* A lane does that in two steps, and what other threads do comes between. */
inline finish_round(i) {
#ifndef COUNTED_ACKS
  owes[i] = true; owed_grant = grant; owed_round = round;
#endif
  open_next()
}

inline acknowledge(i) {
  send(USR1(CLIENT), ACK, owed_grant, 0, owed_round, NO_QUESTION, 0);
  owes[i] = false; owed_grant = NO_GRANT; owed_round = 0; tidy()
}

#define FULL ((1 << DATA) - 1)

/* `i` is 0 for the main thread. */
inline count_bit(i, grant_, frame_, number_) {
  printf("counted: number %d of frame %d, sent under grant %d, lane %d\n",
         number_, frame_, grant_, i);
  /* Exactly the one that this thread is to take now, sent under this grant. */
  assert(grant_ == grant);
  assert(frame_ == frame);
  assert(number_ == first + (round - 1) * (by_lanes -> LANES : 1) + i + 1);
  assert(!(have & (1 << (number_ - 1))));
  have = have | (1 << (number_ - 1));
  count[i]++;
#ifdef COUNTED_ACKS
  send(USR1(CLIENT), ACK, grant, 0, 0, NO_QUESTION, 0);
#endif
  if
  :: !by_lanes ->
     send(USR1(CLIENT), ACK, grant, 0, first + round, NO_QUESTION, 0);
     open_next()
  :: by_lanes && HAS_ALL -> finish_round(i)
  :: else
  fi
}

#ifdef ROUND_UNCHECKED
#define ROUND_FITS(i) true
#else
#define ROUND_FITS(i) (count[i] + 1 == round && (i) < IN_THIS_ROUND)
#endif

#define OF_PRESENT_GRANT(at, kind_) \
  (slot[at].kind == kind_ && slot[at].grant == grant && grant != NO_GRANT)

#ifdef LANES_NOT_STARTED
#define STARTS_SETTLED true
#else
#define STARTS_SETTLED settled
#endif

inline start_by_query(at) {
  if
  :: !started ->
     started = true; by_lanes = names_lanes && slot[at].lanes;
     round = (by_lanes -> 0 : 1);
#ifdef WRAP
     last_started = grant;
#endif
     if
     :: by_lanes && STARTS_SETTLED ->
        up[0] = true; up[1] = true;
#if LANES > 2
        up[2] = true;
#endif
        round = 1;
        send(USR1(CLIENT), ACK, grant, 0, 0, NO_QUESTION, 0)
     :: else
     fi;
     settled = settled && !by_lanes
  :: else
  fi
}

#ifdef MAIN_TAKES_LANE_DATA
#define MAIN_TAKES (started && !whole && round > 0)
#else
#define MAIN_TAKES (started && !whole && !by_lanes)
#endif

/* Without lanes: the frame's data. By lanes: what was there at the start. */
#define MAIN_COUNT (by_lanes -> first : first + round - 1 + whole)

inline handle_on_main(at) {
  if
  :: slot[at].kind == BIT ->
     if
     :: MAIN_TAKES ->
        count_bit(0, slot[at].grant, slot[at].frame, slot[at].number)
     :: else
     fi
#ifdef QUESTION_ON_MAIN
  :: OF_PRESENT_GRANT(at, QUERY) && slot[at].number > 0 ->
     if
     :: by_lanes && up[slot[at].number - 1] ->
        send(USR2(CLIENT), ANSWER, grant, 0, count[slot[at].number - 1],
             slot[at].question, 0)
     :: else
     fi
#endif
  :: OF_PRESENT_GRANT(at, QUERY) && slot[at].number == 0 ->
     start_by_query(at);
     if
     :: slot[at].question != NO_QUESTION ->
        said = MAIN_COUNT;
        send(USR2(CLIENT), ANSWER, grant, 0, said, slot[at].question, 0);
        said = 0
     :: else
     fi
  :: OF_PRESENT_GRANT(at, RESTART) -> restart = true
  :: slot[at].kind == OFFER && session != GONE -> offered = true
  :: else                         /* stray, or of an earlier grant */
  fi;
  clear(at); tidy()
}

#define LANE_TAKES(i) (started && by_lanes && up[i] && !whole && ROUND_FITS(i))

inline start(i) {
  up[i] = true;
  if
  :: ALL_UP -> finish_round(i)
  :: else
  fi
}

inline handle_on_lane(i, at) {
  if
  :: slot[at].kind == BIT && LANE_TAKES(i) ->
#ifdef ENDED_MEANWHILE
     in_hand[i].kind = BIT; in_hand[i].grant = slot[at].grant;
     in_hand[i].frame = slot[at].frame; in_hand[i].number = slot[at].number
#else
     count_bit(i, slot[at].grant, slot[at].frame, slot[at].number)
#endif
#ifdef STRAYS_COUNTED
  :: slot[at].kind == BIT && MAIN_TAKES ->
     count_bit(0, slot[at].grant, slot[at].frame, slot[at].number)
#endif
#ifdef STARTED_MEANWHILE
  /* Its ANSWER, of the grant that was, goes nowhere. */
  :: OF_PRESENT_GRANT(at, QUERY) && by_lanes ->
     in_hand[i].kind = QUERY; in_hand[i].grant = grant; clear(at)
#else
  :: OF_PRESENT_GRANT(at, QUERY) && by_lanes && !up[i] -> start(i)
#endif
  :: else
  fi;
  if
  :: OF_PRESENT_GRANT(at, QUERY) && up[i] && slot[at].question != NO_QUESTION ->
     if
     :: !owes[i] ->
        send(USR2(CLIENT), ANSWER, grant, 0, count[i], slot[at].question, 0);
        clear(at)
     :: else                      /* first its ACK */
     fi
  :: else -> clear(at)            /* also a stray, or of an earlier grant */
  fi;
  tidy()
}

#ifdef ENDED_MEANWHILE
#define MAY_FINISH_LATE(i) (grant != NO_GRANT)
#define FINISH_LATE(i) \
  count_bit(i, in_hand[i].grant, in_hand[i].frame, in_hand[i].number)
#elif defined(STARTED_MEANWHILE)
#define MAY_FINISH_LATE(i) (by_lanes && !up[i])
#define FINISH_LATE(i) start(i)
#endif
#define IS_FREE(i) (HANDS_FREE(i) && !owes[i])

proctype LaneThread(byte me) {
end:
  do
  :: d_step { IS_FREE(me) && slot[USR1(LANE(me))].kind != FREE ->
     handle_on_lane(me, USR1(LANE(me))) }
  :: d_step { IS_FREE(me) && slot[USR1(LANE(me))].kind == FREE &&
     slot[USR2(LANE(me))].kind != FREE ->
     handle_on_lane(me, USR2(LANE(me))) }
  :: d_step { owes[me] -> acknowledge(me) }
#ifdef FINISH_LATE
  :: d_step { !HANDS_FREE(me) ->
     if
     :: MAY_FINISH_LATE(me) -> FINISH_LATE(me)
     :: else
     fi;
     in_hand[me].kind = FREE; in_hand[me].grant = 0; in_hand[me].frame = 0;
     in_hand[me].number = 0; tidy() }
#endif
  od
}

/* ---- The main thread's handler and TypeScript part ---- */

inline tell(kind_) {
  if
  :: kind_ == GRANT ->
     send(USR2(CLIENT), GRANT, grant, frame, 0, NO_QUESTION, names_lanes)
  :: else -> send(USR2(CLIENT), kind_, NO_GRANT, 0, 0, NO_QUESTION, 0)
  fi;
  tidy()
}

inline take_offer() {
  offered = false; reply = WAIT;
  if
  :: session == IDLE || session == WITHDRAWN -> session = QUEUED
  :: session == GRANTED -> reply = GRANT
  :: session == FINISHED -> reply = DELIVERED
  :: else
  fi;
  tell(reply);
  reply = 0
}

inline give_grant(lowest, lanes_) {
  grant = lowest;
  do
  :: GRANT_IN_USE(grant) -> grant++
  :: else -> break
  od;
  assert(grant != NO_GRANT);
  names_lanes = lanes_; first = kept; session = GRANTED;
  tell(GRANT)
}

/* What is kept of the frame: complete rounds, or nothing. */
inline end_grant(next_state, keep) {
  printf("grant %d ends, %d data are kept\n", grant, keep);
  session = next_state; kept = keep;
#ifdef SETTLED_BY_ANY_END
  settled = true;
#else
  settled = settled || (by_lanes && whole);
#endif
#ifdef PARTIAL_ROUND_KEPT
  have = (kept == 0 -> 0 : have);
#else
  have = have & ((1 << kept) - 1);
#endif
  grant = NO_GRANT; names_lanes = false; started = false; by_lanes = false;
  first = 0; round = 0; whole = false; restart = false;
  count[0] = 0; count[1] = 0; up[0] = false; up[1] = false;
#if LANES > 2
  count[2] = 0; up[2] = false;
#endif
  tidy()
}

#ifdef PARTIAL_ROUND_KEPT
#define OF_THIS_ROUND (by_lanes -> HOW_MANY : 0)
#else
#define OF_THIS_ROUND 0
#endif
#define COMPLETE (round == 0 -> 0 : round - 1)

inline withdraw(next_state) {
  said = first + COMPLETE * (by_lanes -> LANES : 1) + OF_THIS_ROUND;
  end_grant(next_state, said);
  said = 0
}

inline take_frame() {
  assert(have == FULL);
  frame++;
  if
  :: frame == FRAMES -> assert(!delivered); delivered = true
  :: else
  fi;
  end_grant((frame == FRAMES -> DELIVERING : QUEUED), 0)
}

/* The client stands for one among others: they may wait at any time. */
#define MAY_WITHDRAW (grant != NO_GRANT && !whole && DISTURBED)

inline bury() {
  end_grant(GONE, 0); frame = 0; offered = false; delivered = false
}

/* Threads end, and the next ones get each other's ids. */
inline remake_lanes() {
  printf("lanes end, others are made\n");
  clear(USR1(LANE(0))); clear(USR2(LANE(0)));
  clear(USR1(LANE(1))); clear(USR2(LANE(1)));
  crossed = !crossed
}

#define MAY_END_LANES (grant == NO_GRANT || !names_lanes)
#define SERVER_SLOTS_FREE \
  (slot[USR1(MAIN)].kind == FREE && slot[USR2(MAIN)].kind == FREE)

proctype MainThread() {
  byte reply;
  do
  :: d_step { slot[USR1(MAIN)].kind != FREE -> handle_on_main(USR1(MAIN)) }
  :: d_step { slot[USR1(MAIN)].kind == FREE && slot[USR2(MAIN)].kind != FREE ->
     handle_on_main(USR2(MAIN)) }

  :: d_step { ALIVE && offered -> take_offer() }
  :: d_step { !ALIVE && session != GONE -> bury() }
  :: d_step { session == QUEUED -> give_grant(0, true) }
#ifdef PLAIN_TOO
  :: d_step { session == QUEUED -> give_grant(0, false) }
#endif
#ifdef WRAP
  :: d_step { session == QUEUED -> give_grant(1, true) }
#endif
  :: d_step { MAY_REPEAT && TIMER(GRANT_TIMER) ->
     FIRED(GRANT_TIMER); tell(GRANT) }
  /* Its turn is over: queued again, or, for want of progress, by its OFFER. */
  :: d_step { MAY_WITHDRAW -> withdraw(QUEUED); tell(WAIT) }
  :: d_step { MAY_WITHDRAW -> withdraw(WITHDRAWN) }
  :: d_step { whole -> take_frame() }
  /* Its checksum is wrong, or its holder wants it anew. */
  :: d_step { (whole && DISTURBED) || restart -> end_grant(QUEUED, 0) }
  :: d_step { session == DELIVERING -> session = FINISHED; tell(DELIVERED) }
#ifdef LANES_END
  :: d_step { MAY_END_LANES && DISTURBED -> remake_lanes() }
#endif
#ifdef LANE_ENDS_EARLY
  :: d_step { DISTURBED -> remake_lanes() }
#endif

  :: d_step { OVER && SERVER_SLOTS_FREE ->
     /* Both ends agree. */
     assert(grant == NO_GRANT);
     assert(!ALIVE || delivered) } -> break
  od
}
