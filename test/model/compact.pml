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
#ifndef UNCHECKED
  :: slot[at].from == c && slot[at].kind == WORD &&
     (slot[at].grant != grant || slot[at].number <= count) -> clear(at)
#endif
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

/*
 * In the queue, words and questions of earlier grants go, words behind one that
 * is missing, and earlier questions behind another one.
 */
#if !defined(BURST) || !defined(COMPACT)
#define tidy_queue() skip
#else
#ifdef UNCHECKED
#define MAY_COUNT(number_) true
#else
#define MAY_COUNT(number_) (IS_PRESENT && slot[HEAD].number == number_)
#endif
#ifdef OLD_ANSWERS_BELIEVED
#define MATTERS(question_) true
#else
#define MATTERS(question_) (question_ == client[holder].question || !starts)
#endif
#define IS_PRESENT (slot[HEAD].from == holder && slot[HEAD].grant == grant)

byte unread;
byte expected;
byte starts;

inline tidy_queue() {
  unread = len(queue); expected = count + 1; starts = started;
  do
  :: unread > 0 ->
     queue?FIELDS(HEAD);
     if
     :: slot[HEAD].kind == WORD && MAY_COUNT(expected) ->
        expected++; queue!FIELDS(HEAD)
     :: slot[HEAD].kind == QUERY && IS_PRESENT &&
        MATTERS(slot[HEAD].question) ->
        if
        :: slot[HEAD].question != client[holder].question ->
           slot[HEAD].question = OLD_QUESTION
        :: else
        fi;
        starts = true; queue!FIELDS(HEAD)
     :: else
     fi;
     unread--
  :: else -> break
  od;
  clear(HEAD); expected = 0; starts = 0
}
#endif

inline tidy(c) {
#ifdef COMPACT
  if
#ifndef WRAP
  :: slot[USR1(c)].kind == ACK && !ACK_COUNTS(c) -> clear(USR1(c))
#endif
  :: else
  fi;
  if
  :: slot[USR2(c)].kind == STRAY ||
     (slot[USR2(c)].kind == WAIT && !WAIT_IS_NEWS(c)) ||
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

#ifdef COMPACT
byte whom;
#endif

inline tidy_both() {
#ifdef COMPACT
  whom = 0;
  do
  :: whom < 2 -> tidy(whom); whom++
  :: else -> break
  od;
  whom = 0;
#endif
  tidy_queue()
}
