// A child of fork(2) that runs no exec(2) keeps our handler and our descriptors
// until it ends. It must touch nothing of its parent's.
#include <sys/wait.h>

#include <atomic>

#include "check.h"
#include "core/minitalk/server.h"
#include "core/signals/process.h"
#include "handler/minitalk/word.h"
#include "handler/signals/calls.h"
#include "support.h"

namespace minitalk::test {

namespace {

// In memory of the parent and the child.
std::atomic<int>* calls;

void CountSignal(int) { calls->fetch_add(1); }

}  // namespace

TEST("a signal in a forked child neither wakes its parent nor is recorded") {
  SetHandler(SIGUSR1, SIG_IGN);
  SetHandler(SIGUSR2, SIG_IGN);
  Watch watch({SIGUSR1, SIGUSR2});
  Child child([&] {
    for (int i = 0; i < 200; ++i) raise(SIGUSR1);
    QueueSignal(getpid(), ThreadId(), SIGUSR2, uint64_t{2} << 60);
    // Its copy of the ring is its own, and says what the handler did.
    CHECK_EQ(watch.channel()->ring.Depth(), 0);
    CHECK(!IsReadable(WakeFd(watch.channel()), 0));
  });
  child.Join();
  CHECK(!IsReadable(WakeFd(watch.channel()), 20));
  CHECK_EQ(watch.Take().size(), 0);
}

TEST("a forked child's signals still reach the handler before ours") {
  Shared<std::atomic<int>> shared;
  calls = shared.get();
  SetHandler(SIGUSR2, CountSignal);
  Watch watch({SIGUSR2});
  Child child([] { CHECK_EQ(raise(SIGUSR2), 0); });
  child.Join();
  CHECK_EQ(calls->load(), 1);
  CHECK_EQ(watch.Take().size(), 0);
}

TEST("a forked child dies of a signal that only its parent watches") {
  Watch watch({SIGTERM}, After::kStop);
  Child child([] {
    raise(SIGTERM);
    SleepMs(5000);
  });
  const int status = child.Wait();
  CHECK(WIFSIGNALED(status));
  CHECK_EQ(WTERMSIG(status), SIGTERM);
  CHECK_EQ(watch.Take().size(), 0);
}

TEST("a forked child takes no bits and sends no acknowledgement") {
  Shared<std::atomic<pid_t>> forked;
  Shared<std::atomic<bool>> sent;
  // The client: it has the grant of the parent and signals the parent's child.
  Child client([&] {
    sigset_t both;
    sigemptyset(&both);
    sigaddset(&both, SIGUSR1);
    sigaddset(&both, SIGUSR2);
    CHECK_EQ(sigprocmask(SIG_BLOCK, &both, nullptr), 0);
    Await([&] { return forked->load() != 0; });
    const Word query{Word::kQuery, 7, 1, 3, 0};
    const pid_t target = forked->load();
    CHECK_EQ(QueueSignal(target, target, SIGUSR2, query.Value()), 0);
    CHECK_EQ(KillThread(target, target, SIGUSR1), 0);
    const struct timespec limit = {0, 50'000'000};
    CHECK_EQ(sigtimedwait(&both, nullptr, &limit), -1);
    sent->store(true);
  });
  SetHandler(SIGUSR1, SIG_IGN);
  SetHandler(SIGUSR2, SIG_IGN);
  Watch watch({SIGUSR1, SIGUSR2}, After::kStop);
  Server server;
  CHECK_EQ(server.Claim(watch.channel()), 0);
  server.SetGrant({3, 7, client.pid(), client.pid(), -1, 8});
  Child child([&] {
    forked->store(getpid());
    Await([&] { return sent->load(); });
    CHECK_EQ(server.GrantCount(), -1);
  });
  child.Join();
  client.Join();
  CHECK_EQ(server.GrantCount(), -1);
  CHECK_EQ(watch.Take().size(), 0);
}

}  // namespace minitalk::test
