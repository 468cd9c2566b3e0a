// Frames while others signal too, stop a process, or kill it.
#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>

#include "check.h"
#include "core/minitalk/server.h"
#include "core/minitalk/transmit.h"
#include "core/signals/process.h"
#include "desk.h"
#include "handler/signals/calls.h"
#include "support.h"

namespace minitalk::test {

namespace {

std::atomic<int>* others;  // in memory of the test and its client

void CountOther(int) { others->fetch_add(1); }

}  // namespace

TEST("frames arrive exactly while a stranger floods the server") {
  Shared<Desk> desk;
  Child server([&] { Serve(desk.get(), true); });
  Child client(Client(desk.get(), [](Sender* sender, Watch*) {
    for (uint64_t i = 0; i < Rounds(10); ++i) {
      sender->Deliver(RandomBytes(100, i));
    }
  }));
  Child stranger([&] { Flood(desk.get(), desk->server); });
  stranger.Join();  // before the pids that it signals are free again
  client.Join();
  server.Join();
  CHECK(desk->strays.load() > 0);
  CHECK_EQ(desk->stray_sender.load(), stranger.pid());
}

TEST("frames arrive exactly while a stranger floods the client") {
  Shared<Desk> desk;
  Child server([&] { Serve(desk.get(), true); });
  Child client(Client(desk.get(), [](Sender* sender, Watch* watch) {
    size_t strays = 0;
    for (uint64_t i = 0; i < Rounds(10); ++i) {
      sender->Deliver(RandomBytes(100, i));
      // What the transmitting thread took beside its replies is all recorded.
      for (const Record& record : watch->Take()) {
        CHECK_EQ(record.code, SI_TKILL);
        ++strays;
      }
    }
    CHECK(strays > 0);
  }));
  Child stranger([&] { Flood(desk.get(), desk->client); });
  stranger.Join();  // before the pids that it signals are free again
  client.Join();
  server.Join();
}

TEST("a frame arrives exactly though the server is stopped again and again") {
  Shared<Desk> desk;
  Child server([&] { Serve(desk.get(), true); });
  Child client(Client(desk.get(), [](Sender* sender, Watch*) {
    for (uint64_t i = 0; i < Rounds(3); ++i) {
      sender->Deliver(RandomBytes(1'000, i));
    }
  }));
  while (!desk->over.load()) {
    CHECK_EQ(Kill(server.pid(), SIGSTOP), 0);
    SleepMs(20);
    CHECK_EQ(Kill(server.pid(), SIGCONT), 0);
    SleepMs(5);
  }
  client.Join();
  server.Join();
  CHECK_EQ(desk->strays.load(), 0);
}

TEST("a frame arrives exactly though the client is stopped again and again") {
  Shared<Desk> desk;
  Child server([&] { Serve(desk.get(), true); });
  Child client(Client(desk.get(), [](Sender* sender, Watch*) {
    for (uint64_t i = 0; i < Rounds(3); ++i) {
      sender->Deliver(RandomBytes(1'000, i));
    }
  }));
  while (!desk->over.load()) {
    CHECK_EQ(Kill(client.pid(), SIGSTOP), 0);
    SleepMs(10);
    CHECK_EQ(Kill(client.pid(), SIGCONT), 0);
    SleepMs(5);
  }
  client.Join();
  server.Join();
}

TEST("a stopped server makes the client stall, not fail or spin") {
  Shared<Desk> desk;
  Shared<std::atomic<int>> step;
  Child server([&] { Serve(desk.get(), true); });
  Child client(Client(desk.get(), [&](Sender* sender, Watch*) {
    const Bytes bytes = RandomBytes(kLongFrame, 1);
    sender->Begin(bytes);
    sender->GetUnderWay();
    step->store(1);
    Await([&] { return step->load() == 2; });
    CHECK(
        Within(5000, [&] { return sender->Slice() == Transmitter::kStalled; }));
    step->store(3);
    CHECK_EQ(sender->Finish(), Transmitter::kFrameDone);
    sender->CheckArrived(bytes);
  }));
  Await([&] { return step->load() == 1; });
  CHECK_EQ(Kill(server.pid(), SIGSTOP), 0);
  siginfo_t info;
  CHECK_EQ(waitid(P_PID, server.pid(), &info, WSTOPPED | WNOWAIT), 0);
  step->store(2);
  Await([&] { return step->load() == 3; });
  CHECK_EQ(Kill(server.pid(), SIGCONT), 0);
  client.Join();
  server.Join();
}

TEST("a killed server is told as ESRCH, reaped or not") {
  for (const bool reap : {false, true}) {
    // Until it is reaped a process takes signals; only a pidfd knows better.
    if (!reap && PidfdOrNone(getpid()) < 0) continue;
    Shared<Desk> desk;
    Child server([&] { Serve(desk.get(), true); });
    Child client(Client(desk.get(), [](Sender* sender, Watch*) {
      sender->Begin(RandomBytes(kLongFrame, 1));
      CHECK_EQ(sender->Finish(), -ESRCH);
      CHECK_EQ(sender->Finish(), -ESRCH);
    }));
    Await([&] { return desk->taken.load() > 100; });
    CHECK_EQ(Kill(server.pid(), SIGKILL), 0);
    if (reap) CHECK(WIFSIGNALED(server.Wait()));
    client.Join();
  }
}

TEST("a server that may not be signalled is told as EPERM") {
  if (geteuid() != 0) {
    CHECK(true);  // only root can become somebody else
    return;
  }
  Shared<Desk> desk;
  Child server([&] { Serve(desk.get(), true); });
  Child client(Client(desk.get(), [](Sender* sender, Watch*) {
    sender->Begin(RandomBytes(5, 1));
    CHECK_EQ(setuid(65534), 0);
    CHECK_EQ(sender->Slice(), -EPERM);
  }));
  client.Join();
  server.Join();
}

TEST("a bit that the client's own process added is told as a mismatch") {
  Shared<Desk> desk;
  Child server([&] { Serve(desk.get(), true); });
  Child client(Client(desk.get(), [&](Sender* sender, Watch*) {
    sender->Begin(RandomBytes(kLongFrame, 1));
    sender->GetUnderWay();
    const pid_t server_pid = desk->server.load();
    for (int i = 0; i < 3; ++i) {
      const uint32_t before = desk->taken.load();
      CHECK_EQ(KillThread(server_pid, server_pid, SIGUSR1), 0);
      Await([&] { return desk->taken.load() > before; });
      SleepMs(5);  // the last of the slice's own bits may have been that
    }
    CHECK_EQ(sender->Finish(), Transmitter::kMismatch);
    // The same frame anew, under another grant.
    sender->Deliver(RandomBytes(100, 2));
  }));
  client.Join();
  server.Join();
}

TEST("other signals that come while a frame is sent are all handled") {
  Shared<Desk> desk;
  Shared<std::atomic<int>> handled;
  others = handled.get();
  Child server([&] { Serve(desk.get(), true); });
  Child client(Client(desk.get(), [&](Sender* sender, Watch*) {
    SetHandler(SIGTERM, CountOther);
    SetHandler(SIGRTMIN, CountOther);
    for (uint64_t i = 0; others->load() < 100; ++i) {
      sender->Deliver(RandomBytes(100, i));
    }
  }));
  Await([&] { return desk->granted.load() > 0; });
  for (int i = 0; i < 100; ++i) {
    // To the transmitting thread and to its process, of both kinds.
    const int signo = i % 2 == 0 ? SIGRTMIN : SIGTERM;
    const pid_t thread = i % 4 < 2 ? client.pid() : 0;
    CHECK_EQ(QueueSignal(client.pid(), thread, signo, 0), 0);
    Await([&] { return others->load() > i; });
  }
  client.Join();
  server.Join();
  CHECK_EQ(others->load(), 100);
}

TEST(
    "bits and replies whose information is lost over RLIMIT_SIGPENDING count "
    "again") {
  Shared<Desk> desk;
  Child server([&] { Serve(desk.get(), true); });
  Child client(Client(desk.get(), [](Sender* sender, Watch*) {
    sender->Begin(RandomBytes(100, 1));
    // Now nothing that carries a value reaches this process.
    const rlim_t usual = LimitPending(getpid(), 0);
    for (int i = 0; i < 20; ++i) CHECK(sender->Slice() >= 0);
    CHECK_EQ(sender->transmitter().taken(), 0);
    LimitPending(getpid(), usual);
    CHECK_EQ(sender->Finish(), Transmitter::kFrameDone);
    sender->CheckArrived(RandomBytes(100, 1));
  }));
  client.Join();
  server.Join();
}

}  // namespace minitalk::test
