// The sender of npm run bench:signals.
// usage: signals HOW PID SIGNAL COUNT
//   rest   1 to 2 ms asleep before each; prints when each was sent, in ns
//   spin   10 us awake between two, which is enough for a handler
//   flood  as fast as kill(2) goes: standard signals merge
//   queue  sigqueue(3) with 0, 1, 2...; waits while the queue is full
// All but rest print how long it took, in ns.
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SPIN_NS 10000

// The clock of process.hrtime().
static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * UINT64_C(1000000000) + time.tv_nsec;
}

static int queue(pid_t pid, int signo, unsigned long number) {
  const union sigval value = {.sival_ptr = (void *)number};
  int result;
  while ((result = sigqueue(pid, signo, value)) != 0 && errno == EAGAIN) {
    sched_yield();
  }
  return result;
}

int main(int argc, char **argv) {
  const pid_t pid = argc == 5 ? atoi(argv[2]) : 0;
  if (pid < 2) {
    fprintf(stderr, "usage: %s rest|spin|flood|queue PID SIGNAL COUNT\n", argv[0]);
    return 64;
  }
  const char *how = argv[1];
  const int signo = atoi(argv[3]);
  const unsigned long count = strtoul(argv[4], NULL, 10);
  const int rests = strcmp(how, "rest") == 0;
  const int spins = strcmp(how, "spin") == 0;
  const int queues = strcmp(how, "queue") == 0;
  uint64_t *sent = calloc(count + 1, sizeof *sent);
  if (sent == NULL) return 70;

  const uint64_t start = now();
  for (unsigned long i = 0; i < count; i++) {
    if (rests) usleep(1000 + rand() % 1000);
    while (spins && now() < start + i * SPIN_NS) continue;
    sent[i] = rests ? now() : 0;
    if ((queues ? queue(pid, signo, i) : kill(pid, signo)) != 0) {
      perror("kill");
      return 1;
    }
  }
  if (!rests) printf("%llu\n", (unsigned long long)(now() - start));
  for (unsigned long i = 0; rests && i < count; i++) {
    printf("%llu\n", (unsigned long long)sent[i]);
  }
  return 0;
}
