// What a recorder sees of a process's signals.
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "check.h"
#include "core/signals/sending.h"
#include "core/signals/tracing.h"
#include "desk.h"
#include "handler/minitalk/data_word.h"
#include "handler/minitalk/grant.h"
#include "handler/signals/calls.h"
#include "handler/signals/identity.h"
#include "own_grant.h"
#include "support.h"

namespace minitalk::test {

namespace {

constexpr size_t kRoom = 65'536;  // events

// This process's trace, until the end of the scope.
class Traces {
 public:
  Traces() { CHECK_EQ(tracing_.Open(), 0); }

  // By their times: a signal that is its own reply is handled before the
  // sending of it is over, and so traced first.
  std::vector<TraceEvent> Take() {
    std::vector<TraceEvent> events(kRoom);
    events.resize(tracing_.Drain(events.data(), events.size()));
    std::stable_sort(events.begin(), events.end(),
                     [](const TraceEvent& a, const TraceEvent& b) {
                       return a.time < b.time;
                     });
    return events;
  }
  std::vector<TraceEvent> Take(Traced kind) {
    std::vector<TraceEvent> events = Take();
    events.erase(std::remove_if(events.begin(), events.end(),
                                [kind](const TraceEvent& event) {
                                  return event.kind != kind;
                                }),
                 events.end());
    return events;
  }
  Tracing& tracing() { return tracing_; }

 private:
  Tracing tracing_;
};

siginfo_t UserSignal(int signo, pid_t pid) {
  siginfo_t info = {};
  info.si_signo = signo;
  info.si_code = SI_USER;
  info.si_pid = pid;
  info.si_uid = 1234;
  return info;
}

// By their place in the frame.
struct Received {
  TraceEvent events[400] = {};
};

// Of a data signal: its place in the frame.
uint32_t PlaceOf(const TraceEvent& event) {
  return event.code == SI_TKILL
             ? BeforeOf(event.data)
             : DataHeader::Parse(static_cast<int>(event.data)).number - 1;
}

}  // namespace

TEST(
    "a signal is traced with who sent it, what it carried and who handled it") {
  Watch watch({SIGUSR1, kBurstSignal}, After::kStop);
  Traces traces;
  const uint64_t before = Monotonic();
  CHECK_EQ(KillThread(getpid(), ThreadId(), SIGUSR1), 0);
  CHECK_EQ(QueueSignal(getpid(), 0, kBurstSignal, 0x123456789abcdef), 0);
  watch.Take(2);
  const std::vector<TraceEvent> events = traces.Take();
  CHECK_EQ(events.size(), 2);
  for (const TraceEvent& event : events) {
    CHECK(event.kind == Traced::kSignal);
    CHECK_EQ(event.pid, getpid());
    CHECK_EQ(event.uid, getuid());
    CHECK_EQ(event.thread, ThreadId());
    CHECK_EQ(event.lane, 0);
    CHECK(event.time >= before && event.time <= Monotonic());
  }
  CHECK_EQ(events[0].signo, SIGUSR1);
  CHECK_EQ(events[0].code, SI_TKILL);
  CHECK_EQ(events[0].payload[0], 0);
  CHECK_EQ(events[1].signo, kBurstSignal);
  CHECK_EQ(events[1].code, SI_QUEUE);
  CHECK_EQ(events[1].payload[0], 0x123456789abcdef);
}

TEST("nothing is traced before the trace is opened, or once it has stopped") {
  Watch watch({SIGUSR1}, After::kStop);
  raise(SIGUSR1);
  {
    Traces traces;
    CHECK_EQ(traces.Take().size(), 0);
    raise(SIGUSR1);
    traces.tracing().Stop();
    raise(SIGUSR1);
    CHECK_EQ(traces.Take().size(), 1);
    raise(SIGUSR1);
  }
  raise(SIGUSR1);
  Traces traces;
  CHECK_EQ(traces.Take().size(), 0);
  watch.Take(5);
}

TEST("an event that is older than the trace is a former one's") {
  Watch watch({SIGUSR1}, After::kStop);
  {
    Traces former;
    raise(SIGUSR1);
  }
  Traces traces;
  raise(SIGUSR1);
  CHECK_EQ(traces.Take().size(), 1);
  watch.Take(2);
}

TEST("one at a time has the trace, until it is closed or gone") {
  Tracing second;
  {
    Traces first;
    CHECK_EQ(second.Open(), -EBUSY);
    second.Close();  // which is not its to close
    CHECK_EQ(second.Open(), -EBUSY);
    first.tracing().Stop();
    CHECK_EQ(second.Open(), -EBUSY);
    first.tracing().Close();
    CHECK_EQ(second.Open(), 0);
    second.Close();
  }
  CHECK_EQ(second.Open(), 0);
}

TEST("what finds no room is counted, and spoils nothing") {
  Watch watch({SIGUSR1}, After::kStop, 64);
  Traces traces;
  for (size_t i = 0; i < kRoom + 3; ++i) {
    TakeSignal(UserSignal(SIGUSR1, static_cast<pid_t>(i + 1)), nullptr);
  }
  CHECK_EQ(traces.tracing().lost(), 3);
  const std::vector<TraceEvent> events = traces.Take();
  CHECK_EQ(events.size(), kRoom);
  for (size_t i = 0; i < kRoom; ++i) CHECK_EQ(events[i].pid, i + 1);
  TakeSignal(UserSignal(SIGUSR1, 7), nullptr);
  CHECK_EQ(traces.Take().size(), 1);
  traces.tracing().Close();
  Traces next;
  CHECK_EQ(next.tracing().lost(), 0);
}

TEST("a signal of an unknown sender has no pid, and nobody's uid") {
  Watch watch({SIGUSR1}, After::kStop);
  Traces traces;
  siginfo_t info = UserSignal(SIGUSR1, 0);
  info.si_uid = 0;
  TakeSignal(info, nullptr);
  const std::vector<TraceEvent> events = traces.Take();
  CHECK_EQ(events.size(), 1);
  CHECK_EQ(events[0].pid, 0);
  CHECK_EQ(events[0].uid, kNoUid);
}

TEST("a bit that is counted, its question and the replies are traced") {
  OwnGrant own(Mode::kBit, 8);
  Traces traces;
  own.Handle(SIGUSR2, Word{Word::kQuery, kSession, 1, kGrant, 0});
  own.Bit(SIGUSR2);
  const std::vector<TraceEvent> events = traces.Take();
  const Traced kinds[] = {Traced::kWord, Traced::kSent, Traced::kSignal,
                          Traced::kData, Traced::kSent, Traced::kSignal};
  // Our own replies come back to us as signals.
  CHECK_EQ(events.size(), 6);
  for (size_t i = 0; i < 6; ++i) CHECK(events[i].kind == kinds[i]);
  CHECK_EQ(Word::Parse(events[1].payload[0]).kind, Word::kAnswer);
  CHECK_EQ(events[1].pid, getpid());
  CHECK_EQ(events[1].uid, 0);  // it was sent
  CHECK_EQ(events[3].signo, SIGUSR2);
  CHECK_EQ(events[3].data, DataTag(kGrant, 0));
  CHECK_EQ(Word::Parse(events[4].payload[0]).kind, Word::kAck);
  CHECK(events[4].time >= events[3].time);
}

TEST("data that are not counted are spare") {
  OwnGrant bits(Mode::kBit, 8, 64);
  bits.Start();
  Traces traces;
  // All that is left to data is taken.
  std::vector<Ring::Slot*> slots;
  while (bits.channel()->ring.Depth() < 56) {
    slots.push_back(bits.channel()->ring.Claim());
  }
  bits.Bit();
  for (Ring::Slot* slot : slots) Ring::Publish(slot);
  std::vector<TraceEvent> events = traces.Take(Traced::kSpare);
  CHECK_EQ(events.size(), 1);
  CHECK_EQ(events[0].data, DataTag(kGrant, kNoPlace));
}

TEST("a data word that is there already is spare") {
  OwnGrant words(Mode::kWord, 1024);
  words.Start();
  Traces traces;
  const DataHeader header{1, false, kGrant, 1};
  words.Handle(SIGUSR1, header);
  words.Handle(SIGUSR1, header);
  const std::vector<TraceEvent> events = traces.Take();
  CHECK_EQ(events.size(), 2);
  CHECK(events[0].kind == Traced::kData);
  CHECK(events[1].kind == Traced::kSpare);
  for (const TraceEvent& event : events) {
    CHECK_EQ(event.data, static_cast<uint32_t>(header.Value()));
  }
}

TEST("what could not be sent is traced with its errno") {
  Child peer([] {});
  peer.Join();
  OwnGrant own(Mode::kBit, 8, 64, peer.pid());
  Traces traces;
  own.Handle(SIGUSR2, Word{Word::kQuery, kSession, 1, kGrant, 0}, peer.pid());
  const std::vector<TraceEvent> events = traces.Take(Traced::kSent);
  CHECK_EQ(events.size(), 1);
  CHECK_EQ(events[0].pid, peer.pid());
  CHECK_EQ(events[0].uid, ESRCH);
}

TEST("what is sent for JavaScript is traced, however it is sent") {
  Watch watch({SIGUSR1, kBurstSignal}, After::kStop);
  const pid_t pid = getpid();
  const int pidfd = PidfdOrNone(pid);
  Traces traces;
  // Each is awaited: two of a number may merge.
  size_t sent = 3;
  CHECK_EQ(TracedKill(pid, SIGUSR1), 0);
  watch.Take(1);
  CHECK_EQ(TracedKillThread(pid, ThreadId(), SIGUSR1), 0);
  watch.Take(1);
  CHECK_EQ(TracedQueue(pid, 0, kBurstSignal, 7), 0);
  watch.Take(1);
  if (pidfd >= 0) {
    CHECK_EQ(TracedSendToPidfd(pidfd, pid, SIGUSR1), 0);
    watch.Take(1);
    CHECK_EQ(TracedQueueToPidfd(pidfd, pid, kBurstSignal, 8), 0);
    watch.Take(1);
    close(pidfd);
    sent = 5;
  }
  CHECK_EQ(TracedKill(pid, 0), 0);  // it only asks
  const std::vector<TraceEvent> events = traces.Take(Traced::kSent);
  const int codes[] = {SI_USER, SI_TKILL, SI_QUEUE, SI_USER, SI_QUEUE};
  const uint64_t values[] = {0, 0, 7, 0, 8};
  CHECK_EQ(events.size(), sent);
  for (size_t i = 0; i < sent; ++i) {
    CHECK_EQ(events[i].pid, pid);
    CHECK_EQ(events[i].code, codes[i]);
    CHECK_EQ(events[i].signo, codes[i] == SI_QUEUE ? kBurstSignal : SIGUSR1);
    CHECK_EQ(events[i].payload[0], values[i]);
    CHECK_EQ(events[i].thread, i == 1 ? ThreadId() : 0);
  }
}

TEST("both ends trace each data signal of a frame, by each way") {
  const Plan plans[] = {
      {Mode::kBit},          {Mode::kBit, 8, 1, false, 7},
      {Mode::kWord, 24},     {Mode::kWord, 24, 1, false, 3},
      {Mode::kBurst, 8, 64},
  };
  for (const Plan& plan : plans) {
    const Bytes bytes = RandomBytes(50, 1);
    const bool is_bit = plan.mode == Mode::kBit;
    const size_t total =
        is_bit ? 400 : (bytes.size() + plan.payload - 1) / plan.payload;
    Shared<Desk> desk;
    Shared<Received> received;
    Child server([&] {
      Traces traces;
      Serving serving(desk.get());
      desk->server.store(getpid());
      while (!desk->over.load()) {
        serving.Turn();
        serving.Rest();
      }
      const std::vector<TraceEvent> events = traces.Take(Traced::kData);
      CHECK_EQ(events.size(), total);
      for (const TraceEvent& event : events) {
        received->events[PlaceOf(event)] = event;
      }
      _exit(0);
    });
    const pid_t server_pid = server.pid();
    Child client([&] {
      Watch watch({SIGUSR1, SIGUSR2}, After::kStop);
      Traces traces;
      Sender sender(desk.get(), plan);
      sender.Deliver(bytes);
      const std::vector<TraceEvent> events = traces.Take(Traced::kSentData);
      desk->End();
      while (kill(server_pid, 0) == 0 &&
             received->events[total - 1].time == 0) {
        Pause();
      }
      CHECK_EQ(events.size(), total);
      for (size_t i = 0; i < total; ++i) {
        const TraceEvent& sent = events[i];
        const TraceEvent& got = received->events[i];
        CHECK_EQ(PlaceOf(sent), i);
        CHECK_EQ(sent.pid, server_pid);
        CHECK_EQ(sent.uid, 0);
        CHECK_EQ(got.pid, getpid());
        CHECK_EQ(sent.signo, got.signo);
        CHECK_EQ(sent.lane, got.lane);
        CHECK_EQ(sent.lane, plan.lanes == 0 ? 0 : 1 + i % plan.lanes);
        CHECK_EQ(sent.thread, got.thread);
        CHECK(sent.time <= got.time);
        if (!is_bit) {
          CHECK_EQ(memcmp(sent.payload, got.payload, plan.payload), 0);
        }
      }
      _exit(0);
    });
    client.Join();
    server.Join();
  }
}

}  // namespace minitalk::test
