/*
 * The burst signal's queue at the server.
 * It is a realtime signal: nothing is merged, nothing overtakes, and what finds
 * no room is not sent (EAGAIN).
 */

#ifdef BURST
#define FIELDS(at) \
  slot[at].kind, slot[at].from, slot[at].message, slot[at].grant, \
  slot[at].frame, slot[at].number, slot[at].question

chan queue = [DEPTH] of { mtype, byte, byte, byte, byte, byte, byte };

#define QUEUE_EMPTY (len(queue) == 0)
#define QUEUE_FULL (len(queue) == DEPTH)
#define QUEUED(kind_) queue??[kind_, _, _, _, _, _, _]
#define QUEUED_GRANT(c, g) queue??[_, eval(c), _, eval(g), _, _, _]
#define QUEUED_QUESTION(c, q) queue??[_, eval(c), _, _, _, _, eval(q)]

inline send_queued(kind_, from_, message_, grant_, frame_, number_, question_) {
  printf("thread %d, burst signal: ", SERVER);
  if
  :: !QUEUE_FULL ->
     put(HEAD, kind_, from_, message_, grant_, frame_, number_, question_);
     queue!FIELDS(HEAD); clear(HEAD)
  :: else -> printf("EAGAIN\n")
  fi
}
#else
#define QUEUE_EMPTY true
#define QUEUED_GRANT(c, g) false
#define QUEUED_QUESTION(c, q) false
#endif
