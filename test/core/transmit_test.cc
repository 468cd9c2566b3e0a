// Frames from a client's Transmitter to a server's handler, undisturbed.
#include "core/minitalk/transmit.h"

#include <errno.h>
#include <sched.h>

#include <numeric>

#include "check.h"
#include "core/signals/process.h"
#include "desk.h"
#include "handler/signals/calls.h"
#include "support.h"

namespace minitalk::test {

TEST("all 256 bytes arrive bit for bit") {
  Shared<Desk> desk;
  Child server([&] { Serve(desk.get(), true); });
  Child client(Client(desk.get(), [](Sender* sender, Watch* watch) {
    Bytes bytes(256);
    std::iota(bytes.begin(), bytes.end(), 0);
    sender->Deliver(bytes);
    CHECK_EQ(watch->Take().size(), 0);  // ACK and ANSWER are no records
  }));
  client.Join();
  server.Join();
  CHECK_EQ(desk->strays.load(), 0);
}

TEST("random frames of all lengths arrive one after another") {
  Shared<Desk> desk;
  Child server([&] { Serve(desk.get(), true); });
  Child client(Client(desk.get(), [](Sender* sender, Watch*) {
    for (uint64_t i = 0; i < Rounds(50); ++i) {
      sender->Deliver(RandomBytes(1 + i * i % 200, i));
    }
  }));
  client.Join();
  server.Join();
  CHECK_EQ(desk->strays.load(), 0);
}

TEST("frames arrive where the server's thread takes their bits itself") {
  Shared<Desk> desk;
  Child server([&] { Serve(desk.get(), true); });
  Child client(Client(desk.get(),
                      [](Sender* sender, Watch*) {
                        for (uint64_t i = 0; i < Rounds(50); ++i) {
                          sender->Deliver(RandomBytes(1 + i * i % 200, i));
                        }
                      },
                      {Mode::kBit, 1, 1, true}));
  client.Join();
  server.Join();
  CHECK_EQ(desk->strays.load(), 0);
}

TEST("a long frame arrives") {
  Shared<Desk> desk;
  Child server([&] { Serve(desk.get(), true); });
  Child client(Client(desk.get(), [](Sender* sender, Watch*) {
    sender->Deliver(RandomBytes(kLongFrame, 1));
  }));
  client.Join();
  server.Join();
}

TEST("frames arrive where client and server are not placed on one CPU") {
  Shared<Desk> desk;
  Child server([&] { Serve(desk.get(), false); });
  Child client(Client(desk.get(), [](Sender* sender, Watch*) {
    for (uint64_t i = 0; i < Rounds(10); ++i) {
      sender->Deliver(RandomBytes(100, i));
    }
  }));
  client.Join();
  server.Join();
}

TEST("grant numbers start again at 0 after 4095") {
  Shared<Desk> desk;
  desk->wanted.store(4093);
  desk->granted.store(4093);
  Child server([&] { Serve(desk.get(), true); });
  Child client(Client(desk.get(), [](Sender* sender, Watch*) {
    for (uint64_t i = 0; i < 5; ++i) sender->Deliver(RandomBytes(5, i));
  }));
  client.Join();
  server.Join();
}

TEST("Run leaves the thread's signal mask and CPUs as they were") {
  Shared<Desk> desk;
  Child server([&] { Serve(desk.get(), true); });
  Child client(Client(desk.get(), [&](Sender* sender, Watch*) {
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGHUP);
    CHECK_EQ(sigprocmask(SIG_SETMASK, &mask, nullptr), 0);
    cpu_set_t cpus;
    CHECK_EQ(sched_getaffinity(0, sizeof cpus, &cpus), 0);
    sender->Begin(RandomBytes(50, 3));
    int status;
    do {
      // CPUs that exist, that do not, and none.
      const int cpu = static_cast<int>(sender->transmitter().taken() % 3) - 1;
      status = sender->transmitter().Run(cpu == 1 ? 1'000 : cpu, 100'000);
      sigset_t mask_now;
      cpu_set_t cpus_now;
      CHECK_EQ(sigprocmask(SIG_SETMASK, nullptr, &mask_now), 0);
      CHECK_EQ(sched_getaffinity(0, sizeof cpus_now, &cpus_now), 0);
      CHECK(CPU_EQUAL(&cpus, &cpus_now));
      for (int signo = 1; signo < kMaxSignal; ++signo) {
        CHECK_EQ(sigismember(&mask_now, signo), signo == SIGHUP);
      }
    } while (status != Transmitter::kFrameDone);
    sender->CheckArrived(RandomBytes(50, 3));
  }));
  client.Join();
  server.Join();
}

TEST("Run returns when its slice is over, and says when the server is alive") {
  Shared<Desk> desk;
  Child server([&] { Serve(desk.get(), true); });
  Child client(Client(desk.get(), [](Sender* sender, Watch*) {
    sender->Begin(RandomBytes(kLongFrame, 3));
    CHECK_EQ(sender->transmitter().last_reply(), 0);
    const uint64_t start = Now();
    sender->GetUnderWay();
    // Far more than a slice, as machines stall.
    CHECK(Now() - start < 1'000'000'000);
    CHECK(sender->transmitter().taken() < kLongFrame * 8);
    const uint64_t reply = sender->transmitter().last_reply();
    CHECK(reply >= start && reply <= Now());
    CHECK_EQ(sender->Finish(), Transmitter::kFrameDone);
  }));
  client.Join();
  server.Join();
}

TEST("a client that was held up stalls once, before it sends anything") {
  Shared<Desk> desk;
  Child server([&] { Serve(desk.get(), true); });
  Child client(Client(desk.get(), [&](Sender* sender, Watch*) {
    const Bytes bytes = RandomBytes(300, 3);
    sender->Begin(bytes);
    SleepMs(150);
    CHECK_EQ(sender->Slice(), Transmitter::kStalled);
    CHECK_EQ(sender->transmitter().last_reply(), 0);
    sender->GetUnderWay();
    const uint32_t taken = sender->transmitter().taken();
    SleepMs(150);
    CHECK_EQ(sender->Slice(), Transmitter::kStalled);
    CHECK(sender->transmitter().taken() <= taken + 1);  // a late ACK
    CHECK_EQ(sender->Finish(), Transmitter::kFrameDone);
    sender->CheckArrived(bytes);
  }));
  client.Join();
  server.Join();
}

TEST("a client whose caller is away for long each time gets on all the same") {
  Shared<Desk> desk;
  Child server([&] { Serve(desk.get(), true); });
  Child client(Client(desk.get(), [](Sender* sender, Watch*) {
    sender->Begin(RandomBytes(kLongFrame, 3));
    // As an event loop that has much else to do; it looks at the server after
    // each stall, as it is asked to.
    for (int i = 0; i < 6; ++i) {
      SleepMs(150);
      CHECK(sender->Slice() >= 0);
    }
    CHECK(sender->transmitter().taken() > 0);
  }));
  client.Join();
  server.Join();
}

TEST("there are 256 lines, and a closed one is free again") {
  Transmitter lines[kMaxLines];
  for (Transmitter& line : lines) CHECK_EQ(line.Open(2, 2, -1), 0);
  Transmitter late;
  CHECK_EQ(late.Open(2, 2, -1), -ENOSPC);
  lines[100].Close();
  CHECK_EQ(late.Open(2, 2, -1), 0);
}

TEST("a transmitter that is not open says so") {
  Transmitter transmitter;
  CHECK_EQ(transmitter.Run(-1, 1'000'000), -EBADF);
  CHECK_EQ(transmitter.Open(getppid(), getppid(), -1), 0);
  transmitter.Close();
  transmitter.Close();
  CHECK_EQ(transmitter.Run(-1, 1'000'000), -EBADF);
}

TEST("beginning a frame without an open line does nothing") {
  Transmitter transmitter;
  const uint8_t byte = 1;
  CHECK_EQ(transmitter.Begin(Frame{kDeskSession, 1, &byte, 1}), -EBADF);
  CHECK_EQ(transmitter.Run(-1, 1'000'000), -EBADF);
}

TEST("opening a transmitter twice does not use up a second line") {
  Transmitter transmitter;
  for (size_t i = 0; i < kMaxLines; ++i) transmitter.Open(2, 2, -1);
  Transmitter other;
  CHECK_EQ(other.Open(2, 2, -1), 0);
}

TEST("a frame that data signals cannot carry is refused, and nothing is sent") {
  const std::vector<uint8_t> bytes(kMaxFrameBytes + 1);
  Transmitter transmitter;
  Frame frame{kDeskSession, 1, bytes.data(), 8, Mode::kWord, 8};
  CHECK_EQ(transmitter.Begin(frame), -EBADF);
  CHECK_EQ(transmitter.Open(getppid(), getppid(), -1), 0);
  CHECK_EQ(transmitter.Begin(frame), 0);
  const auto refused = [&](auto spoil) {
    Frame wrong = frame;
    spoil(&wrong);
    return transmitter.Begin(wrong) == -EINVAL;
  };
  for (const size_t payload : {0, 7, 16, 25, 1'000}) {
    CHECK(refused([&](Frame* wrong) { wrong->payload = payload; }));
  }
  CHECK(refused([](Frame* wrong) { wrong->mode = static_cast<Mode>(3); }));
  CHECK(refused([](Frame* wrong) { wrong->session = 0; }));
  CHECK(refused([](Frame* wrong) { wrong->grant = 4096; }));
  CHECK(refused([](Frame* wrong) { wrong->window = 0; }));
  CHECK(refused([](Frame* wrong) { wrong->size = kMaxFrameBytes + 1; }));
  for (const int signo : {0, -1, kMaxSignal + 1}) {
    CHECK(refused([&](Frame* wrong) {
      wrong->mode = Mode::kBurst;
      wrong->burst_signal = signo;
    }));
  }
  CHECK(refused([](Frame* wrong) {
    wrong->mode = Mode::kBit;
    wrong->size = 8'192;  // more bits than a count can say
  }));
}

}  // namespace minitalk::test
