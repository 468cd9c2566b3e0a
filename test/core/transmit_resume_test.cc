// Frames whose grant is withdrawn before they are whole, and that go on under
// the next one.
#include <errno.h>

#include "check.h"
#include "core/minitalk/transmit.h"
#include "desk.h"
#include "raw_client.h"
#include "support.h"
#include "word_grant.h"

namespace minitalk::test {

namespace {

// Until more than `before` of its signals were taken.
void SendMore(Sender* sender, uint32_t before) {
  while (sender->transmitter().taken() <= before) {
    const int status = sender->Slice();
    CHECK(status == Transmitter::kSliceOver || status == Transmitter::kStalled);
  }
}

void SendInParts(const Plan& plan, size_t size) {
  Shared<Desk> desk;
  Child server([&] { Serve(desk.get(), true); });
  Child client(Client(
      desk.get(),
      [size](Sender* sender, Watch*) {
        const Bytes bytes = RandomBytes(size, 3);
        sender->Begin(bytes);
        for (int part = 0; part < 4; ++part) {
          SendMore(sender, sender->transmitter().taken());
          const uint32_t before = sender->transmitter().taken();
          sender->GoOn(bytes);
          CHECK_EQ(sender->transmitter().taken(), 0);
          SendMore(sender, before);
        }
        CHECK_EQ(sender->Finish(), Transmitter::kFrameDone);
        sender->CheckArrived(bytes);
      },
      plan));
  client.Join();
  server.Join();
  CHECK_EQ(desk->foreign_data.load(), 0);
}

}  // namespace

TEST("a frame of bits goes on where its withdrawn grant has brought it") {
  SendInParts({}, kLongFrame);
}

TEST("a frame of data words goes on where its withdrawn grant has brought it") {
  SendInParts({Mode::kWord, 8, 1}, MaxFrame(Mode::kWord));
  SendInParts({Mode::kWord, 24, 1}, MaxFrame(Mode::kWord));
}

TEST("a burst goes on where its withdrawn grant has brought it") {
  // In the handler alone: a slice is no more than a window or two.
  SendInParts({Mode::kBurst, 24, 64}, MaxFrame(Mode::kBurst));
}

TEST("a grant's first answer tells what is there; what is late never counts") {
  Shared<Stage> stage;
  Child client([&] {
    RawClient raw(stage.get(), kSession);
    stage->AwaitStep(1);
    raw.Ask(1, 5, 0);
    raw.SendTaken(SIGUSR1, 5, 1);
    raw.SendTaken(SIGUSR2, 5, 2);
    stage->Reach(2);
    stage->AwaitStep(3);
    raw.Send(SIGUSR2);  // of the grant that is gone
    raw.ExpectSilence();
    raw.Ask(2, 6, 2);
    raw.SendTaken(SIGUSR1, 6, 3);
  });
  RawServer server(stage.get());
  CHECK_EQ(server.claim().ClearGrant(), 0);
  server.Grant(5, kSession, client.pid(), 3);
  stage->Reach(1);
  stage->AwaitStep(2);
  CHECK_EQ(server.claim().ClearGrant(), 2);
  CHECK_EQ(server.watch().Take().size(), 2);
  CHECK_EQ(server.claim().SetGrant({6, kSession, client.pid(), client.pid(), -1,
                                    3, Mode::kBit, -1, 2}),
           0);
  stage->Reach(3);
  client.Join();
  CHECK_EQ(server.claim().ClearGrant(), 3);
}

TEST("a frame is not put back under a grant that is present") {
  KernellessGrant grant(64);
  const uint8_t bytes[8] = {};
  CHECK_EQ(grant.claim().RestoreFrame(bytes, sizeof bytes), -EBUSY);
}

}  // namespace minitalk::test
