// What the handler replies, when it does so, and what it makes of replies.
#include <errno.h>

#include "check.h"
#include "core/minitalk/transmit.h"
#include "handler/minitalk/protocol.h"
#include "handler/signals/status.h"
#include "own_grant.h"

namespace minitalk::test {

namespace {

void CheckWord(const Word& word, uint32_t kind, uint32_t question,
               uint32_t count) {
  CHECK_EQ(word.kind, kind);
  CHECK_EQ(word.session, kSession);
  CHECK_EQ(word.question, question);
  CHECK_EQ(word.grant, kGrant);
  CHECK_EQ(word.count, count);
}

// As if nothing had been replied for longer than a client is trusted.
void LetPause(OwnGrant* own) { own->grant()->last_reply.store(1); }

}  // namespace

TEST("a reply says whose it is as the process's own pid and uid") {
  OwnGrant own(Mode::kBit, 8);
  const uid_t uid = state.owner_uid.load();
  state.owner_uid.store(uid + 7);  // a queued signal says this of itself
  own.Handle(SIGUSR2, Word{Word::kQuery, kSession, 9, kGrant, 0});
  state.owner_uid.store(uid);
  const Record record = own.watch().Take(1)[0];
  CHECK_EQ(record.signo, SIGUSR2);
  CHECK_EQ(record.pid, getpid());
  CHECK_EQ(record.uid, uid + 7);
  CheckWord(Word::Parse(record.value), Word::kAnswer, 9, 0);
}

TEST("a question is answered again and again, with the present count") {
  OwnGrant own(Mode::kBit, 8);
  for (uint32_t question : {1u, 1u, 4095u}) {
    own.Handle(SIGUSR2, Word{Word::kQuery, kSession, question, kGrant, 0});
    CheckWord(own.Replies(1)[0], Word::kAnswer, question, 0);
  }
  own.Bit();
  CheckWord(own.Replies(1)[0], Word::kAck, 0, 1);
  own.Handle(SIGUSR2, Word{Word::kQuery, kSession, 2, kGrant, 0});
  CheckWord(own.Replies(1)[0], Word::kAnswer, 2, 1);
}

TEST("only the grant's process, session and number make a question its") {
  OwnGrant own(Mode::kBit, 8);
  CHECK(!own.Handle(SIGUSR2, Word{Word::kQuery, kSession, 1, kGrant, 0},
                    getppid()));
  CHECK(!own.Handle(SIGUSR2, Word{Word::kQuery, kSession + 1, 1, kGrant, 0}));
  CHECK(!own.Handle(SIGUSR2, Word{Word::kQuery, kSession, 1, kGrant + 1, 0}));
  CHECK(!own.Handle(SIGUSR1, Word{Word::kQuery, kSession, 1, kGrant, 0}));
  CHECK_EQ(own.claim().GrantCount(), -1);
  CHECK_EQ(own.watch().Take(4).size(), 4);  // none is lost, none is answered
  CHECK_EQ(own.watch().Take().size(), 0);
  CHECK(own.Handle(SIGUSR2, Word{Word::kQuery, kSession, 1, kGrant, 0}));
  CHECK_EQ(own.claim().GrantCount(), 0);
  CHECK(own.Handle(kBurstSignal, Word{Word::kQuery, kSession, 1, kGrant, 0}));
  own.claim().ClearGrant();
  CHECK(!own.Handle(SIGUSR2, Word{Word::kQuery, kSession, 1, kGrant, 0}));
}

TEST("after a pause a client of unknown status is replied to all the same") {
  OwnGrant own(Mode::kBit, 8);
  own.Start();
  LetPause(&own);
  own.Bit();
  CheckWord(own.Replies(1)[0], Word::kAck, 0, 1);
}

TEST("after a pause the client is looked at, and each reply ends the pause") {
  OwnGrant own(Mode::kBit, 8);
  own.Start();
  const int catching = OpenStatus(getpid(), ThreadId());
  Grant* grant = own.grant();
  grant->status.store(catching);
  const uint64_t before = Now();
  LetPause(&own);
  own.Bit();
  CheckWord(own.Replies(1)[0], Word::kAck, 0, 1);
  CHECK(grant->last_reply.load() >= before);
  close(catching);  // nobody can look: no reply
  LetPause(&own);
  own.Bit();
  CHECK_EQ(grant->last_reply.load(), 1);  // and the next time again
  grant->status.store(-1);
  own.Bit();
  CheckWord(own.Replies(1)[0], Word::kAck, 0, 3);
}

TEST("ACKs that are deferred are owed, but for that of the last bit") {
  OwnGrant own(Mode::kBit, 3);
  own.Start();
  protocol.server.defers_acks.store(true);
  own.Bit();
  own.Bit(SIGUSR2);
  CHECK(own.grant()->owes_ack.load());
  CHECK_EQ(own.Replies(0).size(), 0);
  PayAck(own.grant());
  CheckWord(own.Replies(1)[0], Word::kAck, 0, 2);
  PayAck(own.grant());  // nothing is owed any more
  own.Bit();
  CheckWord(own.Replies(1)[0], Word::kAck, 0, 3);
  CHECK(!own.grant()->owes_ack.load());
  CHECK_EQ(own.data(), 3);
}

TEST("and of the last data word; one that does not ask is owed none") {
  for (const uint32_t eights : {1u, 3u}) {
    OwnGrant own(Mode::kBurst, 3 * 64 * eights);
    own.Start();
    CHECK(protocol.server.defers_acks.load());  // as with each grant for bursts
    own.Handle(kBurstSignal, DataHeader{eights, false, kGrant, 1});
    CHECK(!own.grant()->owes_ack.load());
    own.Handle(kBurstSignal, DataHeader{eights, true, kGrant, 2});
    CHECK(own.grant()->owes_ack.load());
    CHECK_EQ(own.Replies(0).size(), 0);
    own.Handle(kBurstSignal, DataHeader{eights, true, kGrant, 3});
    CheckWord(own.Replies(1)[0], Word::kAck, 0, 3);
    CHECK_EQ(own.data(), 1);
  }
}

TEST("the first data wake a loop that is parked, and no others do") {
  for (const Mode mode : {Mode::kBit, Mode::kWord}) {
    OwnGrant own(mode, 64 * 8);
    own.Start();
    const auto send = [&](uint32_t number) {
      if (mode == Mode::kBit) {
        own.Bit();
      } else {
        own.Handle(SIGUSR1, DataHeader{1, true, kGrant, number});
      }
      own.Replies(1);
    };
    CHECK(!protocol.server.parked.load());
    send(1);
    CHECK(!own.IsWoken());
    protocol.server.parked.store(true);
    send(2);
    CHECK(own.IsWoken());
    CHECK(!protocol.server.parked.load());
    TakeWake(own.channel());
    send(3);
    CHECK(!own.IsWoken());
  }
}

TEST("a ring that is half full of bits wakes a loop that only polls") {
  OwnGrant own(Mode::kBit, 1'000, 64);
  own.Start();
  own.grant()->thread.store(KernellessGrant::kNobody);  // no reply is recorded
  for (int i = 0; i < 31; ++i) own.Bit();
  CHECK(!own.IsWoken());
  own.Bit();
  CHECK(own.IsWoken());
}

TEST(
    "a bit or a last word that finds no room wakes the loop, and is not lost") {
  for (const Mode mode : {Mode::kBit, Mode::kWord}) {
    OwnGrant own(mode, 64, 64);
    own.Start();
    while (own.channel()->ring.Claim() != nullptr) {
    }
    if (mode == Mode::kBit) {
      CHECK(own.Bit());
    } else {
      CHECK(own.Handle(SIGUSR1, DataHeader{1, true, kGrant, 1}));
    }
    CHECK(own.IsWoken());
    CHECK_EQ(own.claim().GrantCount(), 0);
    CHECK_EQ(own.watch().Lost(SIGUSR1), 0);
  }
}

TEST("a bit too many is a stray for all who watch the signal") {
  OwnGrant own(Mode::kBit, 1);
  own.Start();
  Watch other({SIGUSR1}, After::kStop);
  CHECK(own.Bit());
  own.Replies(1);
  other.Take();
  CHECK(!own.Bit());
  CHECK_EQ(other.Take(1)[0].code, SI_TKILL);
}

TEST("a channel that has closed under its grant takes no data") {
  int error = 0;
  Channel* channel = OpenChannel(64, &error);
  Watch watch({SIGUSR1, SIGUSR2}, After::kStop);
  Server server;
  CHECK_EQ(server.Claim(channel), 0);
  const pid_t peer = KernellessGrant::kNobody;
  for (const Mode mode : {Mode::kBit, Mode::kWord}) {
    CHECK_EQ(server.SetGrant({kGrant, kSession, peer, peer, -1, 64, mode}), 0);
    protocol.server.current.load()->started.store(true);
    protocol.server.parked.store(false);
    if (mode == Mode::kBit) CloseChannel(channel);
    siginfo_t info = QueuedInfo(peer, 0, SIGUSR1, 0);
    if (mode == Mode::kBit) {
      info.si_code = SI_TKILL;
    } else {
      PutPattern(&info, {1, true, kGrant, 1});
    }
    CHECK(!TakeSignal(info, nullptr));
    CHECK_EQ(watch.Take(1).size(), 1);
    CHECK_EQ(server.GrantCount(), 0);
  }
}

TEST("a reply is its line's when session and process are, and no other's") {
  Watch watch({SIGUSR1, SIGUSR2}, After::kStop);
  const pid_t peer = KernellessGrant::kNobody;
  const auto handle = [&](pid_t pid, int signo, const Word& word) {
    return TakeSignal(QueuedInfo(pid, 0, signo, word.Value()), nullptr);
  };
  Transmitter lines[3];
  const uint8_t byte = 1;
  for (uint32_t i = 0; i < 3; ++i) {
    CHECK_EQ(lines[i].Open(peer, peer, -1), 0);
    CHECK_EQ(lines[i].Begin(Frame{kSession + i, kGrant, &byte, 1}), 0);
  }
  const Word ack{Word::kAck, kSession + 1, 0, kGrant, 3};
  const Word answer{Word::kAnswer, kSession + 2, 1, kGrant, 4};
  CHECK(handle(peer, SIGUSR1, ack));
  CHECK(handle(peer, SIGUSR2, answer));
  for (uint32_t i = 0; i < 3; ++i) {
    CHECK(protocol.lines[i].ack.load() == (i == 1 ? ack.Value() : 0));
    CHECK(protocol.lines[i].answer.load() == (i == 2 ? answer.Value() : 0));
  }
  const Word other{Word::kAck, kSession + 3, 0, kGrant, 5};
  const Word unclean{Word::kAck, kSession + 1, 1, kGrant, 5};
  CHECK(!handle(peer + 1, SIGUSR1, ack));  // another process
  CHECK(!handle(peer, SIGUSR1, other));    // another session
  CHECK(!handle(peer, SIGUSR1, unclean));  // no word of the protocol
  CHECK(!handle(peer, SIGUSR1, answer));   // on the other's signal
  CHECK(!handle(peer, SIGUSR2, ack));
  CHECK_EQ(watch.Take().size(), 5);
  lines[1].Close();
  CHECK(!handle(peer, SIGUSR1, ack));  // nobody waits for it any more
  CHECK(protocol.lines[1].ack.load() == ack.Value());
}

TEST("a queued SIGUSR1 is no control word, which would be urgent") {
  OwnGrant own(Mode::kBit, 8);
  own.Start();
  CHECK(!own.Handle(SIGUSR1, Word{1, kSession, 0, 0, 0}));
  CHECK(!own.IsWoken());
  CHECK(!own.Handle(SIGUSR2, Word{1, kSession, 0, 0, 0}));
  CHECK(own.IsWoken());
}

}  // namespace minitalk::test
