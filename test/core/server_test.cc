// What a server's calls leave for the handler, and what they refuse.
#include "core/minitalk/server.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <set>
#include <string>
#include <vector>

#include "check.h"
#include "own_grant.h"

namespace minitalk::test {

namespace {

constexpr pid_t kPeer = KernellessGrant::kNobody;

GrantRequest Request(uint32_t bits = 64, uint32_t count = 0) {
  return {kGrant, kSession, kPeer, kPeer + 1, 7, bits, Mode::kBurst, 3, count};
}

}  // namespace

TEST("a grant is for the handler what it was asked to be, and not started") {
  Watch watch({SIGUSR1}, After::kStop);
  Server server;
  CHECK_EQ(server.Claim(watch.channel(), kBurstSignal), 0);
  protocol.server.parked.store(false);
  const uint64_t before = Now();
  CHECK_EQ(server.SetGrant(Request(64, 5)), 0);
  const Grant* grant = protocol.server.current.load();
  CHECK_EQ(grant->number.load(), kGrant);
  CHECK_EQ(grant->session.load(), kSession);
  CHECK_EQ(grant->pid.load(), kPeer);
  CHECK_EQ(grant->thread.load(), kPeer + 1);
  CHECK_EQ(grant->status.load(), 7);
  CHECK_EQ(grant->bits.load(), 64);
  CHECK(grant->mode.load() == Mode::kBurst);
  CHECK_EQ(grant->count.load(), 5);
  CHECK(grant->channel.load() == watch.channel());
  CHECK(grant->last_reply.load() >= before);
  CHECK(protocol.server.parked.load());
  CHECK(protocol.server.defers_acks.load());
  CHECK_EQ(server.cpu(), 3);
  CHECK_EQ(server.GrantCount(), -1);
  CHECK_EQ(server.Place(1, false), 0);
  CHECK_EQ(server.cpu(), 1);
}

TEST("a grant has nothing of the one whose memory it takes, 16 grants later") {
  OwnGrant own(Mode::kBit, 64);
  std::set<const Grant*> grants;
  const Grant* first = own.grant();
  for (size_t i = 0; i < kGrantPool; ++i) {
    grants.insert(own.grant());
    own.grant()->started.store(true);
    own.grant()->owes_ack.store(true);
    CHECK_EQ(own.claim().SetGrant(Request()), 0);
  }
  CHECK_EQ(grants.size(), kGrantPool);
  CHECK(own.grant() == first);
  CHECK(!first->started.load());
  CHECK(!first->owes_ack.load());
  CHECK_EQ(first->count.load(), 0);
}

TEST("what no word can say is not granted, and the present grant stays") {
  OwnGrant own(Mode::kBit, 64);
  const Grant* present = own.grant();
  const auto refused = [&](auto spoil) {
    GrantRequest wrong = Request();
    spoil(&wrong);
    return own.claim().SetGrant(wrong) == -EINVAL && own.grant() == present;
  };
  CHECK(refused([](GrantRequest* wrong) { wrong->number = 4096; }));
  CHECK(refused([](GrantRequest* wrong) { wrong->session = 0; }));
  CHECK(refused([](GrantRequest* wrong) { wrong->count = 65; }));
  CHECK(
      refused([](GrantRequest* wrong) { wrong->mode = static_cast<Mode>(3); }));
  GrantRequest most = Request(64, 64);
  most.number = 4095;
  CHECK_EQ(own.claim().SetGrant(most), 0);
}

TEST("a grant that is cleared is no more, and tells its count once") {
  OwnGrant own(Mode::kBit, 64);
  own.Start();
  own.Bit();
  CHECK_EQ(own.claim().ClearGrant(), 1);
  CHECK(own.grant() == nullptr);
  CHECK_EQ(own.claim().ClearGrant(), 0);
  CHECK_EQ(own.claim().GrantCount(), -1);
  own.Replies(1);
  CHECK(!own.Bit());
}

TEST("a claim's signal is known for ever, and takes bursts until its end") {
  Watch watch({SIGUSR1}, After::kStop);
  Server server;
  CHECK_EQ(server.Claim(watch.channel(), kBurstSignal), 0);
  CHECK_EQ(protocol.server.burst_signal.load(), kBurstSignal);
  server.Release();
  CHECK_EQ(protocol.server.burst_signal.load(), 0);
  CHECK_EQ(server.Claim(watch.channel(), kBurstSignal + 1), 0);
  CHECK(protocol.server.burst_signals.load() ==
        (SignalBit(kBurstSignal) | SignalBit(kBurstSignal + 1)));
  server.Release();
  CHECK_EQ(server.Claim(watch.channel()), 0);
  CHECK_EQ(protocol.server.burst_signal.load(), 0);
}

TEST("without the claim nothing is put back, placed or announced") {
  Server server;
  const uint8_t bytes[8] = {};
  CHECK_EQ(server.RestoreFrame(bytes, sizeof bytes), -EBADF);
  CHECK_EQ(server.Announce({"/nowhere"}), -EBADF);
}

TEST("a frame comes back in the length in which it was kept, and no more") {
  OwnGrant own(Mode::kWord, 64 * 8);
  own.claim().ClearGrant();
  std::vector<uint8_t> bytes(kMaxFrameBytes + 100, 0xa5);
  for (const size_t size : {size_t{0}, size_t{1}, size_t{8}, size_t{13}}) {
    ClearFrameMemory();
    CHECK_EQ(own.claim().RestoreFrame(bytes.data(), size), 0);
    std::vector<uint8_t> out(24, 0xee);
    CHECK_EQ(own.claim().CopyFrame(out.data(), 24), 0);
    for (size_t i = 0; i < 24; ++i) CHECK_EQ(out[i], i < size ? 0xa5 : 0);
  }
  // Never past a frame's memory.
  ClearFrameMemory();
  CHECK_EQ(own.claim().RestoreFrame(bytes.data(), bytes.size()), 0);
  std::vector<uint8_t> out(kMaxFrameBytes + 100, 0xee);
  CHECK_EQ(own.claim().CopyFrame(out.data(), out.size()), 0);
  for (size_t i = 0; i < out.size(); ++i) {
    CHECK_EQ(out[i], i < kMaxFrameBytes ? 0xa5 : 0xee);
  }
}

TEST("what was announced last is what is taken back, and but once") {
  Watch watch({SIGUSR1}, After::kStop);
  Server server;
  CHECK_EQ(server.Claim(watch.channel()), 0);
  char folder[] = "/tmp/minitalk-core-XXXXXX";
  CHECK(mkdtemp(folder) != nullptr);
  const auto make = [&](const char* name) {
    const std::string path = std::string(folder) + "/" + name;
    close(open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    return path;
  };
  const std::string old = make("old");
  const std::vector<std::string> paths = {make("one"), make("two")};
  CHECK_EQ(server.Announce({old}), 0);
  CHECK_EQ(server.Announce(paths), 0);
  server.TakeBack();
  for (const std::string& path : paths) CHECK(access(path.c_str(), F_OK) != 0);
  CHECK_EQ(access(old.c_str(), F_OK), 0);
  make("one");
  server.TakeBack();
  CHECK_EQ(access(paths[0].c_str(), F_OK), 0);
  unlink(paths[0].c_str());
  unlink(old.c_str());
  CHECK_EQ(rmdir(folder), 0);
}

}  // namespace minitalk::test
