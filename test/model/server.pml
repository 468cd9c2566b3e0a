/* ---- The server's handler ---- */

inline acknowledge() {
  send(USR1(holder), ACK, holder, 0, grant, 0, count, NO_QUESTION)
}

inline take_data(at) {
  if
  :: slot[at].from == holder && started && count < DATA(holder) &&
     MODE_FITS(at, session[holder].message) && GRANT_FITS(at) &&
     NUMBER_FITS(at) ->
     printf("counted: number %d of frame %d, sent under grant %d\n",
            slot[at].number, slot[at].frame, slot[at].grant);
     /* Exactly the next bit of the present frame, sent under this grant. */
     assert(slot[at].grant == grant);
     assert(slot[at].message == session[holder].message);
     assert(slot[at].frame == session[holder].frame);
     assert(slot[at].number == count + 1);
     count++;
     if
     :: count == DATA(holder) -> acknowledge()
     :: count < DATA(holder) && IS_ACKNOWLEDGED(holder, count) ->
        owes_ack = true
     :: else
     fi
  :: else
  fi
}

#define OF_PRESENT_GRANT(at, kind_) (slot[at].kind == kind_ && \
  slot[at].from == holder && slot[at].grant == grant)

inline handle(at) {
  if
  :: IS_DATA(at) -> take_data(at)
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
  clear(at); tidy_both()
}

/* ---- The server's TypeScript part ---- */

inline tell(c, kind_) {
  if
  :: kind_ == GRANT ->
     send(USR2(c), GRANT, c, session[c].message, grant, session[c].frame, 0,
          NO_QUESTION)
  :: else ->
     send(USR2(c), kind_, c, session[c].message, NO_GRANT, 0, 0, NO_QUESTION)
  fi;
  tidy(c)
}

/* An OFFER of the next message ends an unfinished one. */
#define IS_UNFINISHED(c) (session[c].state == GRANTED || \
  session[c].state == WITHDRAWN || session[c].state == QUEUED)
#define IS_PRESENT_OFFER(c) (session[c].message == offered)

/* OFFERs leave the ring in the order in which they came: the older message
   first. */
inline take_offer(c) {
  offered = (session[c].offers & 1 -> 0 : 1);
  session[c].offers = session[c].offers & ~(1 << offered);
  reply = WAIT;
  if
  :: session[c].state == IDLE ||
     (session[c].state == FINISHED && !IS_PRESENT_OFFER(c)) ->
     session[c].state = QUEUED;
     session[c].message = offered; session[c].frame = 0
  :: session[c].state == FINISHED && IS_PRESENT_OFFER(c) -> reply = DELIVERED
  :: session[c].state == GRANTED && IS_PRESENT_OFFER(c) -> reply = GRANT
  :: session[c].state == WITHDRAWN && IS_PRESENT_OFFER(c) ->
     session[c].state = QUEUED
#ifdef GIVE_UP
  :: IS_UNFINISHED(c) && !IS_PRESENT_OFFER(c) ->
     if
     :: holder == c -> end_grant(QUEUED, 0)
     :: else -> session[c].state = QUEUED; session[c].kept = 0
     fi;
     session[c].message = offered; session[c].frame = 0
#endif
  :: (session[c].state == QUEUED && IS_PRESENT_OFFER(c)) ||
     session[c].state == DELIVERING
  fi;
  tell(c, reply);
  offered = 0; reply = 0
}

#define NEXT(c) (holder == NOBODY && session[c].state == QUEUED)

inline give_grant(c, lowest) {
  grant = lowest;
  do
  :: GRANT_IN_USE(c, grant) -> grant++
  :: else -> break
  od;
  assert(grant != NO_GRANT);
  holder = c; count = session[c].kept;
#ifdef BITS_COUNT_AT_ONCE
  started = true;
#endif
  session[c].state = GRANTED;
  tell(c, GRANT)
}

/* What it brought of its frame is kept for the next one, or dropped: 0. */
inline end_grant(next_state, keep) {
  printf("grant %d of session %d ends\n", grant, holder);
  session[holder].state = next_state; session[holder].kept = keep;
  holder = NOBODY; grant = NO_GRANT; count = 0;
  started = false; restart = false; owes_ack = false;
  tidy_both()
}

#ifdef GIVE_UP
#define IN_ORDER (delivered[holder] <= session[holder].message)
#else
#define IN_ORDER (delivered[holder] == session[holder].message)
#endif

inline take_frame() {
  session[holder].frame++;
  if
  :: session[holder].frame == FRAMES(holder) ->
     assert(IN_ORDER);
     delivered[holder] = session[holder].message + 1
  :: else
  fi;
  end_grant((session[holder].frame == FRAMES(holder) -> DELIVERING : QUEUED), 0)
}

inline finish(c) {
  session[c].state = FINISHED; session[c].frame = 0;
  tell(c, DELIVERED)
}

inline bury(c) {
  if
  :: holder == c -> end_grant(GONE, 0)
  :: else -> session[c].state = GONE
  fi;
  session[c].message = 0; session[c].frame = 0; session[c].kept = 0;
  session[c].offers = 0;
  delivered[c] = 0
}

/* A lone client stands for one among others, whose grants are not shown. */
#define OTHERS_WAIT (MESSAGES1 == 0 || session[1 - holder].state == QUEUED)

/* Not a whole frame: it is taken. */
#define MAY_WITHDRAW (holder != NOBODY && count < DATA(holder) && OTHERS_WAIT && \
  DISTURBED)

inline withdraw(next_state) {
  whose = holder;
  end_grant(next_state, count);
  if
  :: next_state == QUEUED -> tell(whose, WAIT)
  :: else                         /* its OFFER must not wait */
  fi;
  whose = 0
}

#define OVER(c) ((!ALIVE(c) && session[c].state == GONE) || \
  (client[c].mode == CONTENT && !session[c].offers && \
   (session[c].state == FINISHED || MESSAGES(c) == 0)))

#define SLOTS_FREE \
  (slot[USR1(SERVER)].kind == FREE && slot[USR2(SERVER)].kind == FREE)
#ifdef NEVER_FULL
#define RING_FULL false
#else
#define RING_FULL DISTURBED       /* at any moment */
#endif

proctype ServerProcess() {
  unsigned offered : 2;
  byte reply;
  byte whose;
  do
  :: d_step { slot[USR1(SERVER)].kind != FREE -> handle(USR1(SERVER)) }
  :: d_step { slot[USR1(SERVER)].kind == FREE &&
     slot[USR2(SERVER)].kind != FREE -> handle(USR2(SERVER)) }
  /* The ring is full: the data are not taken, the ACK is withheld. */
  :: d_step { IS_DATA(USR1(SERVER)) && RING_FULL -> clear(USR1(SERVER)) }
  :: d_step { slot[USR1(SERVER)].kind == FREE &&
     IS_DATA(USR2(SERVER)) && RING_FULL -> clear(USR2(SERVER)) }
#ifdef BURST
  :: d_step { SLOTS_FREE && !QUEUE_EMPTY -> queue?FIELDS(HEAD); handle(HEAD) }
  :: d_step { SLOTS_FREE && queue?[WORD, _, _, _, _, _, _] && RING_FULL ->
     queue?FIELDS(HEAD); clear(HEAD); tidy_queue() }
#endif
  /* At once, or when the thread has been to its loop: with the count of now.
     One given at once leaves an earlier one owed, which comes too. */
  :: d_step { owes_ack -> owes_ack = false; acknowledge(); tidy(holder) }
  :: d_step { owes_ack && DISTURBED -> acknowledge(); tidy(holder) }

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
     FIRED(GRANT_TIMER); tell(holder, GRANT) }
  /* Its turn is over: queued again, or, for want of progress, by its OFFER. */
  :: d_step { MAY_WITHDRAW -> withdraw(QUEUED) }
  :: d_step { MAY_WITHDRAW -> withdraw(WITHDRAWN) }
  :: d_step { count == DATA(holder) -> take_frame() }
  /* Its checksum is wrong, or its holder wants it anew. */
  :: d_step { (count == DATA(holder) && DISTURBED) || restart ->
     end_grant(QUEUED, 0) }
  :: d_step { session[0].state == DELIVERING -> finish(0) }
  :: d_step { session[1].state == DELIVERING -> finish(1) }

  :: d_step { OVER(0) && OVER(1) &&
     SLOTS_FREE && QUEUE_EMPTY ->
     /* Both ends agree. */
     assert(holder == NOBODY);
     assert(!ALIVE(0) || delivered[0] == MESSAGES0);
     assert(!ALIVE(1) || delivered[1] == MESSAGES1) } -> break
  od
}
