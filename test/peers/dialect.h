// The dialect that a peer speaks, and the faults that it has: macros, which
// compile.js sets from a spec. Without any: most significant bit
// first, SIGUSR2 is a 1, a NUL ends the text, nothing is acknowledged.
#ifndef TEST_PEERS_DIALECT_H_
#define TEST_PEERS_DIALECT_H_

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

// order=lsb
#ifndef LSB
#define LSB 0
#endif
// one=
#ifndef ONE
#define ONE SIGUSR2
#endif
#define ZERO (SIGUSR1 + SIGUSR2 - ONE)
// handshake=SENDS:ANSWERS; 0: none
#ifndef HANDSHAKE
#define HANDSHAKE 0
#define HANDSHAKE_ANSWER 0
#endif
// handshake=nul: a byte of zeros opens the message
#ifndef OPENING_NUL
#define OPENING_NUL 0
#endif
// length=: 0, 32 or 64 bits
#ifndef LENGTH
#define LENGTH 0
#endif
#ifndef LENGTH_LSB
#define LENGTH_LSB LSB
#endif
#ifndef LENGTH_COUNTS_NUL
#define LENGTH_COUNTS_NUL 0
#endif
// What `length >> (bits % 32)` of an int makes of 64 bits.
#ifndef LENGTH_REPEATS
#define LENGTH_REPEATS 0
#endif
// A signal first says how wide the length is: SIGUSR1 32 bits, SIGUSR2 64.
#ifndef LENGTH_TYPED
#define LENGTH_TYPED 0
#endif
// end=: what ends the text, a string literal of END_BYTES bytes
#ifndef END
#define END "\0"
#define END_BYTES 1
#endif
// ack=bit, byte or message: by a signal, by the one that came (ECHO), or not
// (0)
#define ECHO (-1)
#ifndef ACK_BIT
#define ACK_BIT 0
#endif
#ifndef ACK_BYTE
#define ACK_BYTE 0
#endif
#ifndef ACK_MESSAGE
#define ACK_MESSAGE 0
#endif
// The last bit is acknowledged, too.
#ifndef ACK_LAST
#define ACK_LAST 1
#endif
// byte=: a signal after each byte, besides the acknowledgement of its last bit
#ifndef BYTE_SIGNAL
#define BYTE_SIGNAL 0
#endif
// final=: what the server sends once it has printed the text
#ifndef FINAL
#define FINAL 0
#endif
#ifndef FINAL_2
#define FINAL_2 0
#endif
// busy=: what another client gets meanwhile
#ifndef BUSY
#define BUSY 0
#endif
// gap=: µs after each signal that is not acknowledged
#ifndef GAP
#define GAP 100
#endif

// Faults of the client.
#ifndef DROPS  // sends not each so many-th bit, as one that merged with another
#define DROPS 0
#endif
#ifndef BLIND  // paces by its clock alone: merges some when the machine is busy
#define BLIND 0
#endif
#ifndef RACES  // kill(); pause(): hangs when the answer comes in between
#define RACES 0
#endif
#ifndef RESENDS  // says each so many-th bit twice
#define RESENDS 0
#endif
#ifndef LAX  // believes atoi(): "0" is its group, "-1" everybody
#define LAX 0
#endif
#ifndef UNCHECKED  // looks at nobody before it signals
#define UNCHECKED 0
#endif
#ifndef ENDLESS  // waits for a server that has ended
#define ENDLESS 0
#endif
#ifndef GOES_ON  // sends to one that has ended
#define GOES_ON 0
#endif
#ifndef EXITS  // by exit() in the handler of the last acknowledgement
#define EXITS 0
#endif

// Faults of the server.
#ifndef CRASHES  // at the end of a message
#define CRASHES 0
#endif
#ifndef LATE  // ms before each acknowledgement
#define LATE 0
#endif
#ifndef IGNORES  // catches signals, and does nothing
#define IGNORES 0
#endif
#ifndef KILLS_GROUP  // kill(0, SIGUSR1) after each message
#define KILLS_GROUP 0
#endif
#ifndef ANSWERS_ZERO  // whose pid is not known, so its own group
#define ANSWERS_ZERO 0
#endif
#ifndef DEFAULTS  // catches nothing: the first signal ends it
#define DEFAULTS 0
#endif
#ifndef SPINS  // burns a CPU while it waits
#define SPINS 0
#endif
#ifndef BUFFERED  // shows its pid by printf(): late, where that is a pipe
#define BUFFERED 0
#endif
#ifndef ALLOCATES  // in its handler
#define ALLOCATES 0
#endif
#ifndef PRINTS  // by printf() in its handler
#define PRINTS 0
#endif
#ifndef LEAKS  // each text
#define LEAKS 0
#endif
#ifndef ONE_STATE  // bits of all clients go into one byte, for ever
#define ONE_STATE 0
#endif

static void say(int to, const char* text) {
  if (write(to, text, strlen(text)) < 0) _exit(1);
}

// Takes both signals, neither within the other's handler, and has them blocked
// until somebody waits for them; `waiting` is the mask for that.
static void catch_both(void (*handler)(int, siginfo_t*, void*),
                       sigset_t* waiting) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO;
  sigemptyset(&action.sa_mask);
  sigaddset(&action.sa_mask, SIGUSR1);
  sigaddset(&action.sa_mask, SIGUSR2);
  sigprocmask(SIG_BLOCK, &action.sa_mask, waiting);
  sigdelset(waiting, SIGUSR1);
  sigdelset(waiting, SIGUSR2);
  sigaction(SIGUSR1, &action, NULL);
  sigaction(SIGUSR2, &action, NULL);
}

#endif  // TEST_PEERS_DIALECT_H_
