// Signals that look like data words and are none: the server's handler records
// them, takes nothing from them, and does not reply.
#include <vector>

#include "check.h"
#include "core/minitalk/server.h"
#include "core/signals/process.h"
#include "handler/minitalk/data_word.h"
#include "raw_client.h"
#include "word_grant.h"

namespace minitalk::test {

namespace {

// That there are this many records, and nothing was taken.
void CheckStrays(const Left& left, size_t count) {
  CHECK_EQ(left.count, 0);
  CHECK_EQ(left.records.size(), count);
  for (const Record& record : left.records) CHECK_EQ(record.tag, 0);
  CHECK(left.memory == MemoryWith({}));
}

}  // namespace

TEST("data words count only once a QUERY has started their grant") {
  for (const Way& way : kWays) {
    const DataHeader word{1, true, kGrant, 1};
    CheckStrays(Under(way.mode, 100,
                      [&](RawClient* raw) {
                        raw->SendData(way.data, word);
                        raw->Ask(1, kGrant, 0, way.query);
                      }),
                1);
  }
}

TEST("data words of another grant are strays") {
  for (const Way& way : kWays) {
    CheckStrays(Under(way.mode, 100,
                      [&](RawClient* raw) {
                        raw->Ask(1, kGrant, 0, way.query);
                        raw->SendData(way.data, {1, true, kGrant + 1, 1});
                        raw->Ask(2, kGrant, 0, way.query);
                        raw->SendData(way.data, {1, true, kGrant - 1, 1});
                        raw->Ask(3, kGrant, 0, way.query);
                      }),
                2);
  }
}

TEST("data words of another process are strays, whoever has the grant") {
  for (const Way& way : kWays) {
    Shared<Stage> stage;
    Child client([&] {
      RawClient raw(stage.get(), kSession);
      stage->AwaitStep(1);
      raw.Ask(1, kGrant, 0);
      stage->Reach(2);
      stage->AwaitStep(3);
      raw.Ask(2, kGrant, 0);
    });
    Child stranger([&] {
      RawClient raw(stage.get(), kSession);
      stage->AwaitStep(2);
      raw.SendData(way.data, {1, true, kGrant, 1});
      raw.ExpectSilence();
      stage->Reach(3);
    });
    RawServer server(stage.get());
    server.Grant(kGrant, kSession, client.pid(), 800, -1, way.mode);
    stage->Reach(1);
    stranger.Join();
    client.Join();
    const std::vector<Record> records = server.watch().Take();
    CHECK_EQ(records.size(), 1);
    CHECK_EQ(records[0].pid, stranger.pid());
    CHECK_EQ(records[0].tag, 0);
  }
}

TEST("data of another mode than the grant's are strays") {
  struct {
    Mode mode;
    int data;
    bool is_bit;
  } const cases[] = {
      {Mode::kWord, SIGUSR1, true},       {Mode::kWord, SIGUSR2, true},
      {Mode::kBurst, SIGUSR1, true},      {Mode::kBurst, SIGUSR2, true},
      {Mode::kBit, kBurstSignal, true},   {Mode::kBit, kBurstSignal, false},
      {Mode::kBit, SIGUSR1, false},       {Mode::kBit, SIGUSR2, false},
      {Mode::kWord, kBurstSignal, false}, {Mode::kBurst, SIGUSR1, false},
      {Mode::kWord, SIGUSR2, false},      {Mode::kBurst, SIGUSR2, false},
  };
  for (const auto& wrong : cases) {
    CheckStrays(Under(wrong.mode, 100,
                      [&](RawClient* raw) {
                        raw->Ask(1, kGrant, 0);
                        if (wrong.is_bit) {
                          raw->Send(wrong.data);
                        } else {
                          raw->SendData(wrong.data, {1, true, kGrant, 1});
                        }
                        raw->Ask(2, kGrant, 0, kBurstSignal);  // behind either
                      }),
                1);
  }
}

TEST("a header that names no place in its frame makes a stray") {
  const DataHeader wrong[] = {
      {0, true, kGrant, 1}, {2, true, kGrant, 1},      {5, true, kGrant, 1},
      {7, true, kGrant, 1}, {1, true, kGrant, 0},      {1, true, kGrant, 4},
      {3, true, kGrant, 2}, {1, true, kGrant, 0xffff},
  };
  for (const Way& way : kWays) {
    CheckStrays(Under(way.mode, 24,
                      [&](RawClient* raw) {
                        raw->Ask(1, kGrant, 0, way.query);
                        uint32_t question = 1;
                        for (const DataHeader& header : wrong) {
                          raw->SendData(way.data, header);
                          raw->Ask(++question, kGrant, 0, way.query);
                        }
                      }),
                std::size(wrong));
  }
}

TEST("a burst signal that is neither word nor QUERY is a stray") {
  CheckStrays(
      Under(Mode::kBurst, 100,
            [](RawClient* raw) {
              uint32_t question = 0;
              const auto settle = [&] {
                raw->Ask(++question, kGrant, 0, kBurstSignal);
              };
              settle();
              raw->Send(kBurstSignal);
              settle();
              CHECK_EQ(Kill(getppid(), kBurstSignal), 0);
              settle();
              for (const uint32_t kind :
                   {0u, 1u, uint32_t{Word::kAck}, uint32_t{Word::kAnswer}}) {
                raw->Queue(kBurstSignal, Word{kind, kSession, 0, kGrant, 0});
                settle();
              }
              raw->Queue(kBurstSignal,
                         Word{Word::kQuery, kSession, 1, kGrant + 1, 0});
              settle();
            }),
      7);
}

TEST("a server without a burst signal takes nothing on it") {
  Shared<Stage> stage;
  Child client([&] {
    RawClient raw(stage.get(), kSession);
    stage->AwaitStep(1);
    raw.Ask(1, kGrant, 0);
    raw.SendData(kBurstSignal, {1, true, kGrant, 1});
    stage->AwaitStep(2);
    raw.Query(2, kGrant, kBurstSignal);
    raw.ExpectSilence();
  });
  RawServer server(stage.get(), 4096, 0);
  server.Grant(kGrant, kSession, client.pid(), 800, -1, Mode::kBurst);
  stage->Reach(1);
  CHECK_EQ(server.watch().Take(1)[0].signo, kBurstSignal);
  stage->Reach(2);
  CHECK_EQ(server.watch().Take(1)[0].signo, kBurstSignal);
  client.Join();
  CHECK_EQ(server.GrantCount(), 0);
}

TEST("a reply on the burst signal is none") {
  KernellessGrant grant(800);
  protocol.line_count.store(1);
  protocol.lines[0].pid.store(KernellessGrant::kNobody);
  protocol.lines[0].session.store(kSession);
  for (const uint32_t kind : {Word::kAck, Word::kAnswer}) {
    grant.Handle(kBurstSignal, Word{kind, kSession, 0, 0, 1});
    CHECK_EQ(grant.watch().Take().size(), 1);
  }
  grant.Handle(SIGUSR2, Word{Word::kAnswer, kSession, 0, 0, 1});
  CHECK_EQ(grant.watch().Take().size(), 0);
}

TEST("a word past the frame's memory is a stray, however long the grant") {
  for (const uint32_t eights : {1u, 3u}) {
    const uint32_t last = kFrameEights / eights;
    KernellessGrant grant(0xffffffff);
    protocol.server.current.load()->count.store(last - 1);
    grant.Handle({eights, true, kGrant, last});
    CHECK_EQ(grant.GrantCount(), last);
    CHECK_EQ(grant.watch().Take().size(), 0);
    grant.Handle({eights, true, kGrant, last + 1});
    CHECK_EQ(grant.GrantCount(), last);
    CHECK_EQ(grant.watch().Take().size(), 1);
    CHECK(FrameMemory() == MemoryWith({{eights, true, kGrant, last}}));
  }
}

}  // namespace minitalk::test
