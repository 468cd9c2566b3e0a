// What a lane takes, when, and what is replied: docs/protocol.md, section 9.
#include "handler/minitalk/lane.h"

#include <errno.h>
#include <unistd.h>

#include <vector>

#include "check.h"
#include "core/signals/waiting.h"
#include "own_lanes.h"

namespace minitalk::test {

namespace {

using Places = std::vector<uint32_t>;

// All of a frame of as many bits as it has lanes.
void TakeRound(OwnLanes* lanes, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) CHECK(lanes->Bit(i));
  lanes->ExpectAck(1);
  CHECK_EQ(lanes->claim().ClearGrant(), count);
}

}  // namespace

TEST("lanes take a round each in turn, and its last one acknowledges it") {
  OwnLanes lanes(Mode::kBit, 8, 3);
  lanes.Start();
  const uint32_t orders[][3] = {{2, 0, 1}, {0, 1, 2}};
  for (uint32_t round = 1; round <= 2; ++round) {
    for (uint32_t i = 0; i < 3; ++i) {
      const uint32_t lane = orders[round - 1][i];
      CHECK(lanes.Bit(lane, lane == 1 ? SIGUSR2 : SIGUSR1));
      if (i < 2) lanes.ExpectCount(lane, round);  // and no ACK
    }
    lanes.ExpectAck(round);
  }
  CHECK(lanes.places() == (Places{2, 0, 1, 3, 4, 5}));
  for (const Record& record : lanes.records()) {
    CHECK_EQ(record.signo,
             (record.tag - 1) >> 12 == 1 || (record.tag - 1) >> 12 == 4
                 ? SIGUSR2
                 : SIGUSR1);
    CHECK_EQ(record.code, SI_TKILL);
    CHECK_EQ(record.pid, getpid());
  }
}

TEST("settled lanes take the first round's data as soon as it is answered") {
  OwnLanes lanes(Mode::kBit, 3, 3);
  lanes.Start();
  TakeRound(&lanes, 3);
  lanes.Grant(Mode::kBit, 5, 8);
  lanes.ChooseSettled();
  CHECK(lanes.Bit(1));
  CHECK(!lanes.Bit(1));
  // A client to which that was lost starts them, and asks.
  for (uint32_t i = 0; i < 3; ++i) CHECK(lanes.Query(i, true));
  lanes.ExpectCount(0, 0);
  lanes.ExpectCount(1, 1);
  CHECK(lanes.Bit(0));
  CHECK(lanes.Bit(2));
  lanes.ExpectAck(1);
  CHECK(lanes.Bit(0));
  CHECK(lanes.Bit(1));
  lanes.ExpectAck(2);
  CHECK_EQ(lanes.claim().ClearGrant(), 5);
}

TEST(
    "lanes are settled by a whole frame that all had a part in, and no other") {
  OwnLanes lanes(Mode::kBit, 3, 3);
  CHECK(!lanes.claim().AreLanesSettled());
  lanes.Start();
  TakeRound(&lanes, 3);
  CHECK(lanes.claim().AreLanesSettled());

  lanes.Grant(Mode::kBit, 4, 8);  // one that is taken back
  lanes.ChooseSettled();
  CHECK(!lanes.claim().AreLanesSettled());
  for (uint32_t i = 0; i < 3; ++i) CHECK(lanes.Bit(i));
  lanes.ExpectAck(1);
  CHECK_EQ(lanes.claim().ClearGrant(), 3);
  CHECK(!lanes.claim().AreLanesSettled());

  lanes.Grant(Mode::kBit, 2, 9, 0, 2);  // of two lanes
  lanes.Choose();
  for (uint32_t i = 0; i < 2; ++i) CHECK(lanes.Query(i, true));
  lanes.ExpectAck(0);
  TakeRound(&lanes, 2);
  CHECK(!lanes.claim().AreLanesSettled());

  lanes.Grant(Mode::kBit, 3, 10);
  lanes.Start();
  TakeRound(&lanes, 3);
  CHECK(lanes.claim().AreLanesSettled());

  lanes.Grant(Mode::kBit, 3, 11);  // without lanes
  lanes.Choose(false);
  CHECK(lanes.claim().AreLanesSettled());
}

TEST("a late bit in a settled lane is none before the grant is started") {
  OwnLanes lanes(Mode::kBit, 3, 3);
  lanes.Start();
  TakeRound(&lanes, 3);
  lanes.Grant(Mode::kBit, 3, 8);
  CHECK(!lanes.Bit(0));
  lanes.ChooseSettled();
  TakeRound(&lanes, 3);
}

TEST("the last round may have fewer, and of the other lanes none takes part") {
  OwnLanes lanes(Mode::kBit, 5, 3);
  lanes.Start();
  for (uint32_t i = 0; i < 3; ++i) CHECK(lanes.Bit(i));
  lanes.ExpectAck(1);
  CHECK(!lanes.Bit(2));
  CHECK(lanes.Bit(1));
  CHECK(!lanes.claim().IsFrameWhole());
  CHECK(!lanes.own().IsWoken());
  CHECK(lanes.Bit(0));
  lanes.ExpectAck(2);
  CHECK(lanes.own().IsWoken());
  CHECK(lanes.claim().IsFrameWhole());
  CHECK(lanes.places() == (Places{0, 1, 2, 4, 3}));
  for (uint32_t i = 0; i < 3; ++i) CHECK(!lanes.Bit(i));
  CHECK_EQ(lanes.claim().ClearGrant(), 5);
  CHECK(lanes.claim().IsFrameWhole());
}

TEST("a lane takes one bit in a round, and none before all have theirs") {
  OwnLanes lanes(Mode::kBit, 100, 2);
  lanes.Start();
  CHECK(lanes.Bit(0));
  CHECK(!lanes.Bit(0));
  CHECK(!lanes.Bit(0, SIGUSR2));
  lanes.ExpectCount(0, 1);
  lanes.ExpectCount(1, 0);
  CHECK(lanes.Bit(1));
  lanes.ExpectAck(1);
  CHECK(lanes.Bit(1));
  CHECK(!lanes.Bit(1));
  CHECK(lanes.places() == (Places{0, 1, 3}));
}

TEST("no data are taken before every lane was started, by a QUERY of its own") {
  for (const bool quiet : {true, false}) {
    OwnLanes lanes(Mode::kBit, 100, 2);
    lanes.Choose();
    CHECK(!lanes.Bit(0));
    CHECK(lanes.Query(0, true));
    CHECK(lanes.Query(0, true));  // counts once
    CHECK(!lanes.Bit(0));
    CHECK(!lanes.Bit(1));
    CHECK(lanes.records().empty());
    CHECK(lanes.Query(1, quiet));
    if (quiet) {
      lanes.ExpectAck(0);
    } else {
      std::vector<Word> replies = lanes.own().Replies(2);
      CHECK_EQ(replies[0].kind, Word::kAck);
      CHECK_EQ(replies[1].kind, Word::kAnswer);
      CHECK_EQ(replies[1].count, 0);
    }
    CHECK(lanes.Bit(0));
    CHECK(lanes.Bit(1));
    lanes.ExpectAck(1);
  }
}

TEST("a lane that an earlier grant has started is not started") {
  OwnLanes lanes(Mode::kBit, 100, 2);
  lanes.Start();
  lanes.claim().ClearGrant();
  CHECK(!lanes.Bit(0));
  CHECK(!lanes.Query(0, true));
  lanes.Grant(Mode::kBit, 100, 6);
  CHECK(!lanes.Query(0, true));  // not by lanes, yet
  lanes.Choose();
  CHECK(!lanes.Bit(0));
  CHECK(lanes.Query(1, true));
  CHECK(!lanes.Bit(0));
  CHECK(!lanes.Bit(1));
  lanes.ExpectCount(1, 0);
  CHECK(lanes.Query(0, true));
  lanes.ExpectAck(0);
  CHECK(lanes.Bit(0));
  CHECK(lanes.places() == (Places{0}));
}

TEST("a grant that goes on counts what was there, in its numbers alone") {
  OwnLanes lanes(Mode::kBit, 8, 2, 3);
  lanes.Choose();
  for (uint32_t i = 0; i < 2; ++i) CHECK(lanes.Query(i, true));
  lanes.ExpectAck(0);
  CHECK_EQ(lanes.claim().GrantCount(), 3);
  for (uint32_t i = 0; i < 2; ++i) CHECK(lanes.Bit(i));
  lanes.ExpectAck(1);
  CHECK_EQ(lanes.claim().GrantCount(), 5);
  CHECK(lanes.Bit(1));
  lanes.ExpectCount(1, 2);
  CHECK(lanes.places() == (Places{3, 4, 6}));
  // Nothing of the round that is not over.
  CHECK_EQ(lanes.claim().ClearGrant(), 5);
}

TEST(
    "a grant by lanes that is withdrawn before its data keeps what was there") {
  for (const bool starts : {false, true}) {
    OwnLanes lanes(Mode::kBit, 8, 2, 3);
    if (starts) lanes.Choose();
    CHECK_EQ(lanes.claim().ClearGrant(), 3);
    CHECK(lanes.claim().IsFrameWhole() != starts);
  }
}

TEST("who asks first chooses: without the bit of lanes they take nothing") {
  OwnLanes lanes(Mode::kBit, 8, 2);
  CHECK_EQ(lanes.claim().GrantLanes(), 0);
  lanes.Choose(false);
  CHECK_EQ(lanes.claim().GrantLanes(), 0);
  lanes.Choose(true);  // too late
  CHECK_EQ(lanes.claim().GrantLanes(), 0);
  CHECK(!lanes.Query(0, true));
  CHECK(!lanes.Bit(0));
  CHECK(lanes.own().Bit());
  lanes.ExpectAck(1);
  CHECK(lanes.places() == (Places{0}));
}

TEST(
    "who asks first chooses: with the bit of lanes the main thread takes "
    "none") {
  for (const Mode mode : {Mode::kBit, Mode::kWord}) {
    OwnLanes lanes(mode, 64 * 8, 2);
    lanes.Choose(true);
    CHECK_EQ(lanes.claim().GrantLanes(), 2);
    lanes.Choose(false);  // too late
    CHECK_EQ(lanes.claim().GrantLanes(), 2);
    CHECK(lanes.Query(0, true));
    CHECK(lanes.Query(1, true));
    lanes.ExpectAck(0);
    CHECK(mode == Mode::kBit
              ? !lanes.own().Bit()
              : !lanes.own().Handle(SIGUSR1, DataHeader{1, true, kGrant, 1}));
    const std::vector<Record> strays = lanes.own().watch().Take();
    CHECK_EQ(strays.size(), 1);
    CHECK_EQ(strays[0].tag, 0);
    CHECK_EQ(lanes.claim().GrantCount(), 0);
  }
}

TEST("lanes that were not offered are not opened, whatever a QUERY says") {
  OwnGrant own(Mode::kBit, 8);
  own.claim().StartLanes(2);
  const LaneQuery query{false, 0, 0};
  CHECK(own.Handle(SIGUSR2,
                   Word{Word::kQuery, kSession, 1, kGrant, query.Value()}));
  CHECK_EQ(own.Replies(1)[0].kind, Word::kAnswer);
  CHECK_EQ(own.claim().GrantLanes(), 0);
  CHECK(own.Bit());
  CHECK_EQ(own.Replies(1)[0].count, 1);
}

TEST("bits of another process, and plain kills, are none in a lane") {
  OwnLanes lanes(Mode::kBit, 8, 2);
  lanes.Start();
  Lane lane = {0, lanes.own().grant()->serial.load(), 1};
  siginfo_t info = {};
  info.si_signo = SIGUSR1;
  info.si_pid = getpid();
  info.si_code = SI_USER;
  CHECK(!TakeInLane(&lane, info));
  info.si_code = SI_TKILL;
  info.si_pid = getppid();
  CHECK(!TakeInLane(&lane, info));
  // It knows the session, but is not the grant's process.
  const LaneQuery query{false, 0, 0};
  const Word word{Word::kQuery, kSession, 1, kGrant, query.Value()};
  CHECK(!TakeInLane(&lane, QueuedInfo(getppid(), 0, SIGUSR2, word.Value())));
  CHECK(lanes.records().empty());
  info.si_pid = getpid();
  CHECK(TakeInLane(&lane, info));
}

TEST("a QUERY without the bit of lanes is none of a lane's") {
  OwnLanes lanes(Mode::kBit, 8, 2);
  lanes.Choose();
  Lane lane = {0, 0, 0};
  const Word word{Word::kQuery, kSession, 1, kGrant, 0};
  CHECK(!TakeInLane(&lane, QueuedInfo(getpid(), 0, SIGUSR2, word.Value())));
  CHECK_EQ(lane.serial, 0);
}

TEST("a data word counts only where its number is the one whose turn it is") {
  OwnLanes lanes(Mode::kWord, 64 * 5, 2);
  lanes.Start();
  for (const uint32_t wrong : {2u, 3u, 5u, 0xffffu}) {
    CHECK(lanes.Data(0, wrong));
  }
  lanes.ExpectCount(0, 0);
  CHECK(FrameMemory() == MemoryWith({}));
  CHECK(lanes.Data(0, 1));
  CHECK(!lanes.Data(0, 1));  // not its turn
  CHECK(lanes.Data(1, 2));
  lanes.ExpectAck(1);
  CHECK(lanes.Data(1, 2));  // late, and none
  lanes.ExpectCount(1, 1);
  CHECK(lanes.Data(1, 4));
  CHECK(FrameMemory() ==
        MemoryWith({{1, false, 0, 1}, {1, false, 0, 2}, {1, false, 0, 4}}));
  CHECK_EQ(lanes.claim().ClearGrant(), 2);
  CHECK(lanes.records().empty());
}

TEST("a data word of another grant, width or mode is none of a lane's") {
  OwnLanes lanes(Mode::kWord, 64 * 5, 2);
  lanes.Start();
  Lane lane = {0, lanes.own().grant()->serial.load(), 1};
  const auto takes = [&](const DataHeader& header, int signo = SIGUSR1) {
    siginfo_t info = QueuedInfo(getpid(), getuid(), signo, 0);
    PutPattern(&info, header);
    return TakeInLane(&lane, info);
  };
  CHECK(!takes({1, false, kGrant + 1, 1}));
  CHECK(!takes({3, false, kGrant, 1}));
  CHECK(!takes({2, false, kGrant, 1}));
  CHECK(!takes({1, false, kGrant, 1}, SIGUSR2));
  CHECK(!lanes.Bit(0));
  CHECK_EQ(lane.next, 1);
  CHECK(FrameMemory() == MemoryWith({}));
  CHECK(takes({1, false, kGrant, 1}));
}

TEST("words of the last round are recorded, and the frame is whole with all") {
  OwnLanes lanes(Mode::kWord, 64 * 3 + 1, 3);
  lanes.Start();
  for (uint32_t i = 0; i < 3; ++i) CHECK(lanes.Data(i, i + 1));
  lanes.ExpectAck(1);
  CHECK(lanes.records().empty());
  CHECK(!lanes.claim().IsFrameWhole());
  CHECK(!lanes.own().IsWoken());
  CHECK(lanes.Data(0, 4));
  lanes.ExpectAck(2);
  CHECK(lanes.places() == (Places{3}));
  CHECK(lanes.claim().IsFrameWhole());
  CHECK(lanes.own().IsWoken());
}

TEST("a frame of words is whole only when the lanes before have theirs, too") {
  OwnLanes lanes(Mode::kWord, 64 * 2, 2);
  lanes.Start();
  CHECK(lanes.Data(1, 2));
  CHECK(lanes.places() == (Places{1}));
  CHECK(!lanes.claim().IsFrameWhole());
  CHECK_EQ(lanes.claim().GrantCount(), 0);
  CHECK(!lanes.own().IsWoken());
  CHECK(lanes.Data(0, 1));
  lanes.ExpectAck(1);
  CHECK(lanes.claim().IsFrameWhole());
  CHECK(lanes.own().IsWoken());
}

TEST("what finds no room in the ring is not taken, until there is some") {
  for (const Mode mode : {Mode::kBit, Mode::kWord}) {
    OwnLanes lanes(mode, mode == Mode::kBit ? 2 : 128, 2);
    lanes.Start();
    lanes.own().watch().Take();
    TakeWake(lanes.own().channel());
    while (Ring::Slot* slot = lanes.own().channel()->ring.Claim()) {
      slot->record = {};
      Ring::Publish(slot);
    }
    CHECK(mode == Mode::kBit ? lanes.Bit(0) : lanes.Data(0, 1));
    CHECK(lanes.own().IsWoken());
    CHECK_EQ(lanes.own().watch().Take().size(), 64);
    lanes.ExpectCount(0, 0);
    CHECK(FrameMemory() == MemoryWith({}));
    CHECK(mode == Mode::kBit ? lanes.Bit(0) : lanes.Data(0, 1));
    lanes.ExpectCount(0, 1);
    CHECK(lanes.places() == (Places{0}));
  }
}

TEST("a loop whose ring fills up is woken by lanes' bits") {
  OwnLanes lanes(Mode::kBit, 4'000, 2);
  lanes.Start();
  const SignalsBlocked blocked;  // ACKs would be records, too
  uint32_t taken = 0;
  while (!lanes.own().IsWoken()) {
    CHECK(lanes.Bit(taken % 2));
    ++taken;
    CHECK(taken < 64);
  }
  CHECK(taken > 8);
}

TEST("lanes are placed where the client says, as long as that is wanted") {
  const auto cpu = [] { return protocol.server.lane_cpu.load(); };
  OwnLanes lanes(Mode::kBit, 8, 2);
  CHECK_EQ(cpu(), -1);
  lanes.Choose(true, 3);
  CHECK_EQ(cpu(), -1);
  CHECK_EQ(lanes.claim().Place(1, true), 0);
  CHECK_EQ(cpu(), 3);
  CHECK_EQ(lanes.claim().Place(1, false), 0);
  CHECK_EQ(cpu(), -1);
  for (const bool has_cpu : {true, false}) {
    CHECK_EQ(lanes.claim().SetGrant({6, kSession, getpid(), getpid(), -1, 8,
                                     Mode::kBit, 1, 0, 2, true}),
             0);
    const LaneQuery query{false, 0, has_cpu ? 7 : LaneQuery::kNoCpu};
    lanes.own().Handle(SIGUSR2,
                       Word{Word::kQuery, kSession, 1, 6, query.Value()});
    CHECK_EQ(cpu(), has_cpu ? 7 : -1);
  }
}

TEST("a grant names no more lanes than there are, and they outlive it") {
  OwnGrant own(Mode::kBit, 8);
  GrantRequest request{6, kSession, getpid(), getpid(), -1, 8};
  request.lanes = 2;
  CHECK_EQ(own.claim().SetGrant(request), -EINVAL);
  CHECK_EQ(own.claim().StartLanes(2).size(), 2);
  CHECK_EQ(own.claim().SetGrant(request), 0);
  CHECK_EQ(own.claim().EndLanes(), -EBUSY);
  own.claim().ClearGrant();
  CHECK_EQ(own.claim().EndLanes(), 0);
  CHECK_EQ(own.claim().SetGrant(request), -EINVAL);
}

TEST("a grant of many that were by lanes before is not by lanes by itself") {
  OwnLanes lanes(Mode::kBit, 8, 2);
  // Each place in the pool, and the first once more.
  for (uint32_t number = 6; number <= 6 + kGrantPool; ++number) {
    lanes.Choose();
    CHECK_EQ(lanes.claim().GrantLanes(), 2);
    lanes.Grant(Mode::kBit, 8, number);
  }
  lanes.Choose(false);
  CHECK_EQ(lanes.claim().GrantLanes(), 0);
  CHECK(lanes.own().Bit());
  lanes.ExpectAck(1);
}

TEST("a lane that the grant does not name is not started") {
  OwnLanes lanes(Mode::kBit, 8, 3);
  CHECK_EQ(lanes.claim().SetGrant(
               {6, kSession, getpid(), getpid(), -1, 8, Mode::kBit, -1, 0, 2}),
           0);
  const LaneQuery query{false, 0, LaneQuery::kNoCpu};
  const Word word{Word::kQuery, kSession, 1, 6, query.Value()};
  CHECK(lanes.own().Handle(SIGUSR2, word));
  CHECK_EQ(lanes.claim().GrantLanes(), 2);
  Lane third = {2, 0, 0};
  CHECK(!TakeInLane(&third, QueuedInfo(getpid(), 0, SIGUSR2, word.Value())));
  CHECK_EQ(third.serial, 0);
}

}  // namespace minitalk::test
