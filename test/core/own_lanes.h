// A grant of this process for itself by lanes, whose signals are handed over
// one at a time, without the kernel's part.
#ifndef MINITALK_TEST_CORE_OWN_LANES_H_
#define MINITALK_TEST_CORE_OWN_LANES_H_

#include <vector>

#include "handler/minitalk/grant.h"
#include "handler/minitalk/lane.h"
#include "own_grant.h"

namespace minitalk::test {

class OwnLanes {
 public:
  // `count` data signals of the frame are there. The lanes are not settled.
  OwnLanes(Mode mode, uint32_t bits, uint32_t lanes, uint32_t count = 0)
      : own_(mode, bits, 64) {
    own_.claim().ClearGrant();
    CHECK_EQ(own_.claim().StartLanes(lanes).size(), lanes);
    for (uint32_t i = 0; i < lanes; ++i) lanes_.push_back(Lane{i, 0, 0});
    protocol.server.unsettled.store(lanes);
    Grant(mode, bits, kGrant, count);
  }

  // The next one, of as many lanes, or of so many of them.
  void Grant(Mode mode, uint32_t bits, uint32_t number, uint32_t count = 0,
             size_t of = 0) {
    number_ = number;
    eights_ = mode == Mode::kBit ? 0 : 1;
    CHECK_EQ(own_.claim().SetGrant(
                 {number, kSession, getpid(), getpid(), -1, bits, mode, -1,
                  count, static_cast<uint32_t>(of == 0 ? lanes_.size() : of)}),
             0);
  }

  // The client's first QUERY, to the main thread.
  void Choose(bool by_lanes = true, uint32_t cpu = LaneQuery::kNoCpu) {
    SayFirst(by_lanes, cpu);
    Reply(Word::kAnswer);
  }
  // With settled lanes, which are all started by that.
  void ChooseSettled() {
    SayFirst(true, LaneQuery::kNoCpu);
    std::vector<Word> replies;
    Await([&] {
      Take(&replies);
      return replies.size() >= 2;
    });
    CHECK_EQ(replies.size(), 2);
    CHECK_EQ(replies[0].kind, Word::kAck);
    CHECK_EQ(replies[0].grant, number_);
    CHECK_EQ(replies[0].count, 0);
    CHECK_EQ(replies[1].kind, Word::kAnswer);
    TakeWake(own_.channel());
  }
  bool Query(uint32_t lane, bool quiet, uint32_t question = 2) {
    const LaneQuery query{quiet, eights_, LaneQuery::kNoCpu};
    const Word word{Word::kQuery, kSession, question, number_, query.Value()};
    return TakeInLane(&lanes_[lane],
                      QueuedInfo(getpid(), getuid(), SIGUSR2, word.Value()));
  }
  // All that comes before the data.
  void Start() {
    Choose();
    for (uint32_t i = 0; i < lanes_.size(); ++i) CHECK(Query(i, true));
    ExpectAck(0);
  }

  bool Bit(uint32_t lane, int signo = SIGUSR1) {
    siginfo_t info = {};
    info.si_signo = signo;
    info.si_code = SI_TKILL;
    info.si_pid = getpid();
    return TakeInLane(&lanes_[lane], info);
  }
  // Of 8 bytes.
  bool Data(uint32_t lane, uint32_t number) {
    siginfo_t info = QueuedInfo(getpid(), getuid(), SIGUSR1, 0);
    PutPattern(&info, DataHeader{1, false, number_, number});
    return TakeInLane(&lanes_[lane], info);
  }

  // The next reply, and the only one.
  Word Reply(uint32_t kind) {
    std::vector<Word> replies;
    Await([&] {
      Take(&replies);
      return !replies.empty();
    });
    CHECK_EQ(replies.size(), 1);
    CHECK_EQ(replies[0].kind, kind);
    CHECK_EQ(replies[0].session, kSession);
    CHECK_EQ(replies[0].grant, number_);
    // A control word wakes.
    if (kind == Word::kAnswer) TakeWake(own_.channel());
    return replies[0];
  }
  void ExpectAck(uint32_t round) { CHECK_EQ(Reply(Word::kAck).count, round); }
  // Asks, and no other reply has been sent by then.
  void ExpectCount(uint32_t lane, uint32_t count) {
    CHECK(Query(lane, false, 77));
    const Word answer = Reply(Word::kAnswer);
    CHECK_EQ(answer.question, 77);
    CHECK_EQ(answer.count, count);
  }
  // Records of data so far, in order.
  const std::vector<Record>& records() {
    std::vector<Word> replies;
    Take(&replies);
    CHECK(replies.empty());
    return records_;
  }
  // The number of the data before each of these.
  std::vector<uint32_t> places() {
    std::vector<uint32_t> places;
    for (const Record& record : records()) {
      CHECK_EQ((record.tag - 1) & 4095, number_);
      places.push_back((record.tag - 1) >> 12);
    }
    return places;
  }

  OwnGrant& own() { return own_; }
  Server& claim() { return own_.claim(); }

 private:
  void SayFirst(bool by_lanes, uint32_t cpu) {
    const LaneQuery query{false, eights_, cpu};
    CHECK(own_.Handle(SIGUSR2, Word{Word::kQuery, kSession, 1, number_,
                                    by_lanes ? query.Value() : 0}));
  }

  void Take(std::vector<Word>* replies) {
    for (const Record& record : own_.watch().Take()) {
      if (record.tag != 0) {
        records_.push_back(record);
      } else {
        replies->push_back(Word::Parse(record.value));
      }
    }
  }

  OwnGrant own_;
  std::vector<Lane> lanes_;
  std::vector<Record> records_;
  uint32_t number_ = kGrant;
  uint32_t eights_ = 0;
};

}  // namespace minitalk::test

#endif  // MINITALK_TEST_CORE_OWN_LANES_H_
