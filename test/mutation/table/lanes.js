// Lanes, below the addon: what the server's threads take, what the main thread leaves
// to them, and how a client's transmitter sends by them.

const { rule, without } = require('../core.js');

const affinity = 'native/core/minitalk/affinity.cc';
const lane = 'native/handler/minitalk/lane.cc';
const protocol = 'native/handler/minitalk/protocol.cc';
const lanes = 'native/core/minitalk/lanes.cc';
const transmit = 'native/core/minitalk/transmit.cc';
const transmitByLanes = 'native/core/minitalk/transmit_by_lanes.cc';
const server = 'native/core/minitalk/server.cc';

const IN_TURN = 'lanes take a round each in turn';
const FEWER = 'the last round may have fewer';
const ONE_BIT = 'a lane takes one bit in a round';
const STARTED = 'no data are taken before every lane was started';
const EARLIER = 'a lane that an earlier grant has started';
const NUMBERED = 'a data word counts only where its number';
const OTHER_WORD = 'a data word of another grant, width or mode';
const OTHER_PROCESS = 'bits of another process, and plain kills';
const GOES_ON = 'a grant that goes on counts what was there';
const WITHDRAWN = 'a grant by lanes that is withdrawn before its data';
const CHOSEN = 'with the bit of lanes the main thread takes';
const NOT_CHOSEN = 'without the bit of lanes they take nothing';
const PLACED = 'lanes are placed where the client says';
const NO_ROOM = 'what finds no room in the ring is not taken';
const WHOLE = 'a frame of words is whole only when the lanes before';
const REUSED = 'a grant of many that were by lanes before';
const AT_ONCE = "settled lanes take the first round's data";
const SETTLED = 'lanes are settled by a whole frame';
const EACH_ROUND = 'by lanes each round has a signal for each lane';
const LACKS = 'a lane that lacks its signal is found by asking';
const HANDED = "a stranger's signals that lanes are handed";

const choosing = [
  rule(
    "[9.2] a QUERY without the lanes' bit starts a grant without them",
    protocol,
    'word.count != 0 && grant->offered',
    'grant->offered',
    NOT_CHOSEN,
  ),
  rule(
    '[9.2] the first QUERY decides',
    protocol,
    '!grant->start.exchange(true, std::memory_order_relaxed)',
    '!grant->start.load(std::memory_order_relaxed)',
    NOT_CHOSEN,
  ),
  without('[9.2] the next grant is chosen anew', server, '  grant->start.store(false);\n', REUSED),
  without(
    '[9.2] a QUERY for lanes opens those that were offered',
    lane,
    '  grant->lanes.store(lanes, std::memory_order_relaxed);\n',
    CHOSEN,
  ),
  rule(
    '[9.2] a grant names no lanes that there are none of',
    server,
    ' ||\n      request.lanes > lanes_.count()) {',
    ') {',
    'a grant names no more lanes than there are',
  ),
];

const starting = [
  {
    ...without(
      '[9.5] a lane that an earlier grant has started takes nothing',
      lane,
      '  if (lane->serial != grant->serial.load(std::memory_order_relaxed)) return 0;\n',
      EARLIER,
    ),
    unnoticed: 'round 1 opens only when this grant has started all of them',
  },
  without('[9.5] a QUERY of its grant starts a lane', lane, '  lane->serial = serial;\n', STARTED),
  rule(
    '[9.5] a QUERY that is to be answered starts a lane, too',
    lane,
    'if (Start(lane, grant) &&',
    'if (LaneQuery::Parse(word.count).quiet && Start(lane, grant) &&',
    STARTED,
  ),
  without(
    '[9.5] a lane starts once',
    lane,
    '  if (lane->serial == serial) return false;\n',
    STARTED,
  ),
  rule(
    '[9.5] a QUERY of another grant starts no lane',
    lane,
    '!use.valid() || !NamesGrant(grant, info, word) ||\n',
    '!use.valid() ||\n',
    OTHER_PROCESS,
  ),
  rule(
    '[9.5] a lane that the grant does not name does not start',
    lane,
    ' ||\n      lane->index >= PartIn(grant, 0)) {',
    ') {',
    'a lane that the grant does not name',
  ),
  rule(
    "[9.5] a QUERY without the lanes' bit starts no lane",
    lane,
    ' && word.count != 0 &&',
    ' &&',
    "a QUERY without the bit of lanes is none of a lane's",
  ),
  rule(
    '[9.4] round 0 has a part for each lane',
    lane,
    '  if (round == 0) return lanes;\n',
    '',
    IN_TURN,
  ),
];

const settled = [
  without(
    '[9.19] settled lanes are started with their grant',
    lane,
    '  if (grant->settled.load(std::memory_order_relaxed)) Start(lane, grant);\n',
    AT_ONCE,
  ),
  rule(
    '[9.19] a quiet QUERY to settled lanes changes nothing',
    lane,
    'if (Start(lane, grant) && !grant->settled.load(std::memory_order_relaxed)) {',
    'if (Start(lane, grant)) {',
    AT_ONCE,
  ),
  without(
    '[9.19] that they are started is said',
    protocol,
    '      SendAck(grant, Now(), 0);\n',
    AT_ONCE,
  ),
  rule(
    '[9.19] a grant by lanes may leave data pending in them',
    lane,
    'std::max(before, lanes)',
    'before',
    SETTLED,
  ),
  rule(
    '[9.19] so may an earlier one, of more of them',
    lane,
    'std::max(before, lanes)',
    'lanes',
    SETTLED,
  ),
  rule(
    '[9.19] a frame settles the lanes that had a part in it',
    lane,
    'if (lanes >= unsettled.load(std::memory_order_relaxed) &&\n      IsWholeByLanes(grant)) {',
    'if (IsWholeByLanes(grant)) {',
    SETTLED,
  ),
  rule(
    '[9.19] a frame that is not whole settles none',
    lane,
    'if (lanes >= unsettled.load(std::memory_order_relaxed) &&\n      IsWholeByLanes(grant)) {',
    'if (lanes >= unsettled.load(std::memory_order_relaxed)) {',
    SETTLED,
  ),
  without(
    '[9.19] the end of a grant by lanes settles them',
    server,
    '  if (IsByLanes(grant)) SettleLanes(grant);\n',
    SETTLED,
  ),
  rule(
    '[9.19] lanes that are started are sent data at once',
    transmit,
    'AreLanesStarted() ? 1 : 0',
    '0',
    'lanes that the first question has started',
  ),
  rule(
    '[9.19] an ACK of another round says nothing about the start',
    transmitByLanes,
    'IsAck(ack) && ack.count == 0',
    'IsAck(ack)',
    'where nothing says that they are started',
  ),
];

const rounds = [
  rule(
    "[9.4] a round's data are numbered behind those of the round before",
    lane,
    '(round - 1) * grant->lanes',
    'round * grant->lanes',
    IN_TURN,
  ),
  rule(
    '[9.4] a frame that goes on is numbered behind what was there',
    lane,
    'return grant->count.load(std::memory_order_relaxed) +\n         (round',
    'return (round',
    GOES_ON,
  ),
  rule(
    '[9.4] the last round may have fewer',
    lane,
    'std::min(lanes, total - before) : 0',
    'lanes : 0',
    FEWER,
  ),
  rule(
    '[9.4] in the last round the first lanes have their part',
    lane,
    '      round > 0 && lane->next == round && lane->index < PartIn(grant, round);',
    '      round > 0 && lane->next == round;',
    FEWER,
  ),
  rule(
    '[9.6] a lane takes one signal in a round',
    lane,
    'round > 0 && lane->next == round &&',
    'round > 0 &&',
    ONE_BIT,
  ),
  without("[9.6] a lane's count is 0 at its start", lane, '  lane->next = 1;\n', IN_TURN),
  without('[9.6] what a lane takes raises its count', lane, '  lane->next = round + 1;\n', ONE_BIT),
  rule(
    '[9.6] a data word has to be the one whose turn it is',
    lane,
    '(header->number != before + 1 ||\n       size_t',
    '(size_t',
    NUMBERED,
  ),
  rule(
    '[9.6] a data word names its grant',
    lane,
    '         header.grant == grant->number.load(std::memory_order_relaxed) &&\n',
    '',
    OTHER_WORD,
  ),
  rule(
    '[9.6] a data word has the width that the client has told',
    lane,
    '         header.eights == grant->eights.load(std::memory_order_relaxed) &&\n',
    '',
    OTHER_WORD,
  ),
  rule(
    '[9.6] a lane takes no bit of another process',
    'native/handler/minitalk/grant.cc',
    '                          pid == grant->pid.load(std::memory_order_relaxed) &&\n',
    '',
    OTHER_PROCESS,
  ),
  rule(
    '[9.6] a plain kill is no bit of a lane',
    lane,
    'if (info.si_code == kCodeThread) return',
    'if (info.si_code != kCodeQueue) return',
    OTHER_PROCESS,
  ),
  without(
    '[9.7] the last lane of a round opens the next',
    lane,
    '  if (grant->left.fetch_sub(1, std::memory_order_acq_rel) != 1) return false;\n',
    IN_TURN,
  ),
  without(
    '[9.7] all lanes that have a part in the next round are awaited',
    lane,
    '  grant->left.store(PartIn(grant, round + 1), std::memory_order_relaxed);\n',
    IN_TURN,
  ),
  without(
    '[9.7] a round that is over opens the next',
    lane,
    '  grant->round.store(round + 1, std::memory_order_release);\n',
    IN_TURN,
  ),
  without('[9.7] a round is acknowledged', lane, '  SendAck(grant, now, round);\n', IN_TURN),
  rule(
    '[9.7] an ACK tells the round',
    lane,
    'SendAck(grant, now, round)',
    'SendAck(grant, now, round + 1)',
    IN_TURN,
  ),
  rule(
    "[9.8] a lane's ANSWER tells its count",
    lane,
    '               lane->next - 1});',
    '               lane->next});',
    IN_TURN,
  ),
  rule(
    '[9.8] a quiet QUERY is not answered',
    lane,
    '  if (!LaneQuery::Parse(word.count).quiet) {',
    '  {',
    STARTED,
  ),
  rule(
    '[9.8] an ANSWER names its question',
    lane,
    'Word{Word::kAnswer, word.session, word.question, word.grant,\n               lane',
    'Word{Word::kAnswer, word.session, 0, word.grant,\n               lane',
    IN_TURN,
  ),
];

const frames = [
  rule(
    'a lane takes nothing for which the ring has no room',
    lane,
    '    if (slot == nullptr) {\n      TraceCaptured(Traced::kSpare, info, data, traced_lane);\n      Wake(channel);\n      return true;\n    }\n',
    '',
    NO_ROOM,
  ),
  rule(
    'a loop whose ring has no room is woken by a lane',
    lane,
    '      Wake(channel);\n      return true;\n',
    '      return true;\n',
    NO_ROOM,
  ),
  rule(
    'the loop is woken when a lane has completed the frame',
    lane,
    'if (is_whole || (header',
    'if ((header',
    FEWER,
  ),
  rule(
    "a loop whose ring fills up is woken by lanes' bits",
    lane,
    'if (is_whole || (header == nullptr && IsAboveHighWater(channel->ring))) {',
    'if (is_whole) {',
    "a loop whose ring fills up is woken by lanes' bits",
  ),
  rule(
    '[9.12] the complete rounds are kept',
    lane,
    '  return std::min(Before(grant, round), Total(grant));',
    '  return count;',
    GOES_ON,
  ),
  rule(
    '[9.12] of the present round nothing is kept',
    lane,
    'std::min(Before(grant, round), Total',
    'std::min(Before(grant, round + 1), Total',
    GOES_ON,
  ),
  rule(
    '[9.12] of a whole frame no more than that is kept',
    lane,
    'std::min(Before(grant, round), Total(grant))',
    'Before(grant, round)',
    FEWER,
  ),
  rule(
    '[9.12] before the first round what was there is kept',
    lane,
    '  if (!IsByLanes(grant) || round == 0) return count;',
    '  if (!IsByLanes(grant)) return count;',
    WITHDRAWN,
  ),
  rule(
    'a frame by lanes is whole with all its data',
    lane,
    'KeptCount(grant) == Total(grant);',
    'true;',
    WHOLE,
  ),
];

const others = [
  rule(
    '[9.13] the main thread takes no bit of a grant by lanes',
    protocol,
    'if (grant == nullptr || IsByLanes(grant)) return false;',
    'if (grant == nullptr) return false;',
    CHOSEN,
  ),
  rule(
    '[9.13] the main thread takes no data word of a grant by lanes',
    protocol,
    'if (grant == nullptr || IsByLanes(grant) ||\n',
    'if (grant == nullptr ||\n',
    CHOSEN,
  ),
  rule(
    '[9.13] a lane takes no bit of a grant without lanes',
    lanes,
    '    DispatchStray(info);',
    '    Dispatch(info);',
    "a late bit in a lane's slot",
  ),
  without(
    '[9.13] the next grant is not by lanes before its client says so',
    server,
    '  grant->lanes.store(0);\n',
    REUSED,
  ),
  rule(
    "[9.14] what is not its grant's a lane passes on",
    lanes,
    'if (!TakeInLane(&thread->lane, info)) PassOn(info);',
    'TakeInLane(&thread->lane, info);',
    HANDED,
  ),
  rule(
    '[9.14] a control word that a lane is handed is looked at as any signal',
    lanes,
    '    Dispatch(info);',
    '',
    HANDED,
  ),
  rule(
    '[9.14] a bit that is not its own goes to the watchers',
    lanes,
    '    DispatchStray(info);',
    '',
    HANDED,
  ),
  rule(
    '[9.14] what a lane has not taken at its end is passed on',
    lanes,
    '    if (!is_end) PassOn(info);',
    '',
    'what a lane was sent before its end is not lost',
  ),
  rule(
    '[9.15] lanes are in SCHED_BATCH',
    lanes,
    '  pthread_setschedparam(pthread_self(), SCHED_BATCH, &none);\n',
    '  static_cast<void>(none);\n',
    'lanes are threads of their own in SCHED_BATCH',
  ),
  rule(
    '[9.17] a server starts 64 lanes at most',
    server,
    'lanes_.Start(std::min(count, kMaxLanes))',
    'lanes_.Start(count)',
    'a server has 64 lanes at most',
  ),
  rule(
    '[9.17] no lanes end that a grant names',
    server,
    '  if (grant != nullptr && grant->offered.load() > 0) return -EBUSY;\n',
    '  static_cast<void>(grant);\n',
    'a grant names no more lanes than there are',
  ),
  rule(
    '[9.18] lanes go to the client only where that is wanted',
    lane,
    'together ? grant->cpu.load(std::memory_order_relaxed) : -1',
    'grant->cpu.load(std::memory_order_relaxed)',
    PLACED,
  ),
  rule(
    '[9.18] lanes go to the CPU that the first QUERY names',
    lane,
    'grant->cpu.store(has_cpu ? static_cast<int>(query.cpu) : -1,',
    'grant->cpu.store(has_cpu ? 0 : -1,',
    PLACED,
  ),
  rule(
    '[9.18] a client that names no CPU is followed to none',
    lane,
    'grant->cpu.store(has_cpu ? static_cast<int>(query.cpu) : -1,',
    'grant->cpu.store(static_cast<int>(query.cpu + has_cpu * 0),',
    PLACED,
  ),
  rule(
    '[9.18] lanes are placed with their grant, as they start',
    lane,
    'std::memory_order_relaxed);\n  PlaceLanes(grant);',
    'std::memory_order_relaxed);',
    PLACED,
  ),
  rule(
    '[9.18] lanes follow a change of place',
    server,
    '  if (IsByLanes(grant)) PlaceLanes(grant);\n',
    '',
    PLACED,
  ),
  without(
    '[9.18] a lane follows the CPU that is named',
    lanes,
    '    follow.To(protocol.server.lane_cpu.load(std::memory_order_relaxed));\n',
    'lanes go where the client runs',
  ),
];

const following = [
  rule(
    '[9.18] a lane goes to no CPU that is not allowed',
    affinity,
    'cpu < CPU_SETSIZE && CPU_ISSET(cpu, &before_);\n  ours_ = before_;',
    'cpu < CPU_SETSIZE;\n  ours_ = before_;',
    'who follows a CPU that is not allowed',
  ),
  rule(
    'CPUs that somebody else sets for a lane stay',
    affinity,
    'if (!held_ || !CPU_EQUAL(&present, &ours_)) before_ = present;',
    'if (!held_) before_ = present;',
    'CPUs that somebody else sets are those',
  ),
  rule(
    'where no CPU is named a lane may use all that it had',
    affinity,
    'if (!held_ || !CPU_EQUAL(&present, &ours_)) before_ = present;',
    'before_ = present;',
    'who follows a CPU is on it',
  ),
];

const sending = [
  rule(
    '[9.4] the lanes are started by quiet QUERYs',
    transmitByLanes,
    'LaneError(SendQuery(thread, true))',
    'LaneError(SendQuery(thread, false))',
    EACH_ROUND,
  ),
  rule(
    "[9.4] a round's data go to the lanes in order",
    transmitByLanes,
    'const uint32_t number = taken_ + static_cast<uint32_t>(lane) + 1;',
    'const uint32_t number = taken_ + 1;',
    EACH_ROUND,
  ),
  rule(
    '[9.4] the last round has what is left',
    transmitByLanes,
    'return std::min<size_t>(frame_.lanes.size(), total_ - taken_);',
    'return frame_.lanes.size();',
    EACH_ROUND,
  ),
  rule(
    "[9.9] an ACK of an earlier round is none of the present one's",
    transmit,
    'if (is_ack && IsByLanes() && ack.count == round_) {',
    'if (is_ack && IsByLanes()) {',
    EACH_ROUND,
  ),
  rule(
    '[9.9] the next round follows the ACK of the present one',
    transmit,
    'if (is_ack && IsByLanes() && ack.count == round_) {',
    'if (is_ack && IsByLanes() && ack.count == round_ + 1) {',
    EACH_ROUND,
  ),
  rule(
    '[9.9] a round awaits its ACK',
    transmitByLanes,
    '  waiting_ = Waiting::kAck;\n  deadline_ = now + timeout_;\n  asked_lane_ = 0;\n',
    '  waiting_ = Waiting::kNothing;\n  deadline_ = now + timeout_;\n  asked_lane_ = 0;\n',
    EACH_ROUND,
  ),
  rule(
    '[9.10] a question about a lane goes to that lane',
    transmitByLanes,
    'SendQuery(frame_.lanes[asked_lane_], false)',
    'SendQuery(frame_.lanes[0], false)',
    LACKS,
  ),
  rule(
    '[9.10] the lanes are asked one after the other',
    transmitByLanes,
    '  ++asked_lane_;\n',
    '',
    LACKS,
  ),
  rule(
    '[9.10] a lane that lacks its signal is sent it again',
    transmitByLanes,
    '    SendInRound(asked_lane_);\n',
    '',
    LACKS,
  ),
  rule(
    '[9.10] a lane that has its signal is not sent it again',
    transmitByLanes,
    '  if (count != round_) {\n    sent_again_',
    '  {\n    sent_again_',
    LACKS,
  ),
  rule(
    "[9.10] an answer that is neither count of a lane's is a fault",
    transmitByLanes,
    '  if (count != round_ && count + 1 != round_) return false;\n',
    '',
    'an answer that is neither count of a lane',
  ),
  rule(
    '[9.10] an answer to an earlier question about lanes is none',
    transmit,
    '      answer.question != question_ || answer.grant',
    '      answer.grant',
    'an answer to an earlier question about lanes',
  ),
  rule(
    '[9.11] where one was sent again its ACK is awaited',
    transmitByLanes,
    '    sent_again_ = true;\n',
    '',
    LACKS,
  ),
  rule(
    '[9.11] where none was sent again the client goes on at once',
    transmitByLanes,
    '  if (!sent_again_) {\n    NoteRound(now);\n    return true;\n  }\n',
    '',
    'where no lane lacks its signal',
  ),
  rule(
    '[9.11] it counts what was sent again since the first lane was asked',
    transmitByLanes,
    '  if (asked_lane_ == 0) sent_again_ = false;\n',
    '',
    LACKS,
  ),
  rule(
    '[9.16] a lane that is gone is not the end of the server',
    transmitByLanes,
    'return error == -ESRCH ? 0 : error;',
    'return error;',
    'a lane that is gone is no error',
  ),
  rule(
    '[9.16] a lane that is gone before its start is not the end of the server',
    transmitByLanes,
    'return LaneError(SendQuery(thread, true));',
    'return SendQuery(thread, true);',
    'a lane that is gone is no error',
  ),
  rule(
    '[9.16] a lane that is gone may be asked',
    transmitByLanes,
    'return LaneError(SendQuery(frame_.lanes[asked_lane_], false));',
    'return SendQuery(frame_.lanes[asked_lane_], false);',
    'a lane that is gone is no error',
  ),
  rule(
    '[4.77] stopped in a round a client looks first',
    transmitByLanes,
    "    // other lanes' answers will tell that they have nothing.\n    if (Now() - last_look_ > kHeldUp) break;\n",
    '',
    'a client that was stopped in a round',
  ),
];

module.exports = [
  ...choosing,
  ...starting,
  ...settled,
  ...rounds,
  ...frames,
  ...others,
  ...following,
  ...sending,
];
