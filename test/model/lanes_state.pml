/* Signals, their pending slots, what each process knows, and the timers. */

/* ---- Pending slots: one per signal number of each receiving thread ---- */

#define CLIENT 0                  /* threads */
#define MAIN 1
#define LANE(i) (2 + (i))
#define USR1(thread) (2 * (thread))
#define USR2(thread) (2 * (thread) + 1)
#define SLOTS (4 + 2 * LANES)

mtype = {
  FREE,
  STRAY,                          /* counts for nothing, but takes the slot */
  BIT,                            /* data, to a lane or the main thread */
  QUERY,                          /* to a lane or the main thread */
  OFFER, RESTART,                 /* to the main thread */
  ACK, GRANT, ANSWER,             /* to the client */
  WAIT, DELIVERED
};

#define NO_GRANT 7
#define NO_QUESTION 7             /* of a QUERY: quiet */

typedef Signal {
  mtype kind;
  unsigned grant : 3;
  unsigned frame : 2;
  unsigned number : 3;            /* of ACK a round, of ANSWER a count */
  unsigned question : 3;
  unsigned lanes : 1              /* GRANT names some, QUERY starts by them */
};
/* On the wire a BIT carries nothing: its grant, frame and number in the frame
   (from 1) are ghosts, which only assertions look at. */

Signal slot[SLOTS];

/* ---- State ---- */

mtype = {
  OFFERING,                       /* nothing granted yet */
  BEGINNING,                      /* QUERY to the main thread is out, or due */
  SENDING,                        /* a round; `lane` is the next to get its own */
  AWAITING,                       /* the round's ACK */
  ASKING,                         /* QUERY to `lane` is out, or due */
  SENDING_AGAIN,                  /* to `lane`, which lacks this round's */
  SENT,                           /* the server took the whole frame */
  FAULTY,                         /* an impossible count: RESTART is due */
  CONTENT, DEAD
};

typedef Client {
  mtype mode;
  unsigned grant : 3;
  unsigned frame : 2;
  bool by_lanes;
  unsigned first : 3;             /* data there at the start of the grant */
  unsigned round : 3;             /* 0: each lane's start */
  unsigned lane : 2;
  bool again;                     /* something was sent again */
  bool settled;                   /* the server's ACK of round 0 has come first */
  unsigned question : 3;
  unsigned acks : 2               /* COUNTED_ACKS */
};
Client client;
#define ALIVE (client.mode != DEAD)
#define RUNS (client.mode != DEAD && client.mode != CONTENT)

mtype = {
  IDLE, QUEUED,
  GRANTED,                        /* and checking, when whole */
  WITHDRAWN,                      /* queued again by an OFFER */
  DELIVERING, FINISHED, GONE
};

mtype session;
bool offered;                     /* an OFFER is in the ring */
unsigned frame : 2;               /* the next one wanted */
unsigned kept : 3;                /* of it, from grants withdrawn */
byte have;                        /* ghost: a set, the frame's data taken */
bool delivered;                   /* ghost */

/* The present grant, as all threads of the server know it. A grant without
   lanes has one in each round, from round 1 on. */
unsigned grant : 3 = NO_GRANT;
bool names_lanes;
bool started;
bool by_lanes;
unsigned first : 3;
unsigned round : 3;               /* the present one */
bool whole;
bool restart;
bool up[LANES];                   /* started by a QUERY of this grant */
byte count[LANES];                /* rounds that it has taken data of */

/* No lane has data pending: the last grant by lanes was whole. */
bool settled = true;

bool owes[LANES];                 /* an ACK: one lane at most */
unsigned owed_grant : 3 = NO_GRANT;
unsigned owed_round : 3;

bool crossed;                     /* the client's list of threads is old */

#if defined(ENDED_MEANWHILE) || defined(STARTED_MEANWHILE)
Signal in_hand[LANES];            /* looked at, not yet counted */
#define HANDS_FREE(i) (in_hand[i].kind != BIT && in_hand[i].kind != QUERY)
#define IN_HAND(field, n) \
  ((!HANDS_FREE(0) && in_hand[0].field == (n)) || \
   (!HANDS_FREE(1) && in_hand[1].field == (n)))
#else
#define HANDS_FREE(i) true
#define IN_HAND(field, n) false
#endif

/* How many data a round has, where `width` is that of a full one. */
#define LEFT(first_, round_, width) (DATA + (width) - (first_) - (round_) * (width))
#define IN_ROUND(first_, round_, width) \
  ((round_) > 0 && LEFT(first_, round_, width) < (width) -> \
    LEFT(first_, round_, width) : (width))

#define OVER ((!ALIVE && session == GONE) || \
  (client.mode == CONTENT && !offered && session == FINISHED))

inline put(at, kind_, grant_, frame_, number_, question_, lanes_) {
  slot[at].kind = kind_; slot[at].grant = grant_; slot[at].frame = frame_;
  slot[at].number = number_; slot[at].question = question_;
  slot[at].lanes = lanes_;
  printf("%e grant %d frame %d ", slot[at].kind, grant_, frame_);
  printf("number %d question %d lanes %d\n", number_, question_, lanes_)
}

/* A signal to an occupied slot vanishes with its value. */
inline send(to, kind_, grant_, frame_, number_, question_, lanes_) {
  if
  :: to < USR1(MAIN) && !RUNS                      /* ESRCH */
  :: (to >= USR1(MAIN) || RUNS) && slot[to].kind == FREE ->
     printf("thread %d, SIGUSR%d: ", (to) / 2, 1 + (to) % 2);
     put(to, kind_, grant_, frame_, number_, question_, lanes_)
  :: else ->
#ifdef SMOOTH
     assert(kind_ != ACK && kind_ != BIT);
#endif
     printf("thread %d, SIGUSR%d: another signal VANISHES (%e is pending)\n",
            (to) / 2, 1 + (to) % 2, slot[to].kind)
  fi
}

inline clear(at) {
  slot[at].kind = FREE; slot[at].grant = NO_GRANT; slot[at].frame = 0;
  slot[at].number = 0; slot[at].question = NO_QUESTION; slot[at].lanes = 0
}

/* ---- Numbers: the lowest that nothing carries any more ---- */

#if LANES > 2
#define IN_LANE_2(field, n) \
  (slot[USR1(LANE(2))].field == (n) || slot[USR2(LANE(2))].field == (n))
#else
#define IN_LANE_2(field, n) false
#endif
#define AT_SERVER(field, n) \
  (slot[USR1(MAIN)].field == (n) || slot[USR2(MAIN)].field == (n) || \
   slot[USR1(LANE(0))].field == (n) || slot[USR2(LANE(0))].field == (n) || \
   slot[USR1(LANE(1))].field == (n) || slot[USR2(LANE(1))].field == (n) || \
   IN_LANE_2(field, n) || IN_HAND(field, n))
#ifdef WRAP
byte last_started = NO_GRANT;
#ifdef LAST_NUMBER_AGAIN
#define IS_LAST(g) false
#else
#define IS_LAST(g) (last_started == (g))
#endif
#ifdef ACK_OUTLASTED
#define IS_OWED(g) false
#else
#define IS_OWED(g) (owed_grant == (g))
#endif
#define GRANT_IN_USE(g) (AT_SERVER(grant, g) || IS_LAST(g) || IS_OWED(g))
#else
#define GRANT_IN_USE(g) (AT_SERVER(grant, g) || client.grant == (g) || \
  owed_grant == (g) || \
  slot[USR1(CLIENT)].grant == (g) || slot[USR2(CLIENT)].grant == (g))
#endif
#define QUESTION_IN_USE(q) \
  (slot[USR2(CLIENT)].question == (q) || AT_SERVER(question, q))

/* ---- Timers: as in timers.pml ---- */

#define ASK_TIMER 1
#define MAY_ASK (client.mode == BEGINNING || client.mode == AWAITING || \
  client.mode == ASKING)
#define OFFER_TIMER 2
#define MAY_OFFER (client.mode == OFFERING || client.mode == SENT || MAY_ASK)
#define GRANT_TIMER 4
#define MAY_REPEAT (grant != NO_GRANT && !started && RUNS)

#ifndef CALM
#define TIMER(which) true
#define FIRED(which)
#define DISTURBED true
#else
#ifdef SMOOTH
bool calm = true;
#else
bool calm;
#endif
unsigned fired : 3;
#define DISTURBED (!calm)
#define EMPTY(thread) \
  (slot[USR1(thread)].kind == FREE && slot[USR2(thread)].kind == FREE)
#if LANES > 2
#define ALL_EMPTY (EMPTY(CLIENT) && EMPTY(MAIN) && EMPTY(LANE(0)) && \
  EMPTY(LANE(1)) && EMPTY(LANE(2)))
#else
#define ALL_EMPTY (EMPTY(CLIENT) && EMPTY(MAIN) && EMPTY(LANE(0)) && \
  EMPTY(LANE(1)))
#endif
#define QUIET (ALL_EMPTY && owed_grant == NO_GRANT && !offered && !whole && !restart && !ASKS_NEXT && \
  client.mode != SENDING && client.mode != SENDING_AGAIN && \
  client.mode != FAULTY && session != DELIVERING && session != QUEUED && \
  (ALIVE || session == GONE))
#define TIMER(which) (!calm || (QUIET && !(fired & (which))))
#define FIRED(which) fired = (calm -> fired | (which) : 0)
#define DUE(may, timer) (may && !(fired & (timer)))
#define NOTHING_DUE (!DUE(MAY_REPEAT, GRANT_TIMER) && \
  !DUE(MAY_ASK, ASK_TIMER) && !DUE(MAY_OFFER, OFFER_TIMER))
#endif
