/*
 * Fewer states, as in compact.pml: the stranger swallows, and what no one will
 * believe any more goes at once.
 */

#ifdef COMPACT
/* `knows`: this thread has been started. */
inline tidy_server_slot(at, knows) {
  if
  :: slot[at].kind == BIT && slot[at].grant != grant ->
     /* Late. If it were counted, that would be wrong whichever it is. */
     slot[at].grant = NO_GRANT; slot[at].frame = 0; slot[at].number = 0;
     if
     :: !RUNS -> clear(at)
     :: else
     fi
  :: slot[at].kind == STRAY -> clear(at)
  :: (slot[at].kind == QUERY || slot[at].kind == RESTART) &&
     slot[at].grant != grant -> clear(at)
#ifndef OLD_ANSWERS_BELIEVED
  :: slot[at].kind == QUERY && slot[at].grant == grant &&
     slot[at].question != client.question ->
     /* It still starts, but its ANSWER is nothing. */
     slot[at].question = NO_QUESTION;
     if
     :: knows -> clear(at)
     :: else
     fi
  :: slot[at].kind == QUERY && slot[at].grant == grant &&
     slot[at].question == NO_QUESTION && knows -> clear(at)
#endif
  :: else
  fi
}

#ifdef COUNTED_ACKS
#define ACK_IS_OLD (slot[USR1(CLIENT)].grant != client.grant)
#else
#define ACK_IS_OLD (slot[USR1(CLIENT)].grant != client.grant || \
  slot[USR1(CLIENT)].number < ROUND_SAID)
#endif

inline tidy() {
  if
#ifndef WRAP
  :: slot[USR1(CLIENT)].kind == ACK && ACK_IS_OLD -> clear(USR1(CLIENT))
#endif
  :: else
  fi;
  if
  :: (slot[USR2(CLIENT)].kind == WAIT && !HAS_GRANT) ||
     (slot[USR2(CLIENT)].kind == GRANT && !GRANT_IS_NEW) ||
     (slot[USR2(CLIENT)].kind == ANSWER &&
      (slot[USR2(CLIENT)].grant != client.grant || !FRESH)) ->
     clear(USR2(CLIENT))
  :: else
  fi;
  tidy_server_slot(USR1(MAIN), started);
  tidy_server_slot(USR2(MAIN), started);
  tidy_server_slot(USR1(LANE(0)), up[0]);
  tidy_server_slot(USR2(LANE(0)), up[0]);
  tidy_server_slot(USR1(LANE(1)), up[1]);
  tidy_server_slot(USR2(LANE(1)), up[1]);
#if LANES > 2
  tidy_server_slot(USR1(LANE(2)), up[2]);
  tidy_server_slot(USR2(LANE(2)), up[2])
#endif
}
#else
#define tidy() skip
#endif
