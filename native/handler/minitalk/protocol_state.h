// The process-wide state of the protocol's handler; lives as that of signals
// does, see handler/signals/state.h.
//
// Memory order. What is written once and read by many is published by one
// variable, released by the writer and acquired by the reader; everything else
// may then be relaxed:
// - `current` publishes a grant, whose fields the owner's thread has filled
//   before; only `started` and what it publishes, `count`, `round`, `left`,
//   `owes_ack` and `last_reply` change then.
//   In GrantUse and ClearGrant it is seq_cst, as a channel's `users` is: a
//   handler sees the grant gone, or who withdraws it waits for that handler.
// - `count` publishes data words: who raises it (acq_rel) has written the
//   word's bytes and sees those of all before it. The record of the last word
//   hands them to the loop, as the ring does with each record; where there is
//   none, Leave does, to who withdraws the grant.
// - A bit needs no more than its record: `count` is relaxed there and only has
//   to be raised once for each.
// - `session` publishes a line, `ack` and `answer` are whole words: what is
//   stored stands for nothing but itself.
// - `started` publishes how the data come, by lanes or not: released by who
//   starts the grant, on one thread, acquired by the lanes. Seen late it costs
//   a question.
// - `left` is acq_rel: who takes a round's last data sees what all lanes have
//   written in it. It sets `left` for the next one, then releases `round`,
//   which a lane acquires before it counts itself out of that. The record or
//   the ACK comes after both.
// - `last_reply` seen late costs a look; `lane_cpu` a few data on another CPU.
// - `line_count`, `burst_signal` and `burst_signals` seen late leave a signal
//   to the watchers, as one that came sooner.
// - `parked`, `defers_acks` and `owes_ack` matter to data that the kernel gives
//   to the owner's own thread, which sees its own stores; seen late by another
//   thread they cost a time-out, as a lost signal does.
// The core, which is called once a frame, leaves the default, seq_cst.
// test/litmus runs the hand-overs of a grant and its frame.
#ifndef MINITALK_HANDLER_MINITALK_PROTOCOL_STATE_H_
#define MINITALK_HANDLER_MINITALK_PROTOCOL_STATE_H_

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "handler/minitalk/data_word.h"
#include "handler/signals/or_none.h"
#include "handler/signals/state.h"

namespace minitalk {

// A server's permission for one client to send one frame. ServerState points
// at the present one; a handler that still holds an old one counts into that,
// where it does no harm, because a Grant is reused only 16 grants later.
struct Grant {
  std::atomic<uint32_t> number{0};
  std::atomic<uint32_t> session{0};
  std::atomic<pid_t> pid{0};
  std::atomic<pid_t> thread{0};
  AtomicOrNone<int> status;  // of the thread, see status.h; none: not known
  std::atomic<Mode> mode{Mode::kBit};
  std::atomic<uint32_t> bits{0};  // length of the frame
  std::atomic<bool> started{
      false};                      // a QUERY named it: bits count from then on
  std::atomic<uint32_t> count{0};  // of data signals taken
  std::atomic<bool> owes_ack{false};
  std::atomic<uint64_t> last_reply{0};  // CLOCK_MONOTONIC, ns
  std::atomic<Channel*> channel{nullptr};
  // Of all grants that ever were: a lane that has slept sees that it is
  // another.
  std::atomic<uint64_t> serial{0};
  std::atomic<uint32_t> offered{0};  // lanes
  std::atomic<bool> together{false};
  // Written once, by the QUERY that starts it: by who sees `start` begin.
  std::atomic<bool> start{false};
  std::atomic<uint32_t> lanes{0};    // 0: not by lanes
  std::atomic<bool> settled{false};  // its lanes were, so they are started
  std::atomic<uint32_t> eights{0};   // of its data words; 0: bits
  AtomicOrNone<int> cpu;             // the client's; none: anywhere
  // By lanes: `count` stands still, and the present round, from 0, is open for
  // so many of them.
  std::atomic<uint32_t> round{0};
  std::atomic<uint32_t> left{0};
};

inline constexpr size_t kGrantPool = 16;

inline constexpr uint32_t kMaxLanes = 64;

// A thread of the server that takes data alone, see lane.h. No other thread
// looks at it once that runs.
struct Lane {
  uint32_t index = 0;
  uint64_t serial = 0;  // of the grant under which it was last started
  uint32_t next = 0;    // the round that it takes next, under that grant
};

// The process's one server.
struct ServerState {
  std::atomic<bool> claimed{false};
  std::atomic<Grant*> current{nullptr};
  std::atomic<int> burst_signal{0};  // 0: none
  // SignalBit of each that ever was one: clients may be late.
  std::atomic<uint64_t> burst_signals{0};
  // No data are coming: the first wake the owner's loop, so that it takes the
  // others, see receive.h.
  std::atomic<bool> parked{false};
  // ACKs wait until the owner's thread takes data itself: a burst would keep it
  // in its handler for as long as they are given.
  std::atomic<bool> defers_acks{false};
  // In so many lanes, from the first, data may be pending that nobody awaits
  // any more: docs/protocol.md, section 9. Of the owner's thread, which QUERY
  // goes to, and which ends grants.
  std::atomic<uint32_t> unsettled{0};
  // Where lanes are to run; none: anywhere.
  AtomicOrNone<int> lane_cpu;
  Grant pool[kGrantPool];
  uint64_t next = 0;  // grant's serial, by which it is in the pool; for who has
                      // the claim
  // Where data words go. Never freed: a handler on another thread may be late.
  std::atomic<uint64_t> frame[kFrameEights]{};
};

// A client's side of one session. The handler stores the newest words; the
// transmit loop compares them with the one that it waits for.
struct Line {
  std::atomic<bool> claimed{false};
  std::atomic<uint32_t> session{0};  // 0: not talking
  std::atomic<pid_t> pid{0};
  std::atomic<uint64_t> ack{0};
  std::atomic<uint64_t> answer{0};
};

inline constexpr size_t kMaxLines = 256;

struct ProtocolState {
  std::atomic<size_t> line_count{0};  // highest used index + 1
  Line lines[kMaxLines];
  ServerState server;
};

extern ProtocolState protocol;

}  // namespace minitalk

#endif  // MINITALK_HANDLER_MINITALK_PROTOCOL_STATE_H_
