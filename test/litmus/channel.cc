// A channel that closes and lives again while handlers come and go: none is in
// memory that was given back, and none takes one life for the other.
#include "kernel.h"

namespace minitalk {

struct Lives : Run<Lives, 3> {
  Channel* channel = nullptr;

  void before() {
    int error = 0;
    channel = OpenChannel(litmus::kSlots, &error);
    channel->grace = 1;
    Watch(channel, SIGUSR1, After::kDefault);
  }

  void thread(unsigned index) {
    if (index == 1) return Handle(SIGUSR1);
    if (index == 2) return Handle(SIGUSR2);
    Unwatch(channel, SIGUSR1);
    CloseChannel(channel);
    int error = 0;
    OpenChannel(litmus::kSlots, &error);
    channel->grace = 2;
    Watch(channel, SIGUSR2, After::kDefault);
  }

  void after() {
    RL_ASSERT(machine.IsUntouched());
    RL_ASSERT(channel->users.load() == 0);
    Record record;
    while (Drain(channel, &record, 1) == 1) {
      RL_ASSERT(record.signo == SIGUSR2);
      RL_ASSERT(record.pid == SIGUSR2);
    }
  }
};

}  // namespace minitalk

int main() { return litmus::Check<minitalk::Lives>(); }
