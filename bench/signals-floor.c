// The floor: what the kernel asks for a signal whose handler only counts. For
// each line on standard input it prints the signals since the last one.
// usage: signals-floor KIND SIGNAL
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static volatile unsigned long seen;

static void count(int signo, siginfo_t *info, void *context) {
  (void)signo, (void)info, (void)context;
  seen++;
}

int main(int argc, char **argv) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = count;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigfillset(&action.sa_mask);
  if (argc != 3 || sigaction(atoi(argv[2]), &action, NULL) != 0) return 64;
  setvbuf(stdout, NULL, _IOLBF, 0);
  puts("0");
  char line[16];
  while (fgets(line, sizeof line, stdin) != NULL) {
    printf("%lu\n", seen);
    seen = 0;
  }
  return 0;
}
