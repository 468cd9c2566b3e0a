// A minitalk client of any dialect: ./client PID TEXT
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <time.h>

#include "dialect.h"

enum { PATIENCE_S = 5 };

static volatile sig_atomic_t got_usr1;
static volatile sig_atomic_t got_usr2;
static pid_t server;
static sigset_t unblocked;
static unsigned long sent;
static unsigned long to_send;
static int silent_s;

static void note(int signal, siginfo_t* info, void* context) {
  (void)context;
  if (info->si_pid != server) return;
  if (signal == SIGUSR1) got_usr1 = 1;
  if (signal == SIGUSR2) got_usr2 = 1;
  if (EXITS && sent == to_send) exit(0);
}

static void fail(const char* why) {
  say(2, "client: ");
  say(2, why);
  say(2, "\n");
  _exit(1);
}

static volatile sig_atomic_t* got(int signal) {
  return signal == SIGUSR1 ? &got_usr1 : &got_usr2;
}

// sigsuspend(2) with a time-out: the server may end, or never answer.
static void await(int signal) {
  while (!*got(signal)) {
    const struct timespec second = {1, 0};
    if (RACES) {
      if (sent == 37) usleep(2000);  // the window that all who do this have
      sigprocmask(SIG_SETMASK, &unblocked, NULL);
      pause();
    } else if (pselect(0, NULL, NULL, NULL, &second, &unblocked) == 0 &&
               !ENDLESS) {
      if (kill(server, 0) < 0) fail("the server has ended");
      if (++silent_s == PATIENCE_S) fail("the server does not answer");
    } else {
      silent_s = 0;
    }
  }
  *got(signal) = 0;
}

// A set of signals in /proc/PID/status, with those of us two alone: bit 0 is
// SIGUSR1, bit 1 is SIGUSR2.
static int is_in_set(pid_t pid, const char* set) {
  char path[32];
  char status[4096];
  snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
  const int file = open(path, O_RDONLY);
  if (file < 0) return 0;
  const ssize_t size = read(file, status, sizeof status - 1);
  close(file);
  if (size < 0) return 0;
  status[size] = '\0';
  const char* field = strstr(status, set);
  if (field == NULL) return 0;
  const unsigned long long mask = strtoull(field + strlen(set), NULL, 16);
  return (int)(mask >> (SIGUSR1 - 1) & 1) | (int)(mask >> (SIGUSR2 - 1) & 1)
                                                << 1;
}

// Whoever does not catch them would end.
static int catches_both(pid_t pid) { return is_in_set(pid, "SigCgt:") == 3; }

// The kernel wakes us 50 µs later than that, unless it is told otherwise.
static void rest(long microseconds) {
  const struct timespec gap = {microseconds / 1000000,
                               microseconds % 1000000 * 1000};
  if (microseconds > 0) nanosleep(&gap, NULL);
}

// A busy machine may not have run the server for longer than that: one more
// signal of the same number would merge with the one that still waits.
static void pace(void) {
  rest(GAP);
  if (BLIND) return;
  while (is_in_set(server, "ShdPnd:") != 0) rest(GAP);
}

static void send_signal(int signal) {
  if (kill(server, signal) < 0 && !GOES_ON) fail("the server has ended");
}

// One that is acknowledged as a bit is.
static void send_bit_signal(int signal) {
  sent++;
  const int is_last = sent == to_send;
  const int ack = ACK_BIT == ECHO ? signal : ACK_BIT;
  if (DROPS && sent % DROPS == 0) return;
  if (RACES) sigprocmask(SIG_SETMASK, &unblocked, NULL);
  send_signal(signal);
  if (RESENDS && sent % RESENDS == 0) {
    rest(2000);
    send_signal(signal);
  }
  if (ack == 0) {
    pace();
  } else if (!is_last || ACK_LAST) {
    await(ack);
  }
}

// The i-th bit of eight, as the dialect sends them.
static int bit_of(unsigned char byte, int i, int lsb) {
  return byte >> (lsb ? i : 7 - i) & 1;
}

static void send_byte(unsigned char byte, int lsb) {
  for (int i = 0; i < 8; i++) {
    const int at_end = i == 7 && sent + 1 == to_send;
    send_bit_signal(bit_of(byte, i, lsb) ? ONE : ZERO);
    if (ACK_BYTE && i == 7 && (ACK_LAST || !at_end)) await(ACK_BYTE);
  }
}

static void send_length(uint64_t length) {
  unsigned char bytes[8];
  if (LENGTH_REPEATS) length |= length << 32;
  for (int i = 0; i < LENGTH / 8; i++) {
    bytes[i] = (unsigned char)(length >> (LENGTH - 8 - 8 * i));
  }
  for (int i = 0; i < LENGTH / 8; i++) {
    send_byte(bytes[LENGTH_LSB ? LENGTH / 8 - 1 - i : i], LENGTH_LSB);
  }
}

// What the last bit's acknowledgement has not said already.
static void await_final(int signal) {
  if (signal != 0 && !(ACK_LAST && signal == ACK_BIT)) await(signal);
}

static void send_text(const char* text) {
  const char end[] = END;
  const size_t length = strlen(text);
  to_send = LENGTH_TYPED + LENGTH + 8 * (OPENING_NUL + length + END_BYTES);
  if (HANDSHAKE) {
    send_signal(HANDSHAKE);
    await(HANDSHAKE_ANSWER);
  }
  if (LENGTH_TYPED) send_bit_signal(LENGTH == 32 ? SIGUSR1 : SIGUSR2);
  if (OPENING_NUL) send_byte(0, LSB);
  if (LENGTH) send_length(length + LENGTH_COUNTS_NUL);
  for (size_t i = 0; i < length; i++) send_byte((unsigned char)text[i], LSB);
  for (size_t i = 0; i < END_BYTES; i++) send_byte((unsigned char)end[i], LSB);
  await_final(ACK_MESSAGE);
  await_final(FINAL);
  await_final(FINAL_2);
}

static pid_t pid_from(const char* text) {
  if (LAX) return atoi(text);
  long pid = 0;
  for (const char* at = text; *at != '\0'; at++) {
    if (*at < '0' || *at > '9') return 0;
    pid = 10 * pid + *at - '0';
    if (pid > INT_MAX) return 0;
  }
  return (pid_t)pid;
}

int main(int count, char** arguments) {
  if (count != 3) fail("usage: client PID TEXT");
  server = pid_from(arguments[1]);
  if (!LAX && server <= 1) fail("that is no process id");
  if (!UNCHECKED && !LAX && !catches_both(server)) {
    fail("that process does not catch SIGUSR1 and SIGUSR2");
  }
  catch_both(note, &unblocked);
  send_text(arguments[2]);
  return 0;
}
