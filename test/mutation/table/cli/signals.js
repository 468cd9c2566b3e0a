// The rules of watch and send.
const { one } = require('./one.js');

const watch = 'lib/cli/commands/watch.ts';
const send = 'lib/cli/commands/send.ts';
const sendArguments = 'lib/cli/arguments/send.ts';
const watchArguments = 'lib/cli/arguments/watch.ts';
const values = 'lib/cli/arguments/values.ts';
const hints = 'lib/cli/hints.ts';
const watchable = 'lib/signals/internal/watchable.ts';
const response = 'lib/signals/internal/response.ts';

module.exports = [
  one(
    'what ends watch is always shown',
    watch,
    '[...signals, ...ENDING_SIGNALS]',
    'signals',
    'e2e/watch',
    'is shown although another is named',
  ),
  one(
    'SIGINT, SIGTERM and SIGHUP end watch',
    watch,
    '      if (ending.includes(info.signal)) break;\n',
    '',
    'e2e/watch',
    'is shown although another is named',
  ),
  one(
    'what was ignored at its start does not end watch',
    watch,
    '.filter((signal) => !wasIgnored(signal))',
    '',
    'e2e/watch',
    'what was ignored when it started',
  ),
  one(
    'watch reads who the sender is',
    watch,
    ', { snapshot: true }',
    '',
    'e2e/watch',
    'it tells its pid',
  ),
  one(
    'watch ends when its output has failed',
    watch,
    '    watcher.close();\n',
    '',
    'e2e/watch',
    'when nobody reads any more',
  ),
  one(
    'watch tells of lost signals',
    watch,
    '`${lost} signals came too fast to be recorded`',
    "''",
    'unit/watch-command',
    'how many came too fast',
  ),
  one(
    'job control is not caught',
    watchable,
    '    .filter((signo) => !stopping.some(({ number }) => number === signo))',
    '',
    'e2e/watch',
    'job control goes on',
  ),
  one(
    'what cannot be watched is a usage error',
    watchArguments,
    'if (isWatchable(signo)) return signo;',
    'if (isWatchable(signo) || true) return signo;',
    'e2e/watch',
    'watch KILL is refused',
  ),
  one(
    "a signal's name needs neither SIG nor capitals",
    values,
    'const name = text.toUpperCase();',
    'const name = text;',
    'e2e/send',
    'does not catch usr1',
  ),
  one(
    'a thread is checked before anything is looked at',
    sendArguments,
    '  assertPid(pid);\n',
    '',
    'e2e/send',
    '"--thread","0"] is refused',
  ),
  one(
    "send's value has 64 bits",
    sendArguments,
    ' && value < 1n << 64n',
    '',
    'e2e/send',
    '"18446744073709551616"] is refused',
  ),
  one(
    'without a value nothing is queued',
    send,
    'else if (value === undefined) target.kill(signo);',
    'else if (value === undefined) target.queue(signo);',
    'e2e/send',
    'it carries no value',
  ),
  one(
    'send goes to the thread',
    send,
    'kill(pid, signo, { thread });',
    'kill(pid, signo);',
    'e2e/send',
    'to the thread that is told',
  ),
  one(
    'a zombie is nobody',
    send,
    'target.identity()?.name',
    "'python3'",
    'e2e/send',
    'nobody of that pid',
  ),
  one(
    'a name cannot move the cursor',
    send,
    'harmless(process)',
    'process',
    'e2e/send',
    'would move the cursor',
  ),
  one(
    'send says nothing of servers',
    hints,
    '  if (program === SEND) return undefined;\n',
    '',
    'e2e/send',
    'nobody of that pid',
  ),
  one(
    'who ignores a signal is told from who is ended',
    response,
    "  if (status.value.ignores(signo)) return 'ignore';\n",
    '',
    'e2e/send',
    'who ignores it',
  ),
  one(
    'realtime signals end a process',
    response,
    '?? DefaultAction.end',
    '?? DefaultAction.ignore',
    'e2e/send',
    'does not catch a realtime signal',
  ),
];
