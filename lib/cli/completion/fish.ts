// Completion for fish.
import { type Flag, type Grammar, programs, SERVERS, type Value } from './grammar.js';

export function fishCompletion(grammars: readonly Grammar[]): string {
  const valued = grammars
    .flatMap(({ flags }) => flags)
    .filter(({ value }) => value !== undefined)
    .flatMap(({ names }) => names);
  return `# Completion of minitalk for fish, as "minitalk completion fish" prints it.
function __minitalk_servers
    ${SERVERS}
end

# Whether the words before the cursor are those of a command and so many of its own.
function __minitalk_at
    set -l words (commandline -opc)
    set -l program (string replace -r '.*/' '' -- $words[1])
    set -e words[1]
    if string match -q 'minitalk-*' -- $program
        set -p words (string replace 'minitalk-' '' -- $program)
    end
    set -l own
    set -l skip no
    set -l ended no
    for word in $words
        if test $skip = yes
            set skip no
        else if test $ended = yes
            set -a own $word
        else if test "$word" = --
            set ended yes
        else if contains -- $word ${[...new Set(valued)].join(' ')}
            set skip yes
        else if not string match -q -- '-*' $word
            set -a own $word
        end
    end
    test (count $own) -gt 0; or set own ''
    test "$own[1]" = "$argv[1]"; or return 1
    set -q argv[2]; or return 0
    test (count $own) -eq (math $argv[2] + 1)
end

complete -c minitalk -f
complete -c minitalk -n "__minitalk_at ''" -l help -s h -d 'show this help'
complete -c minitalk -n "__minitalk_at ''" -l version -d 'show the version'
complete -c minitalk -n "__minitalk_at ''" -a help -d 'show the help of a command'
complete -c minitalk -n '__minitalk_at help 0' -a ${quoted(grammars.map(({ command }) => command).join(' '))}
${grammars.flatMap(linesOf).join('\n')}
`;
}

function linesOf(grammar: Grammar): string[] {
  const { command, does } = grammar;
  return [
    `complete -c minitalk -n "__minitalk_at ''" -a ${command} -d ${quoted(does)}`,
    ...['minitalk', ...programs([grammar])].flatMap((program) => [
      ...(program === 'minitalk' ? [] : [`complete -c ${program} -f`]),
      ...grammar.flags.map((flag) => flagLine(program, command, flag)),
      ...grammar.words.map((value, i) => {
        const isLast = grammar.isVariadic && i === grammar.words.length - 1;
        const when = `__minitalk_at ${command}${isLast ? '' : ` ${i}`}`;
        return `complete -c ${program} -n ${quoted(when)} ${action(value)}`;
      }),
    ]),
  ];
}

function flagLine(program: string, command: string, { names, does, value }: Flag): string {
  const flags = names.map((name) =>
    name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
  );
  const takes = value === undefined ? '' : ` -r ${action(value)}`;
  return `complete -c ${program} -n '__minitalk_at ${command}' ${flags.join(' ')}${takes} -d ${quoted(does)}`;
}

function action(value: Value): string {
  if (value === 'server') return "-f -a '(__minitalk_servers)'";
  if (value === 'pid') return '-f -a \'(__minitalk_servers | string match -v "@*")\'';
  if (value === 'file') return '-F';
  if (value === 'command') return "-f -a '(__fish_complete_command)'";
  if (value === 'none') return '-f';
  return `-f -a ${quoted(value.join(' '))}`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
