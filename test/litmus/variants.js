// What the litmus tests run: small copies of the state, and each order that a
// hand-over needs, weakened, with the test that must find it.
const handler = (name) => `handler/${name}`;
const ring = handler('signals/ring.h');
const state = handler('signals/state.h');
const publish = handler('signals/publish.h');
const watchers = handler('signals/watchers.cc');
const protocolState = handler('minitalk/protocol_state.h');
const protocol = handler('minitalk/protocol.cc');
const grant = handler('minitalk/grant.h');
const lane = handler('minitalk/lane.cc');
const channel = 'core/signals/channel.cc';
const server = 'core/minitalk/server.cc';

/** As few of each as a run needs, of this run alone; plain fields that are watched. */
const reductions = [
  [handler('signals/platform.h'), 'kMaxSignal = 64', 'kMaxSignal = 12'],
  [handler('minitalk/data_word.h'), "262'144 + 4", '24'],
  [handler('signals/report.h'), 'kDrafts = 4', 'kDrafts = 1'],
  [state, 'kMaxChannels = 64', 'kMaxChannels = 1'],
  [state, 'uint64_t grace = 0;', 'std::plain<uint64_t> grace{0};'],
  [state, 'SnapshotPool* snapshots = nullptr;', 'std::plain<SnapshotPool*> snapshots{nullptr};'],
  [state, 'extern State state;', 'extern State* state_now;\n#define state (*state_now)'],
  [ring, 'Slot* slots_ = nullptr;', 'std::plain<Slot*> slots_{nullptr};'],
  [ring, 'unsigned shift_ = 0;', 'std::plain<unsigned> shift_{0};'],
  [ring, 'uint64_t mask_ = 0;', 'std::plain<uint64_t> mask_{0};'],
  [protocolState, 'kGrantPool = 16', 'kGrantPool = 1'],
  [protocolState, 'kMaxLines = 256', 'kMaxLines = 1'],
  [
    protocolState,
    'extern ProtocolState protocol;',
    'extern ProtocolState* protocol_now;\n#define protocol (*protocol_now)',
  ],
  [protocol, 'ProtocolState protocol;\n', ''],
  [channel, 'kMinShift = 6', 'kMinShift = 2'],
  // Else as few records wake by their number.
  [publish, 'ring.capacity() / 2', 'ring.capacity()'],
];

const weakened = [
  [
    'ring',
    'a claim sees an emptied slot empty',
    ring,
    'turn.load(std::memory_order_acquire);\n      const auto',
    'turn.load(std::memory_order_relaxed);\n      const auto',
  ],
  [
    'ring',
    'a published record is whole',
    ring,
    'turn.load(std::memory_order_relaxed) + 1,\n                     std::memory_order_release',
    'turn.load(std::memory_order_relaxed) + 1,\n                     std::memory_order_relaxed',
  ],
  [
    'ring',
    'a drain sees the record of what is published',
    ring,
    'turn.load(std::memory_order_acquire) != full',
    'turn.load(std::memory_order_relaxed) != full',
  ],
  [
    'ring',
    'a slot is given back when it was read',
    ring,
    'turn.store(full + 1, std::memory_order_release)',
    'turn.store(full + 1, std::memory_order_relaxed)',
  ],
  [
    'ring',
    "a slot is one claimant's",
    ring,
    'tail_.compare_exchange_weak(position, position + 1,\n                                        std::memory_order_seq_cst,\n                                        std::memory_order_relaxed)',
    '(tail_.store(position + 1), true)',
  ],
  [
    'channel',
    'who enters is seen, or sees it closed',
    publish,
    'users.fetch_add(1, std::memory_order_seq_cst)',
    'users.fetch_add(1, std::memory_order_relaxed)',
  ],
  [
    'channel',
    'who enters sees it closed, or is seen',
    publish,
    'open.load(std::memory_order_seq_cst)',
    'open.load(std::memory_order_relaxed)',
  ],
  [
    'channel',
    'who leaves has done with it',
    publish,
    'users.fetch_sub(1, std::memory_order_release)',
    'users.fetch_sub(1, std::memory_order_relaxed)',
  ],
  [
    'channel',
    'who waits sees what was done',
    channel,
    'channel->users.load() != 0',
    'channel->users.load(std::memory_order_relaxed) != 0',
  ],
  [
    'channel',
    'it is closed before it is awaited',
    channel,
    'channel->open.store(false)',
    'channel->open.store(false, std::memory_order_release)',
  ],
  [
    'channel',
    'its signals are looked at again inside',
    watchers,
    'is_open && Has(channel->signals, info.si_signo)',
    'is_open',
  ],
  [
    'wake',
    'an arming is seen, or sees the record',
    watchers,
    'armed.load(std::memory_order_seq_cst)',
    'armed.load(std::memory_order_relaxed)',
  ],
  [
    'wake',
    'a claim is seen, or sees the arming',
    ring,
    'std::memory_order_seq_cst,\n                                        std::memory_order_relaxed',
    'std::memory_order_relaxed,\n                                        std::memory_order_relaxed',
  ],
  [
    'wake',
    'who arms sees what was claimed',
    ring,
    'tail_.load(std::memory_order_seq_cst) -',
    'tail_.load(std::memory_order_relaxed) -',
  ],
  [
    'wake',
    'an arming comes before the look',
    channel,
    'bool Arm(Channel* channel) {\n  channel->armed.store(true);',
    'bool Arm(Channel* channel) {\n  channel->armed.store(true, std::memory_order_release);',
  ],
  [
    'grant',
    'a handler sees the grant gone, or is awaited',
    grant,
    'current.load(\n                                  std::memory_order_seq_cst) == grant',
    'current.load(\n                                  std::memory_order_relaxed) == grant',
  ],
  [
    'grant',
    'it looks again at all',
    grant,
    'protocol.server.current.load(\n                                  std::memory_order_seq_cst) == grant',
    'true',
  ],
  [
    'grant',
    'the grant is gone before handlers are awaited',
    server,
    'current.exchange(nullptr)',
    'current.exchange(nullptr, std::memory_order_release)',
  ],
  ['grant', 'who withdraws it awaits them', server, '  Settle(channel_);\n', ''],
  [
    'grant',
    'a word is counted when it is there',
    protocol,
    'count, header.number, std::memory_order_acq_rel',
    'count, header.number, std::memory_order_acquire',
  ],
  [
    'lanes',
    'who opens a round sees what all lanes have written',
    lane,
    'left.fetch_sub(1, std::memory_order_acq_rel)',
    'left.fetch_sub(1, std::memory_order_acquire)',
  ],
  [
    'lanes',
    'who takes the last data of a round sees those of the others',
    lane,
    'left.fetch_sub(1, std::memory_order_acq_rel)',
    'left.fetch_sub(1, std::memory_order_release)',
  ],
  [
    'lanes',
    'the number of its data stands before it is open',
    lane,
    '  grant->left.store(PartIn(grant, round + 1), std::memory_order_relaxed);\n  grant->round.store(round + 1, std::memory_order_release);',
    '  grant->round.store(round + 1, std::memory_order_release);\n  grant->left.store(PartIn(grant, round + 1), std::memory_order_relaxed);',
  ],
  [
    'lanes',
    'the record of a frame comes when it is whole',
    lane,
    '  lane->next = round + 1;\n  const bool is_whole = Arrive(grant, round, now);\n  if (header != nullptr && slot != nullptr) {\n    PublishData(channel, slot, info, now, tag);\n  }',
    '  lane->next = round + 1;\n  if (header != nullptr && slot != nullptr) {\n    PublishData(channel, slot, info, now, tag);\n  }\n  const bool is_whole = Arrive(grant, round, now);',
  ],
  ['lanes', 'who withdraws it awaits lanes', server, '  Settle(channel_);\n', ''],
];

module.exports = { reductions, weakened };
