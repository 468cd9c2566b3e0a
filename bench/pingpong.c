// The floor: the same scheme in plain C. A server that counts in a SA_SIGINFO
// handler and acknowledges each signal, a client that waits in sigtimedwait(2).
// usage: pingpong BITS CPU   (CPU -1: placed by the kernel). Prints ns per bit.
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pid_t client;
static volatile unsigned long taken;

static void take_bit(int signo, siginfo_t *info, void *context) {
  (void)signo, (void)context;
  if (info->si_pid != client) return;
  siginfo_t ack;
  memset(&ack, 0, sizeof ack);
  ack.si_signo = SIGUSR1;
  ack.si_code = SI_QUEUE;
  ack.si_pid = getpid();
  ack.si_value.sival_ptr = (void *)++taken;
  syscall(SYS_rt_tgsigqueueinfo, client, client, SIGUSR1, &ack);
}

static void place(int cpu) {
  if (cpu < 0) return;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(cpu, &one);
  if (sched_setaffinity(0, sizeof one, &one) != 0) perror("sched_setaffinity");
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: %s BITS CPU\n", argv[0]);
    return 64;
  }
  const unsigned long bits = strtoul(argv[1], NULL, 10);
  const int cpu = atoi(argv[2]);
  client = getpid();
  sigset_t both;
  sigemptyset(&both);
  sigaddset(&both, SIGUSR1);
  sigaddset(&both, SIGUSR2);
  sigprocmask(SIG_BLOCK, &both, NULL);
  place(cpu);
  const pid_t server = fork();
  if (server == 0) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = take_bit;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    sigfillset(&action.sa_mask);
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR2, &action, NULL);
    sigprocmask(SIG_UNBLOCK, &both, NULL);
    while (taken < bits) pause();
    _exit(0);
  }
  usleep(50000);
  struct timespec start, end, limit = {1, 0};
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (unsigned long n = 1; n <= bits; n++) {
    siginfo_t ack;
    syscall(SYS_tgkill, server, server, rand() & 1 ? SIGUSR1 : SIGUSR2);
    if (sigtimedwait(&both, &ack, &limit) < 0 ||
        (unsigned long)ack.si_value.sival_ptr != n) {
      fprintf(stderr, "bit %lu: no ack\n", n);
      kill(server, SIGKILL);
      return 1;
    }
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  kill(server, SIGUSR1);  // it may sleep in pause() after the last bit
  waitpid(server, NULL, 0);
  printf("%.1f\n", ((end.tv_sec - start.tv_sec) * 1e9 + (end.tv_nsec - start.tv_nsec)) / bits);
  return 0;
}
