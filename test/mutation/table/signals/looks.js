// What was looked at in /proc, and that "could not look" is not "gone".
const { of } = require('./of.js');

const looks = [
  ...[
    [
      'a fault of ours is no failed look',
      "  if (errno === undefined) throw cause; // no system call's: a fault of ours\n",
      '',
      'an error of node:fs leaves an unknown',
    ],
    [
      'an error that says ESRCH says gone',
      " || code === 'ESRCH'",
      '',
      'only a missing file or process',
    ],
    [
      'an error that says ENOENT says gone',
      "code === 'ENOENT' || ",
      '',
      'only a missing file or process',
    ],
    [
      'who could not look does not say gone',
      "  if (look.is === 'unknown') throw look.error;\n",
      '',
      'thrown when nobody could look',
    ],
  ].map(of('internal/look', 'unit/looks')),
  ...[
    ['a field stands at the start of its line', '`^$', '`$', 'each from the start of its line'],
    [
      'a signal has its bit in the mask',
      'BigInt(signo - 1)',
      'BigInt(signo)',
      'a status is read field by field',
    ],
    [
      'the real uid comes first',
      '[realUid = -1, effectiveUid = -1,',
      '[effectiveUid = -1, realUid = -1,',
      'a status is read field by field',
    ],
    [
      'the limit of signals follows their number',
      "split('/')[1]",
      "split('/')[0]",
      'a status is read field by field',
    ],
    [
      'a status without handlers catches nothing',
      "field(mask) || '0'",
      "field(mask) || 'f'.repeat(16)",
      'a status without its fields',
    ],
    [
      'both user signals must be caught',
      'status.catches(constants.signals.SIGUSR1) &&',
      'status.catches(constants.signals.SIGUSR1) ||',
      'both user signals are caught',
    ],
    [
      'a start time is looked for behind the name',
      "text.lastIndexOf(')') + 2",
      "text.indexOf(')') + 2",
      'behind a name with spaces',
    ],
    [
      'the start time is the 22nd field',
      "split(' ')[19]",
      "split(' ')[18]",
      'behind a name with spaces',
    ],
    [
      'who is not there is gone',
      'if (isNobody(pid)) return GONE;\n',
      '',
      'one that does not is gone',
    ],
    [
      'the namespace is an inode',
      "/\\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]",
      "readlinkSync('/proc/self/ns/pid')",
      'the pid namespace is its inode',
    ],
  ].map(of('internal/proc', 'unit/looks')),
  ...[
    [
      'signals from 33 on are in the upper half',
      'if (signo > 32) high',
      'if (signo > 31) high',
      'each signal in its half',
    ],
    [
      'a thread that is there is not gone',
      'thread, 0) === -ESRCH',
      'thread, 0) !== -ESRCH',
      'a thread is gone when',
    ],
    ['halves are unsigned', 'low: low >>> 0', 'low', 'each signal in its half'],
    [
      'a thread that has ended is gone',
      '      if (result === -ESRCH) return GONE;\n',
      '',
      'a status that is held open',
    ],
    [
      'a status that cannot be read is no answer',
      '      if (result < 0) return unknown(systemError(result',
      '      if (result < -1000) return unknown(systemError(result',
      'a status that is held open',
    ],
    [
      'a closed status keeps no descriptor',
      '      if (descriptor >= 0) binding.closeDescriptor(descriptor);\n',
      '',
      'a status that is held open',
    ],
    [
      'a closed status has none to close again',
      '      descriptor = -1;\n',
      '',
      'a status that is held open',
    ],
  ].map(of('internal/thread-status', 'unit/looks')),
  ...[
    [
      'bigints are strings in JSON',
      "typeof value === 'bigint' ? String(value) : (value as unknown)",
      'value',
      'JSON takes bigints',
    ],
  ].map(of('internal/json', 'unit/looks')),
  ...[
    [
      'a parent that is outside is none',
      'parent > 0\n',
      'parent >= 0\n',
      'the first process no parent',
    ],
    [
      'arguments end with no empty one',
      ".replace(/\\0$/, '')",
      '',
      'a process is told with its arguments',
    ],
    [
      "a process's arguments are frozen",
      "Object.freeze(\n        arguments_ === '' ?",
      "(\n        arguments_ === '' ?",
      'a process is told with its arguments',
    ],
    [
      'who is not there, or not shown, is gone',
      'result === -ENOENT || result === -ESRCH',
      'result === -ESRCH',
      'one that does not is gone',
    ],
  ].map(of('sender', 'unit/looks')),
];

module.exports = [...looks];
