#include "core/minitalk/server.h"

#include <errno.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/signals/channel.h"
#include "handler/minitalk/grant.h"
#include "handler/minitalk/lane.h"
#include "handler/minitalk/protocol.h"
#include "handler/minitalk/word.h"
#include "handler/signals/calls.h"

namespace minitalk {

namespace {

// Most significant first. No handler writes into the frame while bits come.
void PutOne(uint32_t bit) {
  uint8_t bytes[8] = {};
  bytes[bit / 8 % 8] = static_cast<uint8_t>(0x80 >> bit % 8);
  uint64_t mask = 0;
  memcpy(&mask, bytes, sizeof mask);
  auto& eight = protocol.server.frame[bit / 64];
  eight.store(eight.load(std::memory_order_relaxed) | mask,
              std::memory_order_relaxed);
}

}  // namespace

int Server::Claim(Channel* channel, int burst_signal) {
  if (channel_ != nullptr) return -EALREADY;
  if (burst_signal < 0 || burst_signal > kMaxSignal) return -EINVAL;
  bool expected = false;
  if (!protocol.server.claimed.compare_exchange_strong(expected, true)) {
    return -EADDRINUSE;
  }
  InstallHook();
  protocol.server.burst_signal.store(burst_signal);
  if (burst_signal != 0) {
    protocol.server.burst_signals.fetch_or(SignalBit(burst_signal));
  }
  channel_ = channel;
  return 0;
}

void Server::Release() {
  if (channel_ == nullptr) return;
  ClearGrant();
  EndLanes();
  channel_ = nullptr;
  protocol.server.burst_signal.store(0);
  protocol.server.claimed.store(false);
}

int Server::SetGrant(const GrantRequest& request) {
  if (channel_ == nullptr) return -EBADF;
  if (request.number > Word::kNumberMask || request.session == 0 ||
      request.mode > Mode::kBurst || request.count > request.bits ||
      request.lanes > lanes_.count()) {
    return -EINVAL;
  }
  ServerState& server = protocol.server;
  const uint64_t serial = ++server.next;
  Grant* grant = &server.pool[serial % kGrantPool];
  grant->serial.store(serial);
  grant->offered.store(request.lanes);
  grant->together.store(request.together);
  grant->start.store(false);
  grant->lanes.store(0);
  grant->round.store(0);
  grant->number.store(request.number);
  grant->session.store(request.session);
  grant->pid.store(request.pid);
  grant->thread.store(request.thread);
  grant->status.store(request.status);
  grant->mode.store(request.mode);
  grant->bits.store(request.bits);
  grant->started.store(false);
  grant->count.store(request.count);
  grant->owes_ack.store(false);
  grant->last_reply.store(Now());
  grant->channel.store(channel_);
  cpu_ = request.cpu;
  latest_ = grant;
  first_bits_ = bit_count_ = request.count;
  server.parked.store(true);
  server.defers_acks.store(request.mode == Mode::kBurst);
  server.current.store(grant, std::memory_order_release);
  return 0;
}

int Server::ClearGrant() {
  if (channel_ == nullptr) return -EBADF;
  const Grant* grant = protocol.server.current.exchange(nullptr);
  if (grant == nullptr) return 0;
  // A handler on another thread may be about to count.
  Settle(channel_);
  if (IsByLanes(grant)) SettleLanes(grant);
  return static_cast<int>(KeptCount(grant));
}

int Server::Place(int cpu, bool together) {
  if (channel_ == nullptr) return -EBADF;
  cpu_ = cpu;
  Grant* grant = protocol.server.current.load();
  if (grant == nullptr) return 0;
  grant->together.store(together);
  if (IsByLanes(grant)) PlaceLanes(grant);
  return 0;
}

int32_t Server::GrantCount() const {
  if (channel_ == nullptr) return -EBADF;
  const Grant* grant = protocol.server.current.load(std::memory_order_acquire);
  if (grant == nullptr || !grant->started.load()) return -1;
  return static_cast<int32_t>(KeptCount(grant));
}

uint32_t Server::GrantLanes() const {
  if (channel_ == nullptr) return 0;
  const Grant* grant = protocol.server.current.load(std::memory_order_acquire);
  const bool is_started = grant != nullptr && grant->started.load();
  return is_started ? grant->lanes.load() : 0;
}

bool Server::AreLanesSettled() const {
  return protocol.server.unsettled.load() == 0;
}

bool Server::IsFrameWhole() const {
  return latest_ == nullptr || !IsByLanes(latest_) || IsWholeByLanes(latest_);
}

std::vector<pid_t> Server::StartLanes(uint32_t count) {
  if (channel_ == nullptr) return {};
  return lanes_.Start(std::min(count, kMaxLanes));
}

int Server::EndLanes() {
  const Grant* grant = protocol.server.current.load();
  if (grant != nullptr && grant->offered.load() > 0) return -EBUSY;
  lanes_.End();
  return 0;
}

bool Server::Takes(const Record& record) {
  if (record.tag == 0 || latest_ == nullptr ||
      latest_->mode.load(std::memory_order_relaxed) != Mode::kBit ||
      GrantOf(record.tag) != latest_->number.load(std::memory_order_relaxed)) {
    return false;
  }
  if (record.signo == SIGUSR2) PutOne(BeforeOf(record.tag));
  ++bit_count_;
  return bit_count_ != first_bits_ + 1 &&
         bit_count_ < latest_->bits.load(std::memory_order_relaxed);
}

int Server::CopyFrame(uint8_t* out, size_t size) const {
  if (channel_ == nullptr) return -EBADF;
  size = std::min(size, kMaxFrameBytes);
  for (size_t at = 0; at < size; at += 8) {
    const uint64_t eight =
        protocol.server.frame[at / 8].load(std::memory_order_relaxed);
    memcpy(out + at, &eight, std::min<size_t>(8, size - at));
  }
  return 0;
}

int Server::RestoreFrame(const uint8_t* bytes, size_t size) {
  if (channel_ == nullptr) return -EBADF;
  if (protocol.server.current.load() != nullptr) return -EBUSY;
  size = std::min(size, kMaxFrameBytes);
  for (size_t at = 0; at < size; at += 8) {
    uint64_t eight = 0;
    memcpy(&eight, bytes + at, std::min<size_t>(8, size - at));
    protocol.server.frame[at / 8].store(eight, std::memory_order_relaxed);
  }
  return 0;
}

int Server::Announce(std::vector<std::string> paths) {
  if (channel_ == nullptr) return -EBADF;
  announcement_ = std::move(paths);
  return 0;
}

void Server::TakeBack() {
  for (const std::string& path : announcement_) unlink(path.c_str());
  announcement_.clear();
}

}  // namespace minitalk
