// An examination: how a dialect is told, what became of a text, and that each fault is named.
const { one } = require('./cli/one.js');

const answers = 'lib/exam/inside/dialect/answers.ts';
const calls = 'lib/exam/inside/calls.ts';
const catalogue = 'lib/exam/catalogue.ts';
const checksDialect = 'lib/exam/inside/checks/dialect.ts';
const commandLines = 'lib/exam/inside/checks/command-lines.ts';
const compare = 'lib/exam/inside/compare.ts';
const disturbances = 'lib/exam/inside/checks/disturbances.ts';
const driveServer = 'lib/exam/inside/dialect/drive-server.ts';
const examCommand = 'lib/cli/commands/exam.ts';
const examiner = 'lib/exam/inside/examiner.ts';
const finding = 'lib/exam/finding.ts';
const framings = 'lib/exam/inside/dialect/framings.ts';
const group = 'lib/exam/inside/group.ts';
const idle = 'lib/exam/inside/checks/idle.ts';
const mixture = 'lib/exam/inside/mixture.ts';
const printer = 'lib/cli/printers/exam.ts';
const programs = 'lib/exam/inside/programs.ts';
const recordClient = 'lib/exam/inside/dialect/record-client.ts';
const texts = 'lib/exam/inside/checks/texts.ts';
const watchCalls = 'native/exam/watch_calls.c';

const DIALECTS = 'unit/exam-dialects';
const COMMAND = 'unit/exam-command';
const CALLS = 'unit/exam-calls';
const E2E = 'e2e/exam';

const told = [
  one(
    'in an exam a type signal is looked for behind a handshake alone',
    framings,
    "opening.startsWith('handshake=usr')",
    "opening !== 'handshake=nul'",
    DIALECTS,
    'each framing makes other signals',
  ),
  one(
    'in an exam two signals that changed places hide no third',
    framings,
    'const FEW_PLACES = 2;',
    'const FEW_PLACES = 0;',
    DIALECTS,
    'changed places',
  ),
  one(
    'in an exam an echo is told from one signal',
    answers,
    "return 'echo'",
    "return 'usr1'",
    DIALECTS,
    'its answers are',
  ),
  one(
    'in an exam a last bit without an answer is told',
    answers,
    'const isLast = last.includes(lastAck);',
    'const isLast = last.length >= 0;',
    DIALECTS,
    'its answers are',
  ),
  one(
    'in an exam a bit that was lost is told by the shift',
    compare,
    'if (agree(sent, i + 1, came, i)) return LOST;',
    '',
    DIALECTS,
    'a bit was lost',
  ),
  one(
    'in an exam a bit that was counted twice is told by the shift',
    compare,
    'if (agree(sent, i, came, i + 1)) return TWICE;',
    '',
    DIALECTS,
    'a bit was counted twice',
  ),
  one(
    'in an exam newlines around a text are none of it',
    compare,
    ".replace(/^\\n+|\\n+$/g, '')",
    '',
    DIALECTS,
    'without the newlines around it',
  ),
  one(
    'in an exam a text within another is mixed',
    mixture,
    "return before === '' && parts",
    'return parts',
    DIALECTS,
    'a text within another',
  ),
  one(
    'in an exam a text that its client calls whole is not cut off',
    mixture,
    'parts.every((part) => cut.some(',
    'parts.every((part) => texts.some(',
    DIALECTS,
    'may not be cut off',
  ),
  one(
    'in an exam what was skipped does not count',
    finding,
    " && verdict !== 'skipped'",
    '',
    COMMAND,
    'does not count for the mark',
  ),
  one(
    'in an exam what a program printed moves no cursor',
    printer,
    '`    ${harmless(line)}`',
    '`    ${line}`',
    COMMAND,
    'a fault is told',
  ),
  one(
    'in an exam a check is one of those that there are',
    catalogue,
    'Object.hasOwn(catalogue, text)',
    'text in catalogue',
    COMMAND,
    '"constructor" is no check',
  ),
];

const watched = [
  one(
    'in an exam of a program that is not watched nothing is told',
    calls,
    "seen: () => (existsSync(file) ? parse(readFileSync(file, 'latin1')) : undefined),",
    "seen: () => parse(existsSync(file) ? readFileSync(file, 'latin1') : ''),",
    CALLS,
    'nothing is told',
  ),
  one(
    'in an exam calls are not watched without a compiler',
    calls,
    'failure: status === 0 ?',
    'failure: status !== -1 ?',
    CALLS,
    'cannot be compiled',
  ),
  one(
    'in an exam a call outside of a handler is none in it',
    watchCalls,
    'depth > 0 && !is_told',
    '!is_told',
    CALLS,
    'calls nothing of that in a handler',
  ),
  one(
    'in an exam a handler that takes siginfo is watched',
    watchCalls,
    'ours.sa_sigaction = call_info;',
    '',
    E2E,
    'tells whose handler calls what',
  ),
  one(
    'in an exam a signal to a process that is gone is counted',
    watchCalls,
    'errno == ESRCH && ',
    'errno == 0 && ',
    E2E,
    'sends to a server that has ended',
  ),
];

const named = [
  one(
    'in an exam a client that sends bits again is told so',
    checksDialect,
    'if (framing !== undefined && extra > 0) {',
    'if (framing !== undefined && extra > 1e9) {',
    E2E,
    'sends bits again',
  ),
  one(
    'in an exam a client that misses an answer is told of pause()',
    recordClient,
    'answers: answers.to(1, 0) !== undefined,',
    'answers: answers.to(1, 0) === null,',
    E2E,
    'one that hangs',
  ),
  one(
    'in an exam a server that answers nothing is told so',
    driveServer,
    'everAnswered: correspondence.received.length > 0,',
    'everAnswered: correspondence.received.length >= 0,',
    E2E,
    'ignores its client',
  ),
  one(
    'in an exam a hundred characters have a second',
    texts,
    'const TOO_LONG_MS = 1000;',
    'const TOO_LONG_MS = 1e9;',
    E2E,
    'answers late',
  ),
  one(
    'in an exam a server that ended by the signal did not catch it',
    programs,
    "ended.signal === 'SIGUSR1' ||",
    '',
    E2E,
    'dies of its first signal',
  ),
  one(
    'in an exam the group is looked at',
    group,
    'return other > 0 && !isAlive(other);',
    'return other > 1e9 && !isAlive(other);',
    E2E,
    'kills its group',
  ),
  one(
    'in an exam one that catches nothing must live',
    commandLines,
    "if (isOurs(end)) return passed('the process lives');",
    "if (bystander.pid > 0) return passed('the process lives');",
    E2E,
    'signals who does not catch it',
  ),
  one(
    'in an exam an idle server uses no CPU',
    idle,
    'const BUSY_SHARE = 0.05;',
    'const BUSY_SHARE = 5;',
    E2E,
    'busy-waits',
  ),
  one(
    'in an exam a stray signal is no bit of the next text',
    disturbances,
    '`kill -${name} ${server.pid}`',
    '`: ${name} ${server.pid}`',
    E2E,
    'takes a stray signal',
  ),
  one(
    'in an exam a PID in the buffer of printf() is seen',
    programs,
    "unbuffered = ['stdbuf', '-o0'];",
    "unbuffered = ['nice'];",
    E2E,
    'prints as to a terminal',
  ),
  one(
    'in an exam where no text comes through most is skipped',
    examiner,
    "'needsText' in about",
    "'needsNothing' in about",
    E2E,
    'not even a short text',
  ),
  one(
    'in an exam what is mandatory decides the exit code',
    examCommand,
    'if (mandatory.passed < mandatory.of) return',
    'if (mandatory.passed > mandatory.of) return',
    E2E,
    'not even a short text',
  ),
];

module.exports = [...told, ...watched, ...named];
