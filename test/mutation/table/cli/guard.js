// The rules of guard: its command runs restricted or not at all, and finds all as it was.
const { one } = require('./one.js');

const guard = 'lib/cli/commands/guard.ts';
const guardArguments = 'lib/cli/arguments/guard.ts';
const given = 'lib/cli/process/given.ts';
const installed = 'bin/minitalk';
const raw = 'lib/cli/arguments/raw-argument.ts';
const execute = 'lib/signals/internal/execute.ts';

/** A rule, the file and edit that take it away, and a part of the test's name. */
const of = ([rule, file, find, replacement, name]) =>
  one(rule, file, find, replacement, 'e2e/guard', name);

module.exports = [
  ...[
    [
      'guard restricts before it runs',
      guard,
      '    restrictSignals();\n',
      '',
      'is not reached by any call',
    ],
    [
      'what failed before the command is 125',
      guard,
      'return GuardExitCode.failed;',
      'return GuardExitCode.cannotRun;',
      'lacks Landlock nothing is run',
    ],
    [
      'who is not found is 127',
      guard,
      "error.code === 'ENOENT'",
      "error.code === 'EACCES'",
      'nonexistent-command',
    ],
    [
      "options behind the command are the command's",
      guardArguments,
      '    .passThroughOptions()',
      '',
      'options behind the command are its own',
    ],
    [
      'arguments are passed on byte by byte',
      guard,
      'execute(rawArguments(command),',
      'execute(command.map((word) => Buffer.from(word)),',
      'arguments, environment, folder',
    ],
    [
      'each argument is its own',
      raw,
      '.slice(-texts.length)',
      '.slice(-texts.length - 1)',
      'arguments, environment, folder',
    ],
    [
      "the command's environment has no notes of ours",
      given,
      ' && !NOTES.some((note) => variable.startsWith(note))',
      '',
      'arguments, environment, folder',
    ],
    [
      'the environment is what was given, not what Node left of it',
      given,
      "readFileSync('/proc/self/environ', 'latin1')\n    .split('\\0')",
      'Object.entries(process.env).map((pair) => pair.join("="))',
      'IPC channel',
    ],
    [
      'descriptors that were given stay open',
      given,
      "descriptors.split(',').filter(Boolean).map(Number)",
      '[]',
      'arguments, environment, folder',
    ],
    [
      'the limit of open files is as it was given',
      given,
      "limit === '' ? undefined : Number(limit)",
      'undefined',
      'arguments, environment, folder',
    ],
    [
      'what was ignored stays so',
      given,
      'ignored: ignoredMask()',
      'ignored: 0n',
      'where some was ignored',
    ],
    [
      'signals from 33 on are in the upper half',
      execute,
      'around.ignored >> 32n',
      'around.ignored >> 31n',
      'where one of real time was ignored',
    ],
    [
      'a descriptor of the shell is not passed on',
      installed,
      'flags:*[2367]??????) ;;',
      'flags:never) ;;',
      'arguments, environment, folder',
    ],
    [
      'the shell in front uses no name of the environment',
      installed,
      'while read -r minitalk_field minitalk_value; do\n  if [ "$minitalk_field" = SigIgn: ]',
      'while read -r field minitalk_value; do\n  if [ "$field" = SigIgn: ]',
      'arguments, environment, folder',
    ],
  ].map(of),
];
