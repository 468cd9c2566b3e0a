// The rules of the command line: errors, exit codes, the other commands.
const { one } = require('./one.js');

const list = 'lib/cli/commands/list.ts';
const command = 'lib/cli/arguments/command.ts';
const codes = 'lib/cli/exit-codes.ts';
const hints = 'lib/cli/hints.ts';
const main = 'lib/cli/main.ts';
const run = 'lib/cli/run.ts';

module.exports = [
  one(
    'a full queue may be tried again',
    codes,
    'EAGAIN: ExitCode.tryAgain',
    'EAGAIN: ExitCode.software',
    'unit/exit-codes',
    'is 75 for',
  ),
  one(
    'ESRCH is 69',
    codes,
    'ESRCH: ExitCode.unavailable',
    'ESRCH: ExitCode.software',
    'unit/exit-codes',
    'is 69 for',
  ),
  one(
    'a failed file call is 74 whatever it is',
    codes,
    'if (fileCalls.has(syscall)) return ExitCode.ioError;',
    '',
    'unit/exit-codes',
    'it is input or output',
  ),
  one(
    'writes are file calls',
    codes,
    "'write', ",
    '',
    'unit/exit-codes',
    'whatever write fails with',
  ),
  one(
    'a code of no error is a fault',
    codes,
    'Object.hasOwn(byErrorCode, code)',
    'code in byErrorCode',
    'unit/exit-codes',
    'whatever its code is called',
  ),
  one(
    'a server that ended in the middle needs no hint',
    hints,
    "if (code === 'ESRCH' && syscall !== 'pidfd_open') return undefined;",
    '',
    'unit/hints',
    'that ended in the middle',
  ),
  one(
    'an error that is none of ours has no hint',
    hints,
    'Object.hasOwn(byCode, code)',
    'code in byCode',
    'unit/hints',
    'an error that is none of ours',
  ),
  one(
    'an error is one line',
    run,
    ".replace(/\\s*\\n\\s*/g, ' ')",
    '',
    'unit/command-line',
    'lines of an error as one',
  ),
  one(
    'an error has its exit code',
    run,
    'return exitCodeOf(error);',
    'return 70;',
    'unit/command-line',
    'the exit code of its error',
  ),
  one(
    'an error has its hint',
    run,
    'hint === undefined ?',
    'true ?',
    'unit/command-line',
    'the exit code of its error',
  ),
  one(
    'an error is JSON with --json',
    command,
    "args.includes('--json')",
    'false',
    'unit/arguments',
    'with --json and --raw',
  ),
  one(
    'an error without a code says so',
    run,
    "code ?? 'ERR_UNKNOWN'",
    'code',
    'unit/command-line',
    'tells all of an error',
  ),
  one(
    'what every object has is no command',
    main,
    'Object.hasOwn(commands, name)',
    'name in commands',
    'unit/command-line',
    'says which commands there are',
  ),
  one(
    'a command has its own arguments',
    main,
    'command()(rest)',
    'command()(args)',
    'e2e/cli',
    'list shows it while it runs',
  ),
  one(
    'no command is another mistake than an unknown one',
    main,
    "name === undefined ? 'no command given' : ",
    '',
    'unit/command-line',
    'says which commands there are',
  ),
  one(
    'list has --json',
    list,
    "command.opts()['json']",
    'false',
    'e2e/cli',
    'list shows it while it runs',
  ),
  one(
    'list shows names',
    list,
    'server === undefined ? pid',
    'true ? pid',
    'e2e/cli',
    'list shows it while it runs',
  ),
];
