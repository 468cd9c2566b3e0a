/* What differs between bit, word and burst mode. Message by message. */

#ifdef MIXED
#define IN_BURST(m) ((m) == MIXED)
#define BURST
#elif defined(BURST)
#define IN_BURST(m) true
#else
#define IN_BURST(m) false
#endif
#ifdef WORDS
#define IN_WORDS(m) (!IN_BURST(m))
#else
#define IN_WORDS(m) false
#endif
#define IN_BITS(m) (!IN_BURST(m) && !IN_WORDS(m))

/* ---- When the client may send, and which data are acknowledged ---- */

#define OUTSTANDING(c) (client[c].sent - client[c].taken)
#define BURSTS(c) IN_BURST(client[c].message)

#define HALF (WINDOW / 2)
#define ASKS(c, n) ((n) % HALF == 0 || (n) == DATA(c))

#if !defined(SMOOTH) || defined(ACKS_COALESCE)
#define ACK_AWAITED(c) false      /* however it asks: ACKs may vanish */
#else
#define ACK_AWAITED(c) (client[c].sent / HALF * HALF > client[c].taken)
#endif

#define MAY_SEND(c) (client[c].sent < DATA(c) && \
  (BURSTS(c) -> OUTSTANDING(c) < WINDOW && \
                !(ASKS(c, client[c].sent + 1) && ACK_AWAITED(c)) : \
                OUTSTANDING(c) == 0))
#define IS_ACKNOWLEDGED(c, n) (!IN_BURST(session[c].message) || ASKS(c, n))

/* ---- What the server takes ---- */

#define IS_DATA(at) (slot[at].kind == BIT || slot[at].kind == WORD)

#ifdef MODE_UNCHECKED
#define MODE_FITS(at, m) true
#else
#define MODE_FITS(at, m) (slot[at].kind == BIT -> IN_BITS(m) : \
  (at <= USR2(SERVER) -> IN_WORDS(m) : IN_BURST(m)))
#endif

/* The header of a word. A bit has none. */
#ifdef GRANT_UNCHECKED
#define GRANT_FITS(at) true
#else
#define GRANT_FITS(at) (slot[at].kind == BIT || slot[at].grant == grant)
#endif
#ifdef NUMBER_UNCHECKED
#define NUMBER_FITS(at) true
#else
#define NUMBER_FITS(at) (slot[at].kind == BIT || slot[at].number == count + 1)
#endif
#if defined(MODE_UNCHECKED) || defined(GRANT_UNCHECKED) || \
  defined(NUMBER_UNCHECKED)
#define UNCHECKED
#endif
