/* Signals, their pending slots, and what each process knows. */

/* ---- Pending slots: one per signal number of each receiving thread ---- */

#define SERVER 2                  /* threads 0 and 1 are the clients' */
#define USR1(thread) (2 * (thread))
#define USR2(thread) (2 * (thread) + 1)

mtype = {
  FREE,
  STRAY,                          /* counts for nothing, but takes the slot */
  BIT, OFFER, QUERY, RESTART,     /* to the server */
  ACK, GRANT, ANSWER, DELIVERED   /* to a client */
};
#define WAIT STRAY                /* a mere sign of life */

#define NOBODY 3
#define NO_GRANT 7
#define OLD_QUESTION 2
#define NO_QUESTION 3

typedef Signal {
  mtype kind;
  unsigned from : 2;              /* the session; of a BIT the attested pid */
  unsigned message : 2;
  unsigned grant : 3;
  unsigned frame : 2;
  unsigned number : 2;            /* of ACK and ANSWER the count */
  unsigned question : 2
};
/* On the wire a BIT carries nothing. Its message, grant, frame and number in
   the frame (from 1) are ghosts, which only assertions look at. */

Signal slot[6];

/* ---- State ---- */

mtype = {
  OFFERING,                       /* nothing granted yet */
  ASKING,                         /* has a grant; QUERY is out, or due */
  SENDING,                        /* about to send bit `number` */
  WAITING,                        /* bit `number` is outstanding */
  SENT,                           /* the server took the whole frame */
  FAULTY,                         /* an impossible count: RESTART is due */
  CONTENT,                        /* all messages delivered */
  DEAD
};

typedef Client {
  mtype mode;
  unsigned message : 2;
  unsigned grant : 3;
  unsigned frame : 2;
  unsigned number : 2;            /* the outstanding bit; 0: before the first */
  unsigned question : 2
};
Client client[2];
#define ALIVE(c) (client[c].mode != DEAD)
#define RUNS(c) (client[c].mode != DEAD && client[c].mode != CONTENT)

mtype = {
  IDLE, QUEUED,
  GRANTED,                        /* and checking, when count == BITS */
  WITHDRAWN,                      /* queued again by an OFFER */
  DELIVERING,                     /* the consumer has it */
  FINISHED, GONE
};

typedef Session {
  mtype state;
  unsigned message : 2;
  unsigned frame : 2;             /* the next one wanted */
  unsigned offers : 2             /* OFFERs in the ring: a set of messages */
};
Session session[2];

/* The present grant, as the server's handler knows it. */
unsigned holder : 2 = NOBODY;
unsigned grant : 3 = NO_GRANT;
unsigned count : 2;
bool started;
bool restart;                     /* the holder's RESTART is in the ring */

byte delivered[2];                /* ghost: messages that the consumer got */

/* A signal to an occupied slot vanishes with its value. */
inline send(to, kind_, from_, message_, grant_, frame_, number_, question_) {
  if
  :: to < USR1(SERVER) && !RUNS(to / 2)            /* ESRCH */
  :: (to >= USR1(SERVER) || RUNS(to / 2)) && slot[to].kind == FREE ->
     slot[to].kind = kind_; slot[to].from = from_;
     slot[to].message = message_; slot[to].grant = grant_;
     slot[to].frame = frame_; slot[to].number = number_;
     slot[to].question = question_;
     printf("thread %d, SIGUSR%d: %e session %d grant %d ", to / 2,
            1 + to % 2, slot[to].kind, from_, grant_);
     printf("frame %d number %d question %d\n", frame_, number_, question_)
  :: else ->
     printf("thread %d, SIGUSR%d: another signal VANISHES (%e is pending)\n",
            to / 2, 1 + to % 2, slot[to].kind)
  fi
}

inline clear(at) {
  slot[at].kind = FREE; slot[at].from = 0; slot[at].message = 0;
  slot[at].grant = NO_GRANT; slot[at].frame = 0; slot[at].number = 0;
  slot[at].question = NO_QUESTION
}
