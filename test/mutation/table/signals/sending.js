// Where a signal may go; what a handle on a process keeps.
const { of } = require('./of.js');

const send = [
  [
    'pid 1 is nobody to send to',
    'pid > 1 && pid <= MAX_PID',
    'pid >= 1 && pid <= MAX_PID',
    'the pid 1 does not',
  ],
  ['a pid has an upper bound', ' && pid <= MAX_PID', '', 'does not, and the error says'],
  ['a pid is whole', 'Number.isInteger(pid) && ', '', 'the pid 1.5 does not'],
  [
    'a thread is checked before kill',
    '    assertPid(thread);\n',
    '',
    'is refused before anything is sent',
  ],
  [
    'a thread is checked before queue',
    '  if (thread !== undefined) assertPid(thread);\n',
    '',
    'is refused before anything is sent',
  ],
  ['a value is not negative', 'word < 0n || ', '', 'is refused'],
  ['a value has 64 bits', ' || word >= 1n << 64n', '', 'is refused'],
  [
    'halves are told apart',
    'high: Number(word >> 32n)',
    'high: Number(word >> 31n)',
    'a value is split',
  ],
  [
    "kill's failures are thrown",
    "check(binding.kill(pid, signo), 'kill', what)",
    'binding.kill(pid, signo)',
    'fail by their names',
  ],
  [
    "tgkill's failures are thrown",
    "check(binding.killThread(pid, thread, signo), 'tgkill', what)",
    'binding.killThread(pid, thread, signo)',
    'fail by their names',
  ],
  ['what is queued goes to its thread', 'thread ?? 0', '0', 'goes to the thread that was told'],
].map(of('send', 'unit/send'));

const handles = [
  [
    'a closed handle keeps no descriptor',
    '    if (pidfd >= 0) binding.closeDescriptor(pidfd);\n',
    '',
    'a closed one none',
  ],
  ['a closed handle has no descriptor', '    pidfd = -1;\n', '', 'a closed one none'],
  [
    'who waits for the end hears that the handle is closed',
    '      reject(closedError(pid));\n',
    '',
    'keeps no more once it is closed',
  ],
  [
    'closing a handle ends the wait for the end',
    '    exit?.close();\n',
    '',
    'keeps no more once it is closed',
  ],
  [
    'there is one wait for the end',
    'exit ??= exitPromise',
    'exit = exitPromise',
    'keeps no more once it is closed',
  ],
  [
    'an end that was heard of stays',
    'if (isClosed && exit === undefined) return',
    'if (isClosed) return',
    'an end that was heard of',
  ],
  [
    "an identity is the pinned process's",
    "      assertAlive('identify process');\n",
    '',
    'a pid that was given again',
  ],
  [
    "handlers are the pinned process's",
    "      assertAlive('read the handlers of process');\n",
    '',
    'a pid that was given again',
  ],
  [
    'pid 1 is opened by nobody',
    '  assertPid(pid);\n  return pinProcess',
    '  return pinProcess',
    'pid 1 can be pinned',
  ],
  [
    'a pid that names nobody is not pinned',
    '  if (pid !== 1) assertPid(pid);\n',
    '',
    'pid 1 can be pinned',
  ],
  ['without ENOSYS there is no fallback', 'opened === -ENOSYS || ', '', 'the pid itself is used'],
  [
    'a forbidden pidfd is as one that is not there',
    ' || opened === -EPERM',
    '',
    'the pid itself is used',
  ],
  [
    'the end is polled for where no pidfd tells it',
    '    onExit();\n  }, EXIT_POLL_MS);',
    '  }, EXIT_POLL_MS);',
    'the pid itself is used',
  ],
  [
    'who could not look does not say that nobody is there',
    "look.is === 'unknown' && look.error.code !== 'ENOENT'",
    "look.is === 'unknown' && look.error.code === 'ENOENT'",
    'who could not look says so',
  ],
].map(of('process-handle', 'unit/process-handle'));

module.exports = [...send, ...handles];
