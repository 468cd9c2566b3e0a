/* ---- The server's handler ---- */

inline take_bit(at) {
  if
  :: slot[at].from == holder && started && count < BITS ->
     printf("counted: bit %d of frame %d, sent under grant %d\n",
            slot[at].number, slot[at].frame, slot[at].grant);
     /* Exactly the next bit of the present frame, sent under this grant. */
     assert(slot[at].grant == grant);
     assert(slot[at].message == session[holder].message);
     assert(slot[at].frame == session[holder].frame);
     assert(slot[at].number == count + 1);
     count++;
     send(USR1(holder), ACK, holder, 0, grant, 0, count, NO_QUESTION)
  :: else
  fi
}

#define OF_PRESENT_GRANT(at, kind_) (slot[at].kind == kind_ && \
  slot[at].from == holder && slot[at].grant == grant)

inline handle(at) {
  if
  :: slot[at].kind == BIT -> take_bit(at)
  :: OF_PRESENT_GRANT(at, QUERY) ->
     started = true;
#ifdef WRAP
     last_started[holder] = grant;
#endif
     send(USR2(holder), ANSWER, holder, 0, grant, 0, count, slot[at].question)
  :: OF_PRESENT_GRANT(at, RESTART) -> restart = true
  :: slot[at].kind == OFFER && session[slot[at].from].state != GONE ->
     session[slot[at].from].offers =
       session[slot[at].from].offers | (1 << slot[at].message)
  :: else                         /* stray, or of an earlier grant */
  fi;
  clear(at); tidy(0); tidy(1)
}

/* ---- The server's TypeScript part ---- */

inline tell(c, kind_) {
  send(USR2(c), kind_, c, session[c].message, NO_GRANT, 0, 0, NO_QUESTION);
  tidy(c)
}

inline send_grant(c) {
  send(USR2(c), GRANT, c, session[c].message, grant, session[c].frame, 0,
       NO_QUESTION);
  tidy(c)
}

/* OFFERs leave the ring in the order in which they came: the older message
   first. */
inline take_offer(c) {
  offered = (session[c].offers & 1 -> 0 : 1);
  session[c].offers = session[c].offers & ~(1 << offered);
  if
  :: session[c].state == IDLE ||
     (session[c].state == FINISHED && session[c].message != offered) ->
     session[c].state = QUEUED;
     session[c].message = offered; session[c].frame = 0;
     tell(c, WAIT)
  :: session[c].state == FINISHED && session[c].message == offered ->
     tell(c, DELIVERED)
  :: session[c].state == GRANTED -> send_grant(c)
  :: session[c].state == WITHDRAWN -> session[c].state = QUEUED; tell(c, WAIT)
  :: session[c].state == QUEUED || session[c].state == DELIVERING ->
     tell(c, WAIT)
  fi;
  offered = 0
}

#define NEXT(c) (holder == NOBODY && session[c].state == QUEUED)

inline give_grant(c, lowest) {
  grant = lowest;
  do
  :: GRANT_IN_USE(c, grant) -> grant++
  :: else -> break
  od;
  assert(grant != NO_GRANT);
  holder = c;
#ifdef BITS_COUNT_AT_ONCE
  started = true;
#endif
  session[c].state = GRANTED;
  send_grant(c)
}

inline end_grant(next_state) {
  printf("grant %d of session %d ends\n", grant, holder);
  session[holder].state = next_state;
  holder = NOBODY; grant = NO_GRANT; count = 0;
  started = false; restart = false;
  tidy(0); tidy(1)
}

inline take_frame() {
  session[holder].frame++;
  if
  :: session[holder].frame < FRAMES(holder) -> end_grant(QUEUED)
  :: else ->
     assert(delivered[holder] == session[holder].message);
     delivered[holder]++;
     end_grant(DELIVERING)
  fi
}

inline finish(c) {
  session[c].state = FINISHED; session[c].frame = 0;
  tell(c, DELIVERED)
}

inline bury(c) {
  if
  :: holder == c -> end_grant(GONE)
  :: else -> session[c].state = GONE
  fi;
  session[c].message = 0; session[c].frame = 0; session[c].offers = 0;
  delivered[c] = 0
}

/* A lone client stands for one among others, whose grants are not shown. */
#define OTHERS_WAIT (MESSAGES1 == 0 || session[1 - holder].state == QUEUED)

#define OVER(c) ((!ALIVE(c) && session[c].state == GONE) || \
  (client[c].mode == CONTENT && !session[c].offers && \
   (session[c].state == FINISHED || MESSAGES(c) == 0)))

proctype ServerProcess() {
  unsigned offered : 2;
  do
  :: d_step { slot[USR1(SERVER)].kind != FREE -> handle(USR1(SERVER)) }
  :: d_step { slot[USR1(SERVER)].kind == FREE &&
     slot[USR2(SERVER)].kind != FREE -> handle(USR2(SERVER)) }
  /* The ring is full: the bit is not taken, its ACK is withheld. */
  :: d_step { slot[USR1(SERVER)].kind == BIT && DISTURBED ->
     clear(USR1(SERVER)) }
  :: d_step { slot[USR1(SERVER)].kind == FREE &&
     slot[USR2(SERVER)].kind == BIT && DISTURBED -> clear(USR2(SERVER)) }

  :: d_step { ALIVE(0) && session[0].offers -> take_offer(0) }
  :: d_step { ALIVE(1) && session[1].offers -> take_offer(1) }
  :: d_step { !ALIVE(0) && session[0].state != GONE -> bury(0) }
  :: d_step { !ALIVE(1) && session[1].state != GONE -> bury(1) }

  /* Whose turn it is stays open: round robin is one of the possible orders. */
  :: d_step { NEXT(0) -> give_grant(0, 0) }
  :: d_step { NEXT(1) -> give_grant(1, 0) }
#ifdef WRAP
  :: d_step { NEXT(0) -> give_grant(0, 1) }
  :: d_step { NEXT(0) -> give_grant(0, 2) }
#endif
  :: d_step { MAY_REPEAT && TIMER(GRANT_TIMER) ->
     FIRED(GRANT_TIMER); send_grant(holder) }
  /* Withdrawn, for want of progress. */
  :: d_step { holder != NOBODY && OTHERS_WAIT && DISTURBED ->
     end_grant(WITHDRAWN) }
  :: d_step { restart -> end_grant(QUEUED) }

  :: d_step { count == BITS -> take_frame() }
  /* Its checksum is wrong. */
  :: d_step { count == BITS && DISTURBED -> end_grant(QUEUED) }
  :: d_step { session[0].state == DELIVERING -> finish(0) }
  :: d_step { session[1].state == DELIVERING -> finish(1) }

  :: d_step { OVER(0) && OVER(1) &&
     slot[USR1(SERVER)].kind == FREE && slot[USR2(SERVER)].kind == FREE ->
     /* Both ends agree. */
     assert(holder == NOBODY);
     assert(!ALIVE(0) || delivered[0] == MESSAGES0);
     assert(!ALIVE(1) || delivered[1] == MESSAGES1) } -> break
  od
}
