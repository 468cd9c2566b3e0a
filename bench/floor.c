// The floor: minitalk's modes in plain C, without sessions, frames or
// checksums. A server copies each signal's payload in a SA_SIGINFO handler and
// acknowledges, a client waits for that in rt_sigtimedwait(2); in the end both
// memories must be equal.
//
// usage: floor SCHEME SIGNALS one|two|kernel
//   SCHEME  bit, word-64, word-192, burst-64, burst-192: the payload in bits
//   one     both on one CPU; two: each on its own; kernel: where it puts them
// Prints ns per signal.
#define _GNU_SOURCE
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
  const char *name;
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
static pid_t client, server;
static int data_signal;
static uint8_t *sent, *received;  // the latter is shared memory
static volatile unsigned long taken;
static sigset_t acks;
static cpu_set_t allowed;

static void fail(const char *what) {
  perror(what);
  if (server > 0) kill(server, SIGKILL);
  exit(1);
}

// The kernel carries 24 bytes from si_value on, more than the union sigval has.
static uint8_t *payload_of(siginfo_t *info) {
  return (uint8_t *)info + offsetof(siginfo_t, si_value);
}

static int queue_signal(pid_t to, int signo, const void *payload,
                        size_t bytes) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  info.si_signo = signo;
  info.si_code = SI_QUEUE;
  info.si_pid = to == client ? server : client;
  memcpy(payload_of(&info), payload, bytes);
  return syscall(SYS_rt_tgsigqueueinfo, to, to, signo, &info);
}

static int asks(unsigned long number) {
  return number % scheme.ask_each == 0 || number == signals;
}

static void acknowledge(void) {
  const uint64_t count = taken;
  queue_signal(client, SIGUSR1, &count, sizeof count);
}

static void take_signal(int signo, siginfo_t *info, void *context) {
  (void)context;
  if (info->si_pid != client) return;
  const unsigned long index = taken;
  if (scheme.payload > 0) {
    memcpy(received + index * scheme.payload, payload_of(info), scheme.payload);
  } else if (signo == SIGUSR2) {
    received[index / 8] |= 0x80 >> index % 8;
  }
  taken = index + 1;
  if (asks(index + 1)) acknowledge();
}

static void await_ack(uint64_t count) {
  siginfo_t ack;
  const struct timespec limit = {kSilenceSeconds, 0};
  // The system call, as minitalk uses it; its last argument is the size of the
  // kernel's set.
  if (syscall(SYS_rt_sigtimedwait, &acks, &ack, &limit, 8) < 0) fail("no ack");
  uint64_t value;
  memcpy(&value, payload_of(&ack), sizeof value);
  if (value == count) return;
  errno = EPROTO;
  fail("ack");
}

static void send_signal(unsigned long index) {
  if (scheme.payload == 0) {
    const int is_one = sent[index / 8] >> (7 - index % 8) & 1;
    const int signo = is_one ? SIGUSR2 : SIGUSR1;
    if (syscall(SYS_tgkill, server, server, signo) != 0) fail("tgkill");
    return;
  }
  const uint8_t *payload = sent + index * scheme.payload;
  while (queue_signal(server, data_signal, payload, scheme.payload) != 0) {
    if (errno != EAGAIN) fail("rt_tgsigqueueinfo");
    usleep(100);  // the user's limit of pending signals: the server makes room
  }
}

// A signal that asks is sent only when the last answer has come: one ack at a
// time can be pending, so none is lost, and less than two half windows are on
// their way.
static void transmit(void) {
  unsigned long asked = 0;
  for (unsigned long number = 1; number <= signals; number++) {
    if (asks(number)) {
      if (asked > 0) await_ack(asked);
      asked = number;
    }
    send_signal(number - 1);
  }
  await_ack(asked);
}

static void serve(void) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  server = getpid();
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = take_signal;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigfillset(&action.sa_mask);
  if (sigaction(data_signal, &action, NULL) != 0 ||
      sigaction(SIGUSR2, &action, NULL) != 0) {
    fail("sigaction");
  }
  acknowledge();  // the handlers stand
  sigprocmask(SIG_UNBLOCK, &action.sa_mask, NULL);
  for (;;) pause();
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

static void *allocate(size_t bytes) {
  const int flags = MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE;
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (memory == MAP_FAILED) fail("mmap");
  return memory;
}

static int usage(const char *program) {
  fprintf(stderr, "usage: %s SCHEME SIGNALS one|two|kernel\n", program);
  return 64;
}

static double nanoseconds(const struct timespec *from,
                          const struct timespec *to) {
  return (to->tv_sec - from->tv_sec) * 1e9 + (to->tv_nsec - from->tv_nsec);
}

int main(int argc, char **argv) {
  if (argc != 4) return usage(argv[0]);
  for (size_t i = 0; i < sizeof kSchemes / sizeof *kSchemes; i++) {
    if (strcmp(kSchemes[i].name, argv[1]) == 0) scheme = kSchemes[i];
  }
  signals = strtoul(argv[2], NULL, 10);
  const char placement = argv[3][0];
  if (scheme.name == NULL || signals == 0 || strchr("otk", placement) == NULL) {
    return usage(argv[0]);
  }

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
  if (server == 0) serve();
  if (placement == 't') place(1);

  await_ack(0);
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  transmit();
  clock_gettime(CLOCK_MONOTONIC, &end);
  kill(server, SIGKILL);
  waitpid(server, NULL, 0);
  if (memcmp(sent, received, bytes) != 0) {
    fprintf(stderr, "%s: received other than was sent\n", scheme.name);
    return 1;
  }
  printf("%.1f\n", nanoseconds(&start, &end) / signals);
  return 0;
}
