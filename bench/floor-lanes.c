// The floor with lanes: bit and word mode in plain C, without sessions, frames
// or checksums. The server has a thread for each lane, which waits for a signal
// of its own and takes it; the last one of a round opens the next and
// acknowledges. The client sends one signal to each, then waits for that.
//
// usage: floor-lanes SCHEME SIGNALS one|two|kernel [LANES]
//   SCHEME  bit, word-64, word-192: the payload in bits
//   one     client and lanes on one CPU; two: the client on another; kernel:
//           where it puts them
//   LANES   64 unless told
// Prints ns and CPU ns, of both, per signal.
#include "floor.h"
// after it: it asks for all of GNU's names
#include <pthread.h>
#include <stdatomic.h>

enum { kLanes = 64, kMostLanes = 1024 };

static unsigned long lanes = kLanes;
static pid_t* threads;  // of the lanes; shared memory
static sigset_t both;
static unsigned long present_round;
static atomic_ulong missing;  // lanes that have no signal of the present round

// In round 0 each lane says that it is there.
static unsigned long signals_of(unsigned long round) {
  const unsigned long before = round == 0 ? 0 : (round - 1) * lanes;
  const unsigned long rest = signals - before;
  return round == 0 || rest > lanes ? lanes : rest;
}

// None takes anything of the next round before the client has the ack, so the
// last lane is alone with the round's number.
static void finish_own(void) {
  if (atomic_fetch_sub(&missing, 1) > 1) return;
  const unsigned long complete = present_round++;
  atomic_store(&missing, signals_of(present_round));
  acknowledge(complete);
}

_Noreturn static void* serve_lane(void* argument) {
  const unsigned long lane = (uintptr_t)argument;
  // One that is woken must not preempt its waker.
  const struct sched_param normal = {0};
  if (sched_setscheduler(0, SCHED_BATCH, &normal) != 0) fail("SCHED_BATCH");
  threads[lane] = syscall(SYS_gettid);
  finish_own();
  for (unsigned long index = lane;;) {
    siginfo_t info;
    if (await_signal(&both, &info, NULL) < 0 || info.si_pid != client) continue;
    take_signal(&info, index);
    index += lanes;
    finish_own();
  }
}

static void serve(void) {
  missing = lanes;
  for (uintptr_t lane = 0; lane < lanes; lane++) {
    pthread_t thread;
    errno = pthread_create(&thread, NULL, serve_lane, (void*)lane);
    if (errno != 0) fail("pthread_create");
  }
  for (;;) pause();
}

static void transmit(void) {
  unsigned long index = 0;
  for (unsigned long round = 1; index < signals; round++) {
    const unsigned long count = signals_of(round);
    for (unsigned long lane = 0; lane < count; lane++) {
      send_signal(threads[lane], index++);
    }
    await_ack(round);
  }
}

int main(int argc, char** argv) {
  if (argc == 5) lanes = strtoul(argv[4], NULL, 10);
  if (argc < 4 || argc > 5 || !read_arguments(argv) || scheme.signal != 0 ||
      lanes == 0 || lanes > kMostLanes) {
    fprintf(stderr, "usage: %s bit|word-64|word-192 SIGNALS one|two|kernel ",
            argv[0]);
    fprintf(stderr, "[LANES]\n");
    return 64;
  }
  threads = allocate(lanes * sizeof *threads);
  sigemptyset(&both);
  sigaddset(&both, SIGUSR1);
  sigaddset(&both, SIGUSR2);
  return measure(serve, transmit);
}
