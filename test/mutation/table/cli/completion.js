// The rules of the command line: completion in shells.
const { one } = require('./one.js');

const bash = 'lib/cli/completion/bash.ts';
const fish = 'lib/cli/completion/fish.ts';
const grammar = 'lib/cli/completion/grammar.ts';
const zsh = 'lib/cli/completion/zsh.ts';

const inEach = (rule, file, find, replacement, line) =>
  ['bash', 'zsh', 'fish'].map((shell) =>
    one(`${shell}: ${rule}`, file, find, replacement, 'e2e/completion', `${shell}: ${line}`),
  );

module.exports = [
  ...inEach(
    'servers are completed by name',
    grammar,
    '/@\\1/p',
    '/\\1/p',
    'minitalk client @to-be',
  ),
  ...inEach(
    'servers are completed by pid',
    grammar,
    '/\\1/p; s',
    '/@\\1/p; s',
    'the pid of a server',
  ),
  ...inEach(
    'choices are completed',
    grammar,
    'return argChoices ?? values',
    'return values',
    'minitalk-client --mode wo',
  ),
  one(
    'bash: what an option takes is no word',
    bash,
    '|| flag=\\${words[at]} ;;',
    '|| : ;;',
    'e2e/completion',
    'bash: minitalk client -t 5',
  ),
  one(
    'fish: what an option takes is no word',
    fish,
    '            set skip yes\n',
    '            set skip no\n',
    'e2e/completion',
    'fish: minitalk client -t 5',
  ),
  one(
    'zsh: an option takes its word',
    zsh,
    "const takes = value === undefined ? '' :",
    "const takes = value !== undefined ? '' :",
    'e2e/completion',
    'zsh: minitalk client -t 5',
  ),
];
