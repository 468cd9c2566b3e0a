// The server's handler when something is short, gone, or too much at once.
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>
#include <vector>

#include "check.h"
#include "core/minitalk/receive.h"
#include "core/minitalk/server.h"
#include "handler/minitalk/protocol.h"
#include "handler/signals/calls.h"
#include "handler/signals/handler.h"
#include "handler/signals/status.h"
#include "raw_client.h"

namespace minitalk::test {

namespace {

constexpr uint32_t kSession = 0x12345;

}  // namespace

TEST(
    "a ring that is full but for strays withholds the bit and its ACK until it "
    "is drained") {
  Shared<Stage> stage;
  Child client([&] {
    RawClient raw(stage.get(), kSession);
    stage->AwaitStep(1);
    raw.Ask(1, 0, 0);
    for (uint32_t i = 1; i <= 56; ++i) raw.SendTaken(SIGUSR1, 0, i);
    for (uint32_t i = 0; i < 5; ++i) {
      raw.Send(SIGUSR2);
      raw.ExpectSilence();
      raw.Ask(2 + i, 0, 56);
    }
    stage->Reach(2);
    stage->AwaitStep(3);
    raw.SendTaken(SIGUSR2, 0, 57);
  });
  RawServer server(stage.get(), 64);
  server.Grant(0, kSession, client.pid(), 1000);
  stage->Reach(1);
  stage->AwaitStep(2);
  CHECK(IsReadable(WakeFd(server.watch().channel()), 0));
  // Each once the one before was taken: ThreadSanitizer puts signals off.
  const Ring& ring = server.watch().channel()->ring;
  for (size_t taken = ring.Depth(); taken < 64;) {
    KillThread(getpid(), ThreadId(), SIGUSR2);
    ++taken;
    Await([&] { return ring.Depth() == taken; });
  }
  CHECK_EQ(server.watch().Take().size(), 64);
  CHECK_EQ(server.watch().Lost(SIGUSR2), 0);
  stage->Reach(3);
  client.Join();
  const std::vector<Record> records = server.watch().Take();
  CHECK_EQ(records.size(), 1);
  CHECK_EQ(records[0].signo, SIGUSR2);
  CHECK_EQ(records[0].sequence, 64);  // a bit not taken leaves no gap
  CHECK_EQ(server.GrantCount(), 57);
}

TEST("a bit that lost its sender over RLIMIT_SIGPENDING does not count") {
  Shared<Stage> stage;
  Child client([&] {
    RawClient raw(stage.get(), kSession);
    stage->AwaitStep(1);
    raw.Ask(1, 5, 0);
    stage->Reach(2);
    stage->AwaitStep(3);
    raw.Send(SIGUSR1);
    raw.ExpectSilence();
    stage->Reach(4);
    stage->AwaitStep(5);
    raw.Ask(2, 5, 0);
    raw.SendTaken(SIGUSR1, 5, 1);
  });
  RawServer server(stage.get());
  server.Grant(5, kSession, client.pid(), 100);
  stage->Reach(1);
  stage->AwaitStep(2);
  const rlim_t usual = LimitPending(getpid(), 0);
  stage->Reach(3);
  const Record record = server.watch().Take(1)[0];
  CHECK_EQ(record.code, SI_USER);
  CHECK_EQ(record.pid, 0);
  CHECK_EQ(record.tag, 0);
  stage->AwaitStep(4);
  LimitPending(getpid(), usual);
  stage->Reach(5);
  client.Join();
}

TEST("a client that died before its reply does no harm") {
  Shared<Stage> stage;
  auto client = [&] {
    RawClient raw(stage.get(), kSession);
    stage->AwaitStep(1);
    raw.Query(1, 5);
    stage->AwaitStep(2);
    raw.Send(SIGUSR1);
    _exit(0);
  };
  Child dying(client);
  RawServer server(stage.get());
  server.Grant(5, kSession, dying.pid(), 100);
  stage->Reach(1);
  Await([&] { return server.GrantCount() == 0; });
  stage->Reach(2);
  dying.Join();
  CHECK(Within(5000, [&] { return server.GrantCount() == 1; }));
}

// A reused pid, in the order that can be arranged: the status is of a process
// that has ended, the pid of one that lives.
TEST(
    "after a pause a pid whose process has ended, so that it is another's, "
    "gets no reply at all") {
  Shared<Stage> stage;
  Child ended([] {});
  const int status = OpenStatus(ended.pid(), ended.pid());
  ended.Join();
  Child heir([&] {
    RawClient raw(stage.get(), kSession);
    stage->AwaitStep(1);
    raw.Query(1, 5);
    raw.ExpectSilence();
    raw.Query(2, 5);
    raw.ExpectSilence();
    raw.Send(SIGUSR1);
    raw.ExpectSilence();
  });
  RawServer server(stage.get());
  server.Grant(5, kSession, heir.pid(), 100, status);
  SleepMs(150);
  stage->Reach(1);
  heir.Join();
  close(status);
}

TEST(
    "after a pause a client that catches the signals no more gets none, and "
    "one that catches them is answered as before") {
  Shared<Stage> stage;
  Child client([&] {
    RawClient raw(stage.get(), kSession);
    signal(SIGUSR1, [](int) {});
    signal(SIGUSR2, [](int) {});
    stage->AwaitStep(1);
    raw.Ask(1, 5, 0);
    raw.SendTaken(SIGUSR1, 5, 1);
    SleepMs(150);
    raw.SendTaken(SIGUSR1, 5, 2);
    // It blocks them still, so that it lives to see that none comes.
    signal(SIGUSR1, SIG_DFL);
    SleepMs(150);
    raw.Query(2, 5);
    raw.ExpectSilence();
    signal(SIGUSR1, [](int) {});
    raw.Ask(3, 5, 2);
  });
  const int status = OpenStatus(client.pid(), client.pid());
  RawServer server(stage.get());
  server.Grant(5, kSession, client.pid(), 100, status);
  SleepMs(150);
  stage->Reach(1);
  client.Join();
  close(status);
}

TEST(
    "a reply without a session is a stray, though a closed line has none "
    "either") {
  InstallHook();
  Watch watch({SIGUSR1, SIGUSR2});
  protocol.line_count.store(1);
  protocol.lines[0].pid.store(getpid());
  for (const uint32_t kind : {Word::kAck, Word::kAnswer}) {
    const int signo = kind == Word::kAck ? SIGUSR1 : SIGUSR2;
    const Word word{kind, 0, 0, 0, 1};
    CHECK_EQ(QueueSignal(getpid(), ThreadId(), signo, word.Value()), 0);
    CHECK(Within(1000, [&] { return watch.Take().size() == 1; }));
  }
}

// The grant's process may send to any thread, and threads handle at once. The
// handlers are called without the kernel's part, whose slots would thin them
// out.
TEST("a frame takes no bit too many from several threads at once") {
  Watch watch({SIGUSR1, SIGUSR2}, After::kStop, 4096);
  Server server;
  CHECK_EQ(server.Claim(watch.channel()), 0);
  siginfo_t bit = {};
  bit.si_signo = SIGUSR1;
  bit.si_code = SI_TKILL;
  constexpr pid_t kNobody = 0x7ffffff0;  // whom no ACK reaches
  bit.si_pid = kNobody;
  siginfo_t query = {};
  query.si_signo = SIGUSR2;
  query.si_code = SI_QUEUE;
  query.si_pid = kNobody;
  for (uint64_t round = Rounds(2'000); round > 0; --round) {
    const uint32_t number = round % 4096;
    server.SetGrant({number, kSession, kNobody, kNobody, -1, 3});
    const Word word{Word::kQuery, kSession, 1, number, 0};
    query.si_value.sival_ptr = reinterpret_cast<void*>(word.Value());
    TakeSignal(query, nullptr);
    std::atomic<int> ready{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back([&] {
        ready.fetch_add(1);
        while (ready.load() < 2) {
        }
        for (int n = 0; n < 3; ++n) TakeSignal(bit, nullptr);
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK_EQ(server.GrantCount(), 3);
    size_t counted = 0;
    for (const Record& record : watch.Take()) counted += record.tag != 0;
    CHECK_EQ(counted, 3);
  }
}

TEST("a process has one server at a time") {
  Watch first({SIGUSR1});
  Watch second({SIGUSR1});
  Server server;
  Server other;
  CHECK_EQ(server.Claim(first.channel()), 0);
  CHECK_EQ(server.Claim(first.channel()), -EALREADY);
  CHECK_EQ(other.Claim(second.channel()), -EADDRINUSE);
  CHECK_EQ(other.Claim(first.channel()), -EADDRINUSE);
  other.Release();  // not the holder: nothing happens
  CHECK_EQ(other.Claim(second.channel()), -EADDRINUSE);
  server.Release();
  CHECK_EQ(other.Claim(second.channel()), 0);
}

TEST("a claim ends with its server, and with it the grant") {
  Watch watch({SIGUSR1});
  {
    Server server;
    CHECK_EQ(server.Claim(watch.channel(), kBurstSignal), 0);
    CHECK_EQ(server.SetGrant({1, kSession, getppid(), getppid(), -1, 8}), 0);
    CHECK(protocol.server.current.load() != nullptr);
  }
  CHECK(protocol.server.current.load() == nullptr);
  CHECK_EQ(protocol.server.burst_signal.load(), 0);
  Server next;
  CHECK_EQ(next.Claim(watch.channel()), 0);
}

TEST("without the claim nothing of the server's can be called") {
  Watch watch({SIGUSR1});
  Server server;
  CHECK_EQ(server.Claim(watch.channel()), 0);
  CHECK_EQ(server.SetGrant({1, kSession, getppid(), getppid(), -1, 8}), 0);
  const Grant* grant = protocol.server.current.load();
  for (const bool was_one : {false, true}) {
    Server other;
    if (was_one) {
      server.Release();
      CHECK_EQ(other.Claim(watch.channel()), 0);
      other.Release();
      CHECK_EQ(server.Claim(watch.channel()), 0);
      CHECK_EQ(server.SetGrant({2, kSession, getppid(), getppid(), -1, 8}), 0);
      grant = protocol.server.current.load();
    }
    uint8_t frame[8] = {1, 2, 3};
    CHECK_EQ(other.SetGrant({3, kSession, getppid(), getppid(), -1, 8}),
             -EBADF);
    CHECK_EQ(other.Place(0, false), -EBADF);
    CHECK_EQ(other.GrantCount(), -EBADF);
    CHECK_EQ(other.CopyFrame(frame, sizeof frame), -EBADF);
    CHECK_EQ(frame[2], 3);
    CHECK_EQ(other.ClearGrant(), -EBADF);
    CHECK(!IsReceiving(other));
    CHECK(protocol.server.current.load() == grant);
  }
}

TEST("a claim and a grant that no protocol knows are refused") {
  Watch watch({SIGUSR1});
  Server server;
  for (const int signo : {-1, kMaxSignal + 1}) {
    CHECK_EQ(server.Claim(watch.channel(), signo), -EINVAL);
  }
  CHECK_EQ(server.Claim(watch.channel()), 0);
  const pid_t pid = getppid();
  CHECK_EQ(server.SetGrant({4096, kSession, pid, pid, -1, 8}), -EINVAL);
  CHECK_EQ(server.SetGrant({1, 0, pid, pid, -1, 8}), -EINVAL);
  CHECK_EQ(
      server.SetGrant({1, kSession, pid, pid, -1, 8, static_cast<Mode>(3)}),
      -EINVAL);
  CHECK(protocol.server.current.load() == nullptr);
}

}  // namespace minitalk::test
