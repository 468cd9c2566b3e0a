// The sender of npm run bench:signals.
// usage: signals HOW PID SIGNAL COUNT
//   rest   asleep for 1 to 2 ms before each; prints when each was sent, in ns
//   step   the next when the last was taken, so that none merge
//   flood  as fast as kill(2) goes: standard signals merge
//   queue  sigqueue(3) with 0, 1, 2...; waits while the queue is full
// All but rest print how long it took, in ns.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// The clock of process.hrtime().
static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * UINT64_C(1000000000) + time.tv_nsec;
}

static int open_status(pid_t pid) {
  char path[32];
  snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
  return open(path, O_RDONLY);
}

// Whether the process has not yet taken it, see proc_pid_status(5).
static int is_pending(int status, int signo) {
  char text[4096];
  const ssize_t length = pread(status, text, sizeof text - 1, 0);
  text[length > 0 ? length : 0] = '\0';
  const char *mask = strstr(text, "ShdPnd:");
  return mask != NULL && strtoull(mask + 7, NULL, 16) >> (signo - 1) & 1;
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
    fprintf(stderr, "usage: %s rest|step|flood|queue PID SIGNAL COUNT\n", argv[0]);
    return 64;
  }
  const char how = argv[1][0];
  const int signo = atoi(argv[3]);
  const unsigned long count = strtoul(argv[4], NULL, 10);
  const int status = open_status(pid);
  const size_t bytes = (how == 'r' ? count : 0) * sizeof(uint64_t);
  uint64_t *sent = malloc(bytes + 1);
  if (status < 0 || sent == NULL) return 70;
  memset(sent, 1, bytes);  // a page's first use must not fall between now and kill

  const uint64_t start = now();
  for (unsigned long i = 0; i < count; i++) {
    if (how == 'r') usleep(1000 + rand() % 1000);
    while ((how == 'r' || how == 's') && is_pending(status, signo)) sched_yield();
    if (how == 'r') sent[i] = now();
    if ((how == 'q' ? queue(pid, signo, i) : kill(pid, signo)) != 0) {
      perror("kill");
      return 1;
    }
  }
  if (how != 'r') printf("%llu\n", (unsigned long long)(now() - start));
  for (unsigned long i = 0; how == 'r' && i < count; i++) {
    printf("%llu\n", (unsigned long long)sent[i]);
  }
  return 0;
}
