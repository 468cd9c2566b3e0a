// A minitalk server of any dialect: ./server prints its pid, then each text.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>

#include "dialect.h"

struct arrival {
  int signal;
  pid_t pid;
};

enum { CLIENTS = 64, SILENCE_MS = 2000 };

enum phase { GREETING, TYPE, OPENING, HEADER, TEXT, TERMINATOR };

// Both signals are blocked but while the server waits: the handler runs once
// for each of them at most, before anybody looks.
static struct arrival arrivals[2];
static volatile sig_atomic_t arrived;

static pid_t client;  // whose turn it is; 0: nobody's
static struct arrival waiting[CLIENTS];
static size_t clients_waiting;

static enum phase phase;
static unsigned char byte;
static int bits;
static unsigned char header[8];
static size_t header_bytes;
static size_t header_wanted;
static size_t length;
static size_t ended;
static unsigned char* text;
static size_t text_bytes;
static size_t room;

static void arrive(int signal, siginfo_t* info, void* context) {
  (void)context;
  if (ALLOCATES) {
    void* volatile memory = malloc(1);
    free(memory);
  }
  if (PRINTS) printf("%d", signal);
  const pid_t pid = info->si_pid;
  if (pid < 0 || (pid == 0 && !ANSWERS_ZERO) || pid == getpid() || arrived == 2)
    return;
  arrivals[arrived].signal = signal;
  arrivals[arrived].pid = pid;
  arrived++;
}

static enum phase first_phase(int greeted) {
  if (HANDSHAKE && !greeted) return GREETING;
  if (LENGTH_TYPED) return TYPE;
  if (OPENING_NUL) return OPENING;
  return LENGTH ? HEADER : TEXT;
}

static void begin_message(void) {
  phase = first_phase(0);
  byte = 0;
  bits = 0;
  header_bytes = 0;
  header_wanted = LENGTH / 8;
  length = SIZE_MAX;
  ended = 0;
  text_bytes = 0;
}

static void answer(int signal) {
  if (signal == 0) return;
  if (LATE) usleep(LATE * 1000);
  kill(client, signal);
}

static void say_number(int to, long number) {
  char digits[20];
  size_t i = sizeof digits;
  do {
    digits[--i] = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  if (write(to, digits + i, sizeof digits - i) < 0) _exit(1);
}

static void print(const unsigned char* bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(1, bytes, count);
    if (written < 0) _exit(1);
    bytes += written;
    count -= (size_t)written;
  }
}

static void add_to_text(unsigned char value) {
  if (text_bytes == room) {
    room = room ? 2 * room : 1024;
    text = realloc(text, room);
    if (text == NULL) _exit(1);
  }
  text[text_bytes++] = value;
}

static size_t length_said(void) {
  size_t said = 0;
  for (size_t i = 0; i < header_wanted; i++) {
    size_t at = LENGTH_LSB ? header_wanted - 1 - i : i;
    said = said << 8 | header[at];
  }
  if (LENGTH_REPEATS) said &= UINT32_MAX;
  return said - LENGTH_COUNTS_NUL;
}

// Whether the message is whole with this byte.
static int take_byte(void) {
  const size_t end = END_BYTES;
  switch (phase) {
    case OPENING:
      phase = LENGTH ? HEADER : TEXT;
      return 0;
    case HEADER:
      header[header_bytes++] = byte;
      if (header_bytes < header_wanted) return 0;
      length = length_said();
      phase = length == 0 ? TERMINATOR : TEXT;
      return length == 0 && end == 0;
    case TEXT:
      if (!LENGTH && end == 0) {
        print(&byte, 1);
        return 0;
      }
      if (!LENGTH && byte == (unsigned char)END[0]) {
        ended = 1;
        phase = TERMINATOR;
        return ended == end;
      }
      add_to_text(byte);
      if (text_bytes != length) return 0;
      phase = TERMINATOR;
      return end == 0;
    default:
      return ++ended == end;
  }
}

static void take_turn(struct arrival of);

static void next_turn(void) {
  client = 0;
  if (clients_waiting == 0) return;
  const struct arrival next = waiting[0];
  clients_waiting--;
  memmove(waiting, waiting + 1, clients_waiting * sizeof *waiting);
  take_turn(next);
}

static void end_message(void) {
  if (CRASHES) *(volatile int*)8 = 1;
  print(text, text_bytes);
  print((const unsigned char*)"\n", 1);
  answer(ACK_MESSAGE);
  answer(FINAL);
  answer(FINAL_2);
  if (KILLS_GROUP) kill(0, SIGUSR1);
  if (LEAKS) {
    text = NULL;
    room = 0;
  }
  begin_message();
  if (!ONE_STATE) next_turn();
}

static void take_bit(int signal) {
  const int ack = ACK_BIT == ECHO ? signal : ACK_BIT;
  const int lsb = phase == HEADER ? LENGTH_LSB : LSB;
  byte |= (unsigned char)((signal == ONE) << (lsb ? bits : 7 - bits));
  if (++bits < 8) {
    answer(ack);
    return;
  }
  const int whole = take_byte();
  byte = 0;
  bits = 0;
  if (!whole || ACK_LAST) {
    answer(ack);
    answer(ACK_BYTE);
    answer(BYTE_SIGNAL);
  }
  if (whole) end_message();
}

static void take_signal(int signal) {
  switch (phase) {
    case GREETING:
      if (signal != HANDSHAKE) {
        client = 0;
        return;
      }
      phase = first_phase(1);
      answer(HANDSHAKE_ANSWER);
      return;
    case TYPE:
      header_wanted = signal == SIGUSR1 ? 4 : 8;
      phase = HEADER;
      answer(ACK_BIT == ECHO ? signal : ACK_BIT);
      return;
    default:
      take_bit(signal);
  }
}

static void take_turn(struct arrival of) {
  client = of.pid;
  begin_message();
  take_signal(of.signal);
}

static int has_ended(pid_t pid) { return kill(pid, 0) < 0 && errno == ESRCH; }

// Its first signal counts when its turn comes; without an answer it sends none.
static void wait_for_turn(struct arrival of) {
  for (size_t i = 0; i < clients_waiting; i++) {
    if (waiting[i].pid == of.pid) return;
  }
  if (BUSY) {
    kill(of.pid, BUSY);
  } else if (ACK_BIT && clients_waiting < CLIENTS) {
    waiting[clients_waiting++] = of;
  }
}

static void take(struct arrival of) {
  if (IGNORES) return;
  if (ONE_STATE) {
    client = of.pid;
    take_signal(of.signal);
  } else if (of.pid == client) {
    take_signal(of.signal);
  } else if (client == 0 || has_ended(client)) {
    take_turn(of);
  } else {
    wait_for_turn(of);
  }
}

int main(void) {
  sigset_t unblocked;
  if (!DEFAULTS) catch_both(arrive, &unblocked);
  if (BUFFERED) {
    printf("Server PID: %d\n", (int)getpid());
  } else {
    say(1, "Server PID: ");
    say_number(1, getpid());
    say(1, "\n");
  }
  begin_message();
  for (;;) {
    if (DEFAULTS) pause();
    if (SPINS) {
      sigset_t blocked;
      sigprocmask(SIG_SETMASK, &unblocked, &blocked);
      while (arrived == 0) {
      }
      sigprocmask(SIG_SETMASK, &blocked, NULL);
    } else {
      // sigsuspend(2) with a time-out: a client may fall silent in the middle.
      const struct timespec silence = {SILENCE_MS / 1000, 0};
      int n = pselect(0, NULL, NULL, NULL,
                      client && !ONE_STATE ? &silence : NULL, &unblocked);
      if (n == 0) next_turn();
    }
    for (int i = 0; i < arrived; i++) take(arrivals[i]);
    arrived = 0;
  }
}
