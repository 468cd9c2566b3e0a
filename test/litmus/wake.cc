// Two handlers and a consumer that sleeps, is woken, drains until it can arm
// the channel, and sleeps again: no record stays behind in its sleep.
#include "kernel.h"

namespace minitalk {

struct Wakes : Run<Wakes, 3> {
  Channel* channel = nullptr;
  size_t seen = 0;

  void before() {
    int error = 0;
    channel = OpenChannel(litmus::kSlots, &error);
    Watch(channel, SIGUSR1, After::kStop);
  }

  void thread(unsigned index) {
    if (index > 0) return Handle(SIGUSR1);
    for (int i = 0; i < 2; ++i) {
      if (litmus::IsReadable()) Consume();
      rl::yield(1, $);
    }
  }

  void Consume() {
    TakeWake(channel);
    Record record;
    do {
      rl::yield(1, $);  // its timer, until then
      while (Drain(channel, &record, 1) == 1) {
        RL_ASSERT(record.signo == SIGUSR1);
        ++seen;
      }
    } while (!Arm(channel));
  }

  void after() {
    while (litmus::IsReadable()) Consume();
    RL_ASSERT(seen == 2);
  }
};

}  // namespace minitalk

int main() { return litmus::Check<minitalk::Wakes>(); }
