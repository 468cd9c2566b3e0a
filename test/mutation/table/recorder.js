// What is recorded of a process's signals, and what they are said to mean.
const { rule } = require('../core.js');
const { one } = require('./cli/one.js');

const trace = 'native/handler/signals/trace.cc';
const tracing = 'native/core/signals/tracing.cc';
const handler = 'native/handler/signals/handler.cc';
const lane = 'native/handler/minitalk/lane.cc';
const protocol = 'native/handler/minitalk/protocol.cc';
const file = 'lib/recording/file.ts';
const open = 'lib/recording/open.ts';
const conversation = 'lib/recording/conversation.ts';
const interpret = 'lib/recording/interpret.ts';
const record = 'lib/recording/record.ts';

const E2E = 'e2e/record';
const INTERPRET = 'unit/interpret';

const native = [
  rule(
    'a signal is traced that nobody has done with',
    handler,
    'TraceCaptured(Traced::kSignal, info, static_cast<uint32_t>(info.si_errno));',
    '',
    'a signal is traced with who sent it',
  ),
  rule(
    'nothing is traced that nobody records',
    trace,
    'if (!IsTracing()) return;',
    '',
    'nothing is traced before the trace is opened',
  ),
  rule(
    "what is traced of a former recording is not the next one's",
    tracing,
    'return event.time < opened_at_;',
    'return event.time == 0 * opened_at_;',
    "an event that is older than the trace is a former one's",
  ),
  rule(
    'one at a time records a process',
    tracing,
    'if (has_owner) return -EBUSY;',
    '',
    'one at a time has the trace',
  ),
  rule(
    'what finds no room in the trace is counted',
    trace,
    'trace.lost.fetch_add(1, std::memory_order_relaxed);',
    '{}',
    'what finds no room is counted',
  ),
  rule(
    'what could not be sent is traced as such',
    trace,
    'static_cast<uint32_t>(-sent.error)',
    '0u',
    'what could not be sent is traced with its errno',
  ),
  rule(
    'the trace tells by which lane',
    lane,
    'const uint32_t traced_lane = 1 + lane->index;',
    'const uint32_t traced_lane = 1;',
    'both ends trace each data signal of a frame, by each way',
  ),
  rule(
    'a data word that is there already is traced as spare',
    protocol,
    'counts ? Traced::kData : Traced::kSpare',
    'Traced::kData',
    'a data word that is there already is spare',
  ),
];

const meaning = [
  one(
    "a recorded bit is that of its grant's frame",
    conversation,
    'this.#start = frame * FRAME_BYTES[mode];',
    'this.#start = frame * FRAME_BYTES.word;',
    INTERPRET,
    'the checksum of a message of several frames',
  ),
  one(
    'a recorded bit of a checksum is none of the message',
    conversation,
    'at < own ? {',
    'at <= own ? {',
    INTERPRET,
    'the checksum of a message of several frames',
  ),
  one(
    "a recorded frame's number is whole",
    conversation,
    '((low8 - before) & 0xff)',
    '(low8 - before)',
    INTERPRET,
    'a GRANT tells the last eight bits',
  ),
  one(
    'what comes again is recorded as such',
    conversation,
    'const before = seen[place] === 1;',
    'const before = false;',
    INTERPRET,
    'what comes to a place again is told',
  ),
  one(
    "a number of a message that was delivered is another's",
    conversation,
    'offered.frame = -1;\n    offered.seen',
    'offered.seen',
    INTERPRET,
    'what comes to a place again is told',
  ),
  one(
    'what a server grants and what it is granted are apart',
    interpret,
    'return `${pid} ${isOurs}`;',
    'return `${pid} ${isOurs && false}`;',
    INTERPRET,
    "a client's grants are those that it gets",
  ),
  one(
    'data of a client of whom none are expected are recorded as late',
    interpret,
    '...(isLate ? { late: true } : { stray: true })',
    '...{ stray: isLate || true }',
    INTERPRET,
    'on signals of conversations what is none',
  ),
  one(
    "the first signal of a dialect's client is recorded as its step",
    interpret,
    "conversing === 'dialect' && code === SI_USER && batch.pid(i) > 0",
    "conversing === 'dialect' && code === SI_USER && batch.pid(i) < 0",
    INTERPRET,
    'in a dialect plain ones are its steps',
  ),
  one(
    'of so many others it is kept what was said, and no more',
    conversation,
    'map.delete(oldest);',
    '',
    INTERPRET,
    'what was said with the longest known is forgotten',
  ),
];

const files = [
  one(
    'a recording and the file before it have no more than their limit',
    file,
    'this.#most = Math.floor(limit / 2);',
    'this.#most = limit;',
    E2E,
    'a recording has no more than its limit',
  ),
  one(
    "a recording is its owner's to read",
    open,
    '0o600',
    '0o644',
    E2E,
    'a recording has no more than its limit',
  ),
  one(
    'a recording is written into a regular file alone',
    open,
    'if (!fstatSync(fd).isFile())',
    'if (fstatSync(fd).isFIFO())',
    E2E,
    'a device is refused',
  ),
  one(
    'who records is not kept waiting by a FIFO',
    open,
    'O_RDWR | O_CREAT | O_NONBLOCK',
    'constants.O_WRONLY | O_CREAT',
    E2E,
    'a FIFO that nobody reads',
  ),
  one(
    'nobody writes over what another records',
    open,
    'if (writer !== undefined)',
    'if (writer === -1)',
    E2E,
    'two processes do not record into the same file',
  ),
  one(
    'a recording that fails ends nobody',
    record,
    'this.#fail(error as NodeJS.ErrnoException);',
    'throw error;',
    E2E,
    'what cannot be written is told',
  ),
  one(
    'a process that exits has written its recording',
    record,
    "process.on('exit', this.#onExit);",
    '',
    E2E,
    'record() records a service',
  ),
];

module.exports = [...native, ...meaning, ...files];
