/* Signals, their pending slots, and what each process knows. */

/* ---- Pending slots: one per signal number of each receiving thread ---- */

#define SERVER 2                  /* threads 0 and 1 are the clients' */
#define USR1(thread) (2 * (thread))
#define USR2(thread) (2 * (thread) + 1)
#ifdef BURST
#define SLOTS 7
#define HEAD 6                    /* of the queue, while it is looked at */
#else
#define SLOTS 6
#endif

mtype = {
  FREE,
  STRAY,                          /* counts for nothing, but takes the slot */
  BIT, WORD,                      /* data, to the server */
  OFFER, QUERY, RESTART,          /* to the server */
  ACK, GRANT, ANSWER,             /* to a client */
  WAIT, DELIVERED
};

#define NOBODY 3
#define NO_GRANT 15
#define OLD_QUESTION 2
#define NO_QUESTION 7

typedef Signal {
  mtype kind;
  unsigned from : 2;              /* the session; of data the sender's pid */
  unsigned message : 2;
  unsigned grant : 4;
  unsigned frame : 2;
  unsigned number : 3;            /* of ACK and ANSWER the count */
  unsigned question : 3
};
/* On the wire a BIT carries nothing. Its message, grant, frame and number in
   the frame (from 1) are ghosts, which only assertions look at. So are message
   and frame of a WORD: its header has grant and number. */

Signal slot[SLOTS];

/* ---- State ---- */

mtype = {
  OFFERING,                       /* nothing granted yet */
  ASKING,                         /* has a grant; QUERY is out, or due */
  SENDING,                        /* about to send what comes after `sent` */
  WAITING,                        /* may not send; for an ACK */
  SENT,                           /* the server took the whole frame */
  FAULTY,                         /* an impossible count: RESTART is due */
  CONTENT,                        /* all messages delivered */
  DEAD
};

typedef Client {
  mtype mode;
  unsigned message : 2;
  unsigned grant : 4;
  unsigned frame : 2;
  unsigned sent : 3;              /* the last one sent; 0: before the first */
  unsigned taken : 3;             /* by the server, as far as is known */
  unsigned question : 3
};
Client client[2];
#define ALIVE(c) (client[c].mode != DEAD)
#define RUNS(c) (client[c].mode != DEAD && client[c].mode != CONTENT)

mtype = {
  IDLE, QUEUED,
  GRANTED,                        /* and checking, when count == DATA */
  WITHDRAWN,                      /* queued again by an OFFER */
  DELIVERING,                     /* the consumer has it */
  FINISHED, GONE
};

typedef Session {
  mtype state;
  unsigned message : 2;
  unsigned frame : 2;             /* the next one wanted */
  unsigned kept : 3;              /* of it, from a grant withdrawn */
  unsigned offers : 2             /* OFFERs in the ring: a set of messages */
};
Session session[2];

/* The present grant, as the server's handler knows it. */
unsigned holder : 2 = NOBODY;
unsigned grant : 4 = NO_GRANT;
unsigned count : 3;
bool started;
bool owes_ack;
bool restart;                     /* the holder's RESTART is in the ring */

byte delivered[2];                /* ghost: messages that the consumer got */

inline put(at, kind_, from_, message_, grant_, frame_, number_, question_) {
  slot[at].kind = kind_; slot[at].from = from_;
  slot[at].message = message_; slot[at].grant = grant_;
  slot[at].frame = frame_; slot[at].number = number_;
  slot[at].question = question_;
  printf("%e session %d grant %d ", slot[at].kind, from_, grant_);
  printf("frame %d number %d question %d\n", frame_, number_, question_)
}

/* A signal to an occupied slot vanishes with its value. */
inline send(to, kind_, from_, message_, grant_, frame_, number_, question_) {
  if
  :: to < USR1(SERVER) && !RUNS(to / 2)            /* ESRCH */
  :: (to >= USR1(SERVER) || RUNS(to / 2)) && slot[to].kind == FREE ->
     printf("thread %d, SIGUSR%d: ", to / 2, 1 + to % 2);
     put(to, kind_, from_, message_, grant_, frame_, number_, question_)
  :: else ->
#ifdef SMOOTH
     assert(kind_ != ACK || slot[to].kind == FREE);
#endif
     printf("thread %d, SIGUSR%d: another signal VANISHES (%e is pending)\n",
            to / 2, 1 + to % 2, slot[to].kind)
  fi
}

inline clear(at) {
  slot[at].kind = FREE; slot[at].from = 0; slot[at].message = 0;
  slot[at].grant = NO_GRANT; slot[at].frame = 0; slot[at].number = 0;
  slot[at].question = NO_QUESTION
}
