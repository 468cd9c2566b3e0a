// What other minitalks speak: what is said of a dialect, how it is encoded and decoded, and
// whom a server of it acknowledges.
const { rule } = require('../core.js');
const { one } = require('./cli/one.js');

const carries = 'lib/dialects/carries.ts';
const client = 'lib/dialects/client/client.ts';
const correspondent = 'lib/dialects/server/correspondent.ts';
const decode = 'lib/dialects/decode.ts';
const dialect = 'lib/dialects/dialect.ts';
const encode = 'lib/dialects/encode.ts';
const foreignServer = 'lib/dialects/client/foreign-server.ts';
const format = 'lib/dialects/format.ts';
const parse = 'lib/dialects/parse.ts';
const reception = 'lib/dialects/server/reception.ts';
const server = 'lib/dialects/server/server.ts';
const turn = 'lib/dialects/server/turn.ts';

const conversation = 'native/handler/dialects/conversation.cc';
const correspondentUse = 'native/handler/dialects/correspondent.cc';
const dialectServer = 'native/core/dialects/dialect_server.cc';
const gather = 'native/core/dialects/gather.cc';
const pace = 'native/core/dialects/pace.cc';
const stepSender = 'native/core/dialects/step_sender.cc';

const SPEC = 'unit/dialect-spec';
const CODEC = 'unit/dialect-codec';
const TURN = 'unit/dialect-turn';
const E2E = 'e2e/dialects';

const DECODED = 'what is encoded is decoded';
const ANSWERED = 'a server answers by all that the client awaits';

const said = [
  one(
    'in a dialect a key is one of those that there are',
    parse,
    'Object.hasOwn(readers, text)',
    'text in readers',
    SPEC,
    'constructor=msb',
  ),
  one(
    'in a dialect a key stands once',
    parse,
    'if (given.has(key)) throw',
    'if (false as boolean) throw',
    SPEC,
    'order=msb,order=lsb',
  ),
  one(
    'in a dialect a length has one order',
    parse,
    "if (words.includes('msb') && words.includes('lsb')) throw",
    'if (false as boolean) throw',
    SPEC,
    'length=32:msb:lsb',
  ),
  one(
    'in a dialect a preset is known by its name',
    parse,
    'if (preset !== undefined) return preset.dialect;',
    '',
    SPEC,
    'a preset is called by its name',
  ),
  one(
    'in a dialect a counted NUL is sent',
    parse,
    "length?.countsNul && end !== 'nul'",
    'false as boolean',
    SPEC,
    'length=32:nul,end=none',
  ),
  one(
    'in a dialect a pause is for what is not acknowledged',
    parse,
    "gap !== undefined && ack?.of === 'bit'",
    'false as boolean',
    SPEC,
    'ack=bit:usr1,gap=50',
  ),
  one(
    'in a dialect the signal after bytes is no acknowledgement',
    parse,
    'ack?.by === byte || ',
    '',
    SPEC,
    'ack=bit:usr1,byte=usr1',
  ),
  one(
    'in a dialect the spec says an order of its own of the length',
    format,
    'order === textOrder ? [] : [order]',
    '[]',
    SPEC,
    'the spec that is formatted',
  ),
  one(
    'in a dialect the spec says of the last bit that it is not acknowledged',
    format,
    "last ? '' : ':notlast'",
    "''",
    SPEC,
    'the spec that is formatted',
  ),
];

const carried = [
  one(
    'in a dialect no text has what would end it',
    carries,
    'if (at >= 0) {',
    'if (at > 1e9) {',
    CODEC,
    'what a dialect cannot carry',
  ),
  one(
    'in a dialect without an end there is no empty text',
    carries,
    'text.length === 0 && !tellsEnd(dialect)',
    'false as boolean',
    CODEC,
    'what a dialect cannot carry',
  ),
  one(
    'in a dialect a length that counts the NUL says one less',
    carries,
    ' - Number(length.countsNul)',
    '',
    CODEC,
    'a text too long',
  ),
  one(
    'in a dialect a bit has its place',
    encode,
    "order === 'msb' ? 7 - (i % 8) : i % 8",
    'i % 8',
    CODEC,
    DECODED,
  ),
  one(
    'in a dialect a length is sent in its own order',
    encode,
    "return order === 'msb' ? bytes : bytes.reverse();",
    'return bytes;',
    CODEC,
    DECODED,
  ),
  one(
    'in a dialect the upper half repeats the lower one',
    encode,
    'repeats ? [...half] : [0, 0, 0, 0]',
    '[0, 0, 0, 0]',
    CODEC,
    DECODED,
  ),
  one(
    'in a dialect the end awaits what is sent at the end',
    encode,
    'isLast ? final.map(signalOf) : []',
    '[]',
    CODEC,
    'a server answers by all',
  ),
  one(
    'in a dialect the handshake is answered',
    encode,
    '[signalOf(handshake.answers)]',
    '[]',
    CODEC,
    ANSWERED,
  ),
  one(
    'in a dialect a last bit without acknowledgement is known',
    decode,
    'ack?.last || ack === undefined ? plain',
    'true as boolean ? plain',
    CODEC,
    ANSWERED,
  ),
  one(
    'in a dialect what is plain ends before the last bit',
    decode,
    'return 8 * (expected + terminator.length - text.length) - bits - 1;',
    'return 8 * (expected + terminator.length - text.length) - bits;',
    CODEC,
    'so many signals as are called plain',
  ),
  one(
    'in a dialect what is plain ends with the byte that may be the last',
    decode,
    'tellsEnd(dialect) ? 7 - bits :',
    'tellsEnd(dialect) ? 8 - bits :',
    CODEC,
    'so many signals as are called plain',
  ),
  one(
    'in a dialect a length is not believed whatever it is',
    decode,
    'if (said > maxMessage) return',
    'if (false as boolean) return',
    CODEC,
    'a text longer than the server takes',
  ),
  one(
    'in a dialect a text that goes on is cut off',
    decode,
    'if (text.length === maxMessage) return',
    'if (false as boolean) return',
    CODEC,
    'a text longer than the server takes',
  ),
  one(
    'in a dialect a fault is no part of the next message',
    decode,
    '  const fault = (why: string): Reaction => {\n    reset();\n',
    '  const fault = (why: string): Reaction => {\n',
    CODEC,
    'what no client of the dialect sends',
  ),
  one(
    'in a dialect the next message begins with nothing of the last',
    decode,
    '    header = [];\n    headerBits',
    '    headerBits',
    CODEC,
    'messages follow each other',
  ),
  one(
    'in a dialect delivered is what somebody has said',
    dialect,
    'final.length > 0 || ack',
    'final.length >= 0 || ack',
    CODEC,
    'a server says of a message',
  ),
];

const turns = [
  one(
    'in a dialect the turn is one client at a time',
    turn,
    'return holder === client;',
    'return true;',
    TURN,
    'the first that wants',
  ),
  one(
    'in a dialect who leaves the queue has no turn',
    turn,
    '      queue.delete(client);\n',
    '',
    TURN,
    'who leaves the queue',
  ),
];

const talked = [
  one(
    'in a dialect who would die of an answer is no client',
    correspondent,
    "isAnswered && (pinned === undefined || lookAtThread(pinned).is !== 'catching')",
    'false as boolean',
    E2E,
    "a shell's own kill",
  ),
  one(
    'in a dialect a registered server is not sent to',
    foreignServer,
    "!== undefined) {\n      throw new MinitalkError(\n        'ENOTSUP'",
    "=== null) {\n      throw new MinitalkError(\n        'ENOTSUP'",
    E2E,
    'own protocol is not sent to',
  ),
  one(
    'in a dialect who does not catch is not sent to, whatever is told',
    foreignServer,
    'force: false',
    'force: true',
    E2E,
    'does not catch the signals is never signalled',
  ),
  one(
    'in a dialect half a message is the end of its client',
    client,
    '        this.#broken = error as Error;\n',
    '',
    E2E,
    'given up in the middle',
  ),
  one(
    'in a dialect a message that nobody has is not confirmed',
    server,
    'if (isTaken) taken();',
    'taken();',
    E2E,
    'a message that nobody takes',
  ),
  one(
    'in a dialect the waiting get their turn when a client has ended',
    reception,
    '    client.pinned?.unpin();\n    passTurn(client);\n',
    '    client.pinned?.unpin();\n',
    E2E,
    'killed in its turn',
  ),
  one(
    'in a dialect silence counts from the turn on',
    reception,
    '    next.quietSince = process.hrtime.bigint();\n',
    '',
    E2E,
    'a client that falls silent',
  ),
  one(
    'in a dialect the dead leave a partial',
    reception,
    "          end(client, 'died');\n",
    '',
    E2E,
    'killed in the middle',
  ),
  one(
    'in a dialect who waits is not acknowledged',
    reception,
    '} else client.owed =',
    '} else client.outbox?.say(answers); if (false as boolean) client.owed =',
    E2E,
    'wait for their turn',
  ),
];

const received = [
  one(
    'in a dialect a message that is whole out of turn is acknowledged',
    reception,
    'else if (isOver || turn.want(client)) {',
    'else if (turn.want(client)) {',
    'unit/dialect-reception',
    'whole out of turn',
  ),
  one(
    'in a dialect a server that leaves gives no turn',
    reception,
    'if (next === undefined || isLeaving) return;',
    'if (next === undefined) return;',
    'unit/dialect-reception',
    'gives nobody the turn',
  ),
  one(
    'in a dialect a bit comes by kill of another process',
    reception,
    'batch.code(i) !== SI_USER || pid <= 0 || ',
    '',
    'unit/dialect-reception',
    'what did not come by kill',
  ),
];

const gathered = [
  rule(
    'in a dialect other threads are gathered before a bit comes',
    gather,
    'thread > 0 && thread != process &&',
    'thread < 0 && thread != process &&',
    'threads that are gathered block both',
  ),
  {
    rule: "in a dialect a consumer's thread is left as it is",
    edits: [
      [gather, ' &&\n        !HasConsumer(thread)', ''],
      [conversation, ' ||\n      HasConsumer(thread)) {', ') {'],
    ],
    core: 'threads that are gathered block both',
  },
];

const native = [
  rule(
    'in a dialect a signal that is acknowledged is one less',
    correspondentUse,
    'left - 1,',
    'left,',
    'so many signals of an admitted client',
  ),
  rule(
    'in a dialect an echo is what came',
    correspondentUse,
    'by == AckBy::kEcho    ? signo',
    'by == AckBy::kEcho    ? SIGUSR1',
    'an echo acknowledges',
  ),
  rule(
    'in a dialect a client is looked at after a pause',
    correspondentUse,
    'now - last >= kLookExpires &&',
    'false &&',
    'after a pause a client that put its handlers away',
  ),
  rule(
    'in a dialect what has no room is not acknowledged',
    conversation,
    'if (slot == nullptr) return true;',
    'if (slot == nullptr) {\n    use.Acknowledge(info.si_signo);\n    return true;\n  }',
    'what finds no room in the ring is not acknowledged',
  ),
  rule(
    'in a dialect a bit comes by kill',
    conversation,
    'info.si_code == SI_USER && info.si_pid > 0',
    'info.si_pid > 0',
    'what an admitted client did not say by kill',
  ),
  rule(
    'in a dialect other threads leave the signals to the main one',
    conversation,
    '  sigaddset(mask, SIGUSR2);\n',
    '',
    'another thread leaves what follows',
  ),
  rule(
    'in a dialect the main thread takes them',
    conversation,
    '      thread == state.owner.load(std::memory_order_relaxed) ||\n',
    '',
    'another thread leaves what follows',
  ),
  rule(
    'in a dialect who is dismissed gets nothing',
    dialectServer,
    '  entry->pid.store(0);\n',
    '',
    'who was not admitted, or is no more',
  ),
  rule(
    'in a dialect one server is claimed',
    dialectServer,
    'compare_exchange_strong(expected, true)',
    'exchange(true) || true',
    'a process has one server of a dialect',
  ),
  rule(
    'in a dialect a step waits for all that it awaits',
    stepSender,
    '(awaited & ~seen) == 0',
    '(awaited & seen) != 0 || awaited == 0',
    'of two that are awaited one is not enough',
  ),
  rule(
    'in a dialect what is awaited is no refusal',
    stepSender,
    '(seen & ~awaited & target_.busy)',
    '(seen & target_.busy)',
    'of two that are awaited one is not enough',
  ),
  rule(
    'in a dialect who does not catch is sent nothing',
    stepSender,
    'if (!ready.catches) return kDeaf;',
    '',
    'a process that does not catch both signals',
  ),
  rule(
    'in a dialect the next step waits until the last was taken',
    pace,
    '((own | shared | blocked) & kUserSignals) == 0',
    'true',
    'steps that await nothing wait',
  ),
  rule(
    'in a dialect who is stopped is sent nothing',
    stepSender,
    "(ready.state == 'S' || (never",
    "(ready.state == 'T' || ready.state == 'S' || (never",
    'a process that is stopped is sent nothing',
  ),
  rule(
    'in a dialect what ends a message is no answer to the next one',
    stepSender,
    'if (is_new_message && is_acknowledged_)',
    'if (false && is_new_message)',
    'what is answered to the end of a message',
  ),
  rule(
    'in a dialect late answers are taken before the next message',
    stepSender,
    'if (looked == kReady) DrainAnswers();',
    '',
    'what is answered to the end of a message',
  ),
  rule(
    'in a dialect who is in a handler may be taking an answer',
    gather,
    "(gathering == Gathering::kFromNowOn || ready.state != 'R')",
    'true',
    'a thread that may be taking an answer',
  ),
  rule(
    'in a dialect a pause is kept',
    stepSender,
    'not_before_ = now +',
    'not_before_ = 0 *',
    'a pause that is told',
  ),
];

module.exports = [...said, ...carried, ...turns, ...talked, ...received, ...gathered, ...native];
