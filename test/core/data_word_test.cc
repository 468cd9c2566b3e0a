// Data words that the server's handler takes: where it puts what they carry,
// and what it replies.
#include "handler/minitalk/data_word.h"

#include <atomic>
#include <thread>
#include <vector>

#include "check.h"
#include "core/minitalk/server.h"
#include "handler/minitalk/grant.h"
#include "raw_client.h"
#include "word_grant.h"

namespace minitalk::test {

TEST("data words lie in their places, and are acknowledged when they ask") {
  for (const Way& way : kWays) {
    for (const uint32_t eights : {1u, 3u}) {
      const DataHeader quiet{eights, false, kGrant, 1};
      const DataHeader asking{eights, true, kGrant, 2};
      const Left left = Under(way.mode, 100, [&](RawClient* raw) {
        raw->Ask(1, kGrant, 0, way.query);
        raw->SendData(way.data, quiet);
        raw->Ask(2, kGrant, 1, way.query);
        raw->SendData(way.data, asking);
        raw->ExpectAck(kGrant, 2);
        raw->Ask(3, kGrant, 2, way.query);
      });
      CHECK_EQ(left.count, 2);
      CHECK_EQ(left.records.size(), 0);
      CHECK(left.memory == MemoryWith({quiet, asking}));
    }
  }
}

TEST("a word beyond a hole, or taken before, is not counted nor recorded") {
  for (const Way& way : kWays) {
    const DataHeader first{1, true, kGrant, 1};
    const Left left = Under(way.mode, 100, [&](RawClient* raw) {
      raw->Ask(1, kGrant, 0, way.query);
      raw->SendData(way.data, {1, true, kGrant, 2});
      raw->Ask(2, kGrant, 0, way.query);
      raw->SendData(way.data, first);
      raw->ExpectAck(kGrant, 1);
      // The same place, but with what 24 bytes would carry there.
      raw->SendData(way.data, {3, true, kGrant, 1});
      raw->Ask(3, kGrant, 1, way.query);
      raw->SendData(way.data, {1, true, kGrant, 3});
      raw->Ask(4, kGrant, 1, way.query);
    });
    CHECK_EQ(left.count, 1);
    CHECK_EQ(left.records.size(), 0);
    CHECK(left.memory == MemoryWith({first}));
  }
}

TEST("the last word of a frame leaves its record and wakes the server") {
  for (const Way& way : kWays) {
    Shared<Stage> stage;
    Child client([&] {
      RawClient raw(stage.get(), kSession);
      stage->AwaitStep(1);
      raw.Ask(1, 4095, 0, way.query);
      stage->Reach(2);
      stage->AwaitStep(3);
      raw.SendData(way.data, {1, false, 4095, 1});
      raw.Ask(2, 4095, 1, way.query);
      stage->Reach(4);
      stage->AwaitStep(5);
      raw.SendData(way.data, {1, true, 4095, 2});
      raw.ExpectAck(4095, 2);
    });
    RawServer server(stage.get());
    server.Grant(4095, kSession, client.pid(), 8 * 9, -1, way.mode);
    stage->Reach(1);
    stage->AwaitStep(2);
    TakeWake(server.watch().channel());
    stage->Reach(3);
    stage->AwaitStep(4);
    const int fd = WakeFd(server.watch().channel());
    CHECK(!IsReadable(fd, 10));
    CHECK_EQ(server.watch().Take().size(), 0);
    stage->Reach(5);
    CHECK(IsReadable(fd, 5000));
    client.Join();
    const std::vector<Record> records = server.watch().Take();
    CHECK_EQ(records.size(), 1);
    CHECK_EQ(records[0].tag, DataTag(4095, 1));
    CHECK_EQ(records[0].signo, way.data);
    CHECK_EQ(records[0].pid, client.pid());
  }
}

TEST("a full ring withholds the last word and its ACK until it is drained") {
  for (const Way& way : kWays) {
    Shared<Stage> stage;
    Child client([&] {
      RawClient raw(stage.get(), kSession);
      stage->AwaitStep(1);
      raw.Ask(1, kGrant, 0, way.query);
      raw.SendData(way.data, {1, false, kGrant, 1});
      raw.Ask(2, kGrant, 1, way.query);
      raw.SendData(way.data, {1, true, kGrant, 2});
      raw.Ask(3, kGrant, 1, way.query);
      stage->Reach(2);
      stage->AwaitStep(3);
      raw.SendData(way.data, {1, true, kGrant, 2});
      raw.ExpectAck(kGrant, 2);
    });
    RawServer server(stage.get(), 64);
    for (int i = 0; i < 64; ++i) raise(SIGUSR1);
    server.Grant(kGrant, kSession, client.pid(), 8 * 16, -1, way.mode);
    stage->Reach(1);
    stage->AwaitStep(2);
    CHECK_EQ(server.watch().Take().size(), 64);
    CHECK_EQ(server.watch().Lost(way.data), 0);
    stage->Reach(3);
    client.Join();
    const std::vector<Record> records = server.watch().Take();
    CHECK_EQ(records.size(), 1);
    CHECK_EQ(records[0].tag, DataTag(kGrant, 1));
    CHECK_EQ(records[0].sequence, 64);  // a word not taken leaves no gap
  }
}

TEST("in burst mode QUERY is answered on both its signals") {
  const Left left = Under(Mode::kBurst, 100, [](RawClient* raw) {
    raw->Ask(1, kGrant, 0, SIGUSR2);
    raw->Ask(2, kGrant, 0, kBurstSignal);
  });
  CHECK_EQ(left.count, 0);
  CHECK_EQ(left.records.size(), 0);
}

TEST("the frame is copied in the length asked for and no more") {
  KernellessGrant grant(8 * 24);
  const DataHeader word{3, true, kGrant, 1};
  grant.Handle(word);
  for (size_t size = 0; size <= 24; ++size) {
    std::vector<uint8_t> out(32, 0xee);
    grant.claim().CopyFrame(out.data(), size);
    for (size_t i = 0; i < out.size(); ++i) {
      CHECK_EQ(out[i], i < size ? Pattern(word, i) : 0xee);
    }
  }
}

TEST("a frame whose words several threads handle at once takes each once") {
  for (uint64_t round = Rounds(500); round > 0; --round) {
    KernellessGrant grant(8 * 24);
    std::atomic<int> ready{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back([&] {
        ready.fetch_add(1);
        while (ready.load() < 2) {
        }
        for (uint32_t number = 1; number <= 3; ++number) {
          grant.Handle({1, true, kGrant, number});
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK_EQ(grant.GrantCount(), 3);
    size_t counted = 0;
    for (const Record& record : grant.watch().Take()) {
      counted += record.tag != 0;
    }
    CHECK_EQ(counted, 1);
    CHECK(FrameMemory() == MemoryWith({{1, true, kGrant, 1},
                                       {1, true, kGrant, 2},
                                       {1, true, kGrant, 3}}));
  }
}

}  // namespace minitalk::test
