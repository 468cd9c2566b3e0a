// What floor.c and floor-lanes.c share: a client and a server, which it forks;
// the clock, the CPU time of both, and in the end both memories, which must be
// equal.
#ifndef MINITALK_BENCH_FLOOR_H_
#define MINITALK_BENCH_FLOOR_H_

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { kBurstSignal = 7, kHalfWindow = 128, kSilenceSeconds = 5 };

struct scheme {
  const char* name;
  size_t payload;          // bytes; 0: one bit, which is the signal's number
  int signal;              // above SIGRTMIN; 0: SIGUSR1
  unsigned long ask_each;  // signals for one acknowledgement
};

static const struct scheme kSchemes[] = {
    {"bit", 0, 0, 1},
    {"word-64", 8, 0, 1},
    {"word-192", 24, 0, 1},
    {"burst-64", 8, kBurstSignal, kHalfWindow},
    {"burst-192", 24, kBurstSignal, kHalfWindow},
};

static struct scheme scheme;
static unsigned long signals;
static char placement;  // the first letter of one, two, kernel
static pid_t client, server;
static int data_signal;
static uint8_t *sent, *received;  // the latter is shared memory
static sigset_t acks;
static cpu_set_t allowed;

static void fail(const char* what) {
  perror(what);
  if (server > 0) kill(server, SIGKILL);
  exit(1);
}

// The kernel carries 24 bytes from si_value on, more than the union sigval has.
static uint8_t* payload_of(siginfo_t* info) {
  return (uint8_t*)info + offsetof(siginfo_t, si_value);
}

static int queue_signal(pid_t process, pid_t thread, int signo,
                        const void* payload, size_t bytes) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  info.si_signo = signo;
  info.si_code = SI_QUEUE;
  info.si_pid = process == client ? server : client;
  memcpy(payload_of(&info), payload, bytes);
  return syscall(SYS_rt_tgsigqueueinfo, process, thread, signo, &info);
}

static void acknowledge(uint64_t count) {
  queue_signal(client, client, SIGUSR1, &count, sizeof count);
}

// The system call, as minitalk uses it; its last argument is the size of the
// kernel's set.
static int await_signal(const sigset_t* set, siginfo_t* info,
                        const struct timespec* limit) {
  return syscall(SYS_rt_sigtimedwait, set, info, limit, 8);
}

static void await_ack(uint64_t count) {
  siginfo_t ack;
  const struct timespec limit = {kSilenceSeconds, 0};
  if (await_signal(&acks, &ack, &limit) < 0) fail("no ack");
  uint64_t value;
  memcpy(&value, payload_of(&ack), sizeof value);
  if (value == count) return;
  errno = EPROTO;
  fail("ack");
}

static void send_signal(pid_t thread, unsigned long index) {
  if (scheme.payload == 0) {
    const int is_one = sent[index / 8] >> (7 - index % 8) & 1;
    const int signo = is_one ? SIGUSR2 : SIGUSR1;
    if (syscall(SYS_tgkill, server, thread, signo) != 0) fail("tgkill");
    return;
  }
  const uint8_t* payload = sent + index * scheme.payload;
  while (queue_signal(server, thread, data_signal, payload, scheme.payload) !=
         0) {
    if (errno != EAGAIN) fail("rt_tgsigqueueinfo");
    usleep(100);  // the user's limit of pending signals: the server makes room
  }
}

static void take_signal(siginfo_t* info, unsigned long index) {
  if (scheme.payload > 0) {
    memcpy(received + index * scheme.payload, payload_of(info), scheme.payload);
  } else if (info->si_signo == SIGUSR2) {
    // A byte's other bits may be another thread's.
    __atomic_fetch_or(&received[index / 8], 0x80 >> index % 8,
                      __ATOMIC_RELAXED);
  }
}

// On the index-th of the CPUs that were allowed at the start.
static void place(int index) {
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
    if (!CPU_ISSET(cpu, &allowed) || index-- > 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    if (sched_setaffinity(0, sizeof one, &one) != 0) fail("sched_setaffinity");
    return;
  }
  errno = ENODEV;
  fail("a second CPU");
}

static void* allocate(size_t bytes) {
  const int flags = MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE;
  void* memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (memory == MAP_FAILED) fail("mmap");
  return memory;
}

// SCHEME SIGNALS one|two|kernel. Whether there are such.
static int read_arguments(char** argv) {
  for (size_t i = 0; i < sizeof kSchemes / sizeof *kSchemes; i++) {
    if (strcmp(kSchemes[i].name, argv[1]) == 0) scheme = kSchemes[i];
  }
  signals = strtoul(argv[2], NULL, 10);
  placement = argv[3][0];
  return scheme.name != NULL && signals > 0 && placement != '\0' &&
         strchr("otk", placement) != NULL;
}

static double clock_ns(clockid_t clock) {
  struct timespec now;
  if (clock_gettime(clock, &now) != 0) fail("clock_gettime");
  return now.tv_sec * 1e9 + now.tv_nsec;
}

// Of all threads of both.
static double cpu_ns(void) {
  clockid_t of_server;
  const int error = clock_getcpuclockid(server, &of_server);
  if (error != 0) {
    errno = error;
    fail("clock_getcpuclockid");
  }
  return clock_ns(CLOCK_PROCESS_CPUTIME_ID) + clock_ns(of_server);
}

// Between serve(), in a process of its own, which acknowledges 0 when it is
// ready, and transmit(). Returns the exit status.
static int measure(void (*serve)(void), void (*transmit)(void)) {
  client = getpid();
  data_signal = scheme.signal == 0 ? SIGUSR1 : SIGRTMIN + scheme.signal;
  const size_t bytes =
      scheme.payload == 0 ? signals / 8 : signals * scheme.payload;
  sent = allocate(bytes + 1);  // bits that fill no byte are sent, not compared
  received = allocate(bytes + 1);
  for (size_t i = 0; i < bytes; i++) sent[i] = rand();

  sigemptyset(&acks);
  sigaddset(&acks, SIGUSR1);
  sigset_t ours = acks;
  sigaddset(&ours, SIGUSR2);
  sigaddset(&ours, data_signal);
  sigprocmask(SIG_BLOCK, &ours, NULL);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
    fail("sched_getaffinity");
  }
  if (placement != 'k') place(0);
  server = fork();
  if (server < 0) fail("fork");
  if (server == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    server = getpid();
    serve();
  }
  if (placement == 't') place(1);

  await_ack(0);
  const double start = clock_ns(CLOCK_MONOTONIC);
  const double cpu_start = cpu_ns();
  transmit();
  const double ns = clock_ns(CLOCK_MONOTONIC) - start;
  const double cpu = cpu_ns() - cpu_start;
  kill(server, SIGKILL);
  waitpid(server, NULL, 0);
  if (memcmp(sent, received, bytes) != 0) {
    fprintf(stderr, "%s: received other than was sent\n", scheme.name);
    return 1;
  }
  printf("%.1f %.1f\n", ns / signals, cpu / signals);
  return 0;
}

#endif  // MINITALK_BENCH_FLOOR_H_
