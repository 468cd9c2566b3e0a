// Which signals the server's handler counts as bits, and what it replies.
#include "handler/minitalk/grant.h"

#include "check.h"
#include "core/minitalk/server.h"
#include "core/signals/process.h"
#include "raw_client.h"

namespace minitalk::test {

namespace {

constexpr uint32_t kSession = 0xabcde;

}  // namespace

TEST(
    "each bit is acknowledged with its count, and a question answered with "
    "it") {
  Shared<Stage> stage;
  Child client([&] {
    RawClient raw(stage.get(), kSession);
    stage->AwaitStep(1);
    raw.Ask(17, 4095, 0);
    raw.SendTaken(SIGUSR1, 4095, 1);
    raw.SendTaken(SIGUSR2, 4095, 2);
    raw.SendTaken(SIGUSR2, 4095, 3);
    raw.Ask(18, 4095, 3);
    raw.Ask(18, 4095, 3);
    raw.SendTaken(SIGUSR1, 4095, 4);
    raw.Ask(4095, 4095, 4);
  });
  RawServer server(stage.get());
  server.Grant(4095, kSession, client.pid(), 100);
  CHECK_EQ(server.GrantCount(), -1);
  stage->Reach(1);
  client.Join();
  CHECK_EQ(server.GrantCount(), 4);
  const std::vector<Record> records = server.watch().Take();
  CHECK_EQ(records.size(), 4);
  const int sent[] = {SIGUSR1, SIGUSR2, SIGUSR2, SIGUSR1};
  for (size_t i = 0; i < 4; ++i) {
    CHECK_EQ(records[i].signo, sent[i]);
    CHECK_EQ(records[i].code, SI_TKILL);
    CHECK_EQ(records[i].pid, client.pid());
    CHECK_EQ(records[i].tag, DataTag(4095, i));
    CHECK_EQ(records[i].sequence, i);
  }
}

TEST("bits count only once a QUERY has started their grant") {
  Shared<Stage> stage;
  Child client([&] {
    RawClient raw(stage.get(), kSession);
    stage->AwaitStep(1);
    raw.Send(SIGUSR1);
    raw.ExpectSilence();
    raw.Ask(1, 5, 0);
    raw.SendTaken(SIGUSR1, 5, 1);
  });
  RawServer server(stage.get());
  server.Grant(5, kSession, client.pid(), 100);
  stage->Reach(1);
  client.Join();
  const std::vector<Record> records = server.watch().Take();
  CHECK_EQ(records.size(), 2);
  CHECK_EQ(records[0].tag, 0);
  CHECK_EQ(records[1].tag, DataTag(5, 0));
}

TEST("bits of another process are strays, whoever has the grant") {
  Shared<Stage> stage;
  Child client([&] {
    RawClient raw(stage.get(), kSession);
    stage->AwaitStep(1);
    raw.Ask(1, 5, 0);
    stage->Reach(2);
    stage->AwaitStep(3);
    raw.Ask(2, 5, 0);
  });
  Child stranger([&] {
    RawClient raw(stage.get(), kSession);
    stage->AwaitStep(2);
    raw.Send(SIGUSR1);
    raw.ExpectSilence();
    // It knows the session, but is not the grant's process.
    raw.Query(9, 5);
    raw.ExpectSilence();
    stage->Reach(3);
  });
  RawServer server(stage.get());
  server.Grant(5, kSession, client.pid(), 100);
  stage->Reach(1);
  stranger.Join();
  client.Join();
  CHECK_EQ(server.GrantCount(), 0);
  const std::vector<Record> records = server.watch().Take();
  CHECK_EQ(records.size(), 2);
  for (const Record& record : records) {
    CHECK_EQ(record.pid, stranger.pid());
    CHECK_EQ(record.tag, 0);
  }
  CHECK(records[1].value != 0);
}

TEST("a plain kill and a queued SIGUSR1 by the grant's process are no bits") {
  Shared<Stage> stage;
  Child client([&] {
    RawClient raw(stage.get(), kSession);
    stage->AwaitStep(1);
    raw.Ask(1, 5, 0);
    CHECK_EQ(Kill(getppid(), SIGUSR1), 0);
    raw.ExpectSilence();
    raw.Queue(SIGUSR1, Word{1, kSession, 0, 5, 1});
    raw.Ask(2, 5, 0);
  });
  RawServer server(stage.get());
  server.Grant(5, kSession, client.pid(), 100);
  stage->Reach(1);
  client.Join();
  CHECK_EQ(server.GrantCount(), 0);
  const std::vector<Record> records = server.watch().Take();
  CHECK_EQ(records.size(), 2);
  CHECK_EQ(records[0].code, SI_USER);
  CHECK_EQ(records[1].code, SI_QUEUE);
}

TEST("a question with a wrong session or grant is not answered but recorded") {
  Shared<Stage> stage;
  Child client([&] {
    RawClient raw(stage.get(), kSession);
    stage->AwaitStep(1);
    raw.Queue(SIGUSR2, Word{Word::kQuery, kSession + 1, 1, 5, 0});
    raw.ExpectSilence();
    raw.Query(1, 4);
    raw.ExpectSilence();
    raw.Send(SIGUSR1);  // neither has started the grant
    raw.ExpectSilence();
    raw.Ask(1, 5, 0);
  });
  RawServer server(stage.get());
  server.Grant(5, kSession, client.pid(), 100);
  stage->Reach(1);
  client.Join();
  CHECK_EQ(server.watch().Take().size(), 3);
}

TEST("a question whose zero bits are not zero is a stray") {
  Shared<Stage> stage;
  Child client([&] {
    RawClient raw(stage.get(), kSession);
    stage->AwaitStep(1);
    raw.Queue(SIGUSR2, Word{Word::kQuery, kSession, 1, 5, 1});
    raw.ExpectSilence();
  });
  RawServer server(stage.get());
  server.Grant(5, kSession, client.pid(), 100);
  stage->Reach(1);
  client.Join();
  CHECK_EQ(server.GrantCount(), -1);
  CHECK_EQ(server.watch().Take().size(), 1);
}

TEST("a frame takes its number of bits and not one more") {
  Shared<Stage> stage;
  Child client([&] {
    RawClient raw(stage.get(), kSession);
    stage->AwaitStep(1);
    raw.Ask(1, 5, 0);
    for (uint32_t i = 1; i <= 3; ++i) raw.SendTaken(SIGUSR2, 5, i);
    raw.Send(SIGUSR2);
    raw.ExpectSilence();
    raw.Ask(2, 5, 3);
  });
  RawServer server(stage.get());
  server.Grant(5, kSession, client.pid(), 3);
  stage->Reach(1);
  client.Join();
  CHECK_EQ(server.GrantCount(), 3);
  const std::vector<Record> records = server.watch().Take();
  CHECK_EQ(records.size(), 4);
  CHECK_EQ(records[2].tag, DataTag(5, 2));
  CHECK_EQ(records[3].tag, 0);
}

TEST("a loop that sleeps is woken by QUERY, then by the last bit of a frame") {
  Shared<Stage> stage;
  Child client([&] {
    RawClient raw(stage.get(), kSession);
    stage->AwaitStep(1);
    raw.Ask(1, 5, 0);
    stage->Reach(2);
    stage->AwaitStep(3);
    raw.SendTaken(SIGUSR2, 5, 1);
    stage->Reach(4);
    stage->AwaitStep(5);
    raw.SendTaken(SIGUSR2, 5, 2);
  });
  RawServer server(stage.get());
  TakeWake(server.watch().channel());
  server.Grant(5, kSession, client.pid(), 2);
  stage->Reach(1);
  stage->AwaitStep(2);
  const int fd = WakeFd(server.watch().channel());
  CHECK(IsReadable(fd, 5000));
  TakeWake(server.watch().channel());
  stage->Reach(3);
  stage->AwaitStep(4);
  CHECK(!IsReadable(fd, 10));
  stage->Reach(5);
  CHECK(IsReadable(fd, 5000));
  client.Join();
}

TEST("a bit of an earlier grant does not count for the present one") {
  Shared<Stage> stage;
  Child client([&] {
    RawClient raw(stage.get(), kSession);
    stage->AwaitStep(1);
    raw.Ask(1, 5, 0);
    raw.SendTaken(SIGUSR1, 5, 1);
    stage->Reach(2);
    stage->AwaitStep(3);
    raw.Send(SIGUSR1);
    raw.ExpectSilence();
    raw.Query(2, 5);
    raw.ExpectSilence();
    raw.Ask(3, 6, 0);
    raw.SendTaken(SIGUSR1, 6, 1);
    stage->Reach(4);
    stage->AwaitStep(5);
    raw.Send(SIGUSR1);
    raw.Query(4, 6);
    raw.ExpectSilence();
  });
  RawServer server(stage.get());
  server.Grant(5, kSession, client.pid(), 100);
  stage->Reach(1);
  stage->AwaitStep(2);
  server.Grant(6, kSession, client.pid(), 100);
  CHECK_EQ(server.GrantCount(), -1);
  stage->Reach(3);
  stage->AwaitStep(4);
  CHECK_EQ(server.GrantCount(), 1);
  server.claim().ClearGrant();
  CHECK_EQ(server.GrantCount(), -1);
  stage->Reach(5);
  client.Join();
  CHECK_EQ(server.watch().Take().size(), 6);
}

}  // namespace minitalk::test
