// Lines of lib/ that the tests are not seen to run:
//   [file, part of the first line's text, reason]
// It holds for that line and for those after it up to the next that is covered. The whole
// run prints what has no reason here, and a reason that was not needed: it does not fail, as
// some lines run only where a signal comes at a certain moment.
const elsewhere = 'only on another platform, or an older kernel';
const ends = 'runs in a process that ends by the signal that it reports: it writes nothing down';
const race = 'only if something ends between two system calls';

module.exports = [
  [
    'binding/load.ts',
    'throw new Error(',
    'only where there is no addon: test/package runs it, in a package of its own',
  ],
  ['signals/internal/proc.ts', 'if (!saysGone(error)) throw error', race],
  ['signals/internal/unmapped-uid.ts', 'return saysGone(error)', elsewhere],
  ['signals/internal/unmapped-uid.ts', 'return DEFAULT_OVERFLOW_UID', elsewhere],
  [
    'signals/internal/channel.ts',
    'release();',
    'only where no timer is left for `default`: EAGAIN',
  ],
  ['signals/internal/report.ts', 'function warn', ends],
  ['signals/internal/report.ts', 'try {', ends],
  ['signals/internal/report.ts', 'warn(`MINITALK_REPORT is', ends],
  [
    'signals/internal/proc.ts',
    'return unknown(',
    'only where /proc hides a process that lives: hidepid',
  ],
  ['minitalk/server/server.ts', "'ENOSYS'", elsewhere],
  ['minitalk/client/data-plan.ts', 'throw new MinitalkError(', elsewhere],
  ['minitalk/peer/pinned.ts', 'status.release();', race],
  ['minitalk/server/reserve.ts', '// Somebody else was quicker', race],
  ['cli/process/name.ts', '// Not Linux', elsewhere],
];
