/*
 * Fewer states. A stranger's signal takes a slot, something of ours vanishes
 * there, the stray is dequeued: COMPACT does all that in one step, the stranger
 * swallows a pending signal. Then a word that nobody will believe any more can
 * go at once, since all that it could still do is take the slot.
 */

inline tidy_server_slot(at, c) {
  if
  :: slot[at].from != c
  :: slot[at].from == c && slot[at].kind == BIT && slot[at].grant != grant ->
     /* Late. If it were counted, that would be wrong whichever it is. */
     slot[at].message = 0; slot[at].frame = 0; slot[at].number = 0;
     slot[at].grant = NO_GRANT;
     if
     :: !RUNS(c) -> clear(at)
     :: else
     fi
  :: slot[at].from == c &&
     (slot[at].kind == QUERY || slot[at].kind == RESTART) ->
     if
     :: slot[at].grant != grant || holder != c -> clear(at)
     :: slot[at].grant == grant && holder == c && slot[at].kind == QUERY &&
        slot[at].question != client[c].question ->
        slot[at].question = OLD_QUESTION
     :: else
     fi
  :: else
  fi
}

inline tidy(c) {
#ifdef COMPACT
  if
  :: slot[USR1(c)].kind == ACK && !ACK_COUNTS(c) -> clear(USR1(c))
  :: else
  fi;
  if
  :: slot[USR2(c)].kind == STRAY ||
     (slot[USR2(c)].kind == GRANT && !GRANT_IS_NEW(c)) ||
     (slot[USR2(c)].kind == ANSWER &&
      (slot[USR2(c)].grant != client[c].grant || !FRESH(c))) ||
     (slot[USR2(c)].kind == DELIVERED && !OF_MY_MESSAGE(c, DELIVERED)) ->
     clear(USR2(c))
  :: else
  fi;
  tidy_server_slot(USR1(SERVER), c);
  tidy_server_slot(USR2(SERVER), c)
#else
  skip
#endif
}
