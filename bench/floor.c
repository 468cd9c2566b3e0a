// The floor: minitalk's modes in plain C, without sessions, frames or
// checksums. A server copies each signal's payload in a SA_SIGINFO handler and
// acknowledges, a client waits for that in rt_sigtimedwait(2).
//
// usage: floor SCHEME SIGNALS one|two|kernel
//   SCHEME  bit, word-64, word-192, burst-64, burst-192: the payload in bits
//   one     both on one CPU; two: each on its own; kernel: where it puts them
// Prints ns and CPU ns, of both, per signal.
#include "floor.h"

static volatile unsigned long taken;

static int asks(unsigned long number) {
  return number % scheme.ask_each == 0 || number == signals;
}

static void handle(int signo, siginfo_t* info, void* context) {
  (void)signo, (void)context;
  if (info->si_pid != client) return;
  const unsigned long index = taken;
  take_signal(info, index);
  taken = index + 1;
  if (asks(index + 1)) acknowledge(index + 1);
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
    send_signal(server, number - 1);
  }
  await_ack(asked);
}

static void serve(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigfillset(&action.sa_mask);
  if (sigaction(data_signal, &action, NULL) != 0 ||
      sigaction(SIGUSR2, &action, NULL) != 0) {
    fail("sigaction");
  }
  acknowledge(0);  // the handlers stand
  sigprocmask(SIG_UNBLOCK, &action.sa_mask, NULL);
  for (;;) pause();
}

int main(int argc, char** argv) {
  if (argc != 4 || !read_arguments(argv)) {
    fprintf(stderr, "usage: %s SCHEME SIGNALS one|two|kernel\n", argv[0]);
    return 64;
  }
  return measure(serve, transmit);
}
