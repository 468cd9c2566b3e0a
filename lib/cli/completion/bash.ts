// Completion for bash, which needs nothing but bash.
import { type Grammar, programs, SERVERS, type Value } from './grammar.js';

const each = <Item>(list: readonly Item[], line: (item: Item) => string) =>
  list.map((item) => `    ${line(item)} ;;`).join('\n');

export function bashCompletion(grammars: readonly Grammar[]): string {
  const commands = grammars.map(({ command }) => command).join(' ');
  const valued = grammars.flatMap(({ command, flags }) =>
    flags.flatMap(({ names, value }) =>
      value === undefined ? [] : names.map((name) => ({ of: `${command} ${name}`, value })),
    ),
  );
  const words = grammars.flatMap(({ command, words, isVariadic }) =>
    words.map((value, i) => ({
      pattern: isVariadic && i === words.length - 1 ? `'${command} '*` : `'${command} ${i}'`,
      value,
    })),
  );
  return `# Completion of minitalk for bash, as "minitalk completion bash" prints it.
_minitalk_servers() {
  ${SERVERS}
}

# Answers with those of the words, one a line, that go on with what is there.
_minitalk_reply() {
  local answer
  while read -r answer; do
    [[ $answer != "$rest"* ]] || COMPREPLY+=("$answer")
  done
}

# What is wanted after these words: a kind, or words.
_minitalk_value() {
  case $1 in
${each(valued, ({ of, value }) => `'${of}') printf '%s\\n' ${quoted(value)}`)}
  esac
}

_minitalk_word() {
  case $1 in
    'help 0') printf '%s\\n' ${commands} ;;
${each(words, ({ pattern, value }) => `${pattern}) printf '%s\\n' ${quoted(value)}`)}
  esac
}

_minitalk_flags() {
  case $1 in
${each(grammars, ({ command, flags }) => `${command}) printf '%s\\n' ${flags.flatMap((flag) => flag.names).join(' ')}`)}
  esac
}

_minitalk() {
  local words word rest command at=1 flag='' isEnded='' position=0 wanted
  COMPREPLY=()
  # COMP_WORDS are cut at "@" and "=", too. Of "--mode=wo" bash replaces what follows the "=".
  read -ra words <<<"\${COMP_LINE:0:COMP_POINT}x"
  word=\${words[\${#words[@]} - 1]%x} rest=$word
  case \${words[0]##*/} in
    minitalk-*) command=\${words[0]##*/minitalk-} command=\${command#minitalk-} ;;
    *)
      if [ "\${#words[@]}" -le 2 ]; then
        _minitalk_reply < <(printf '%s\\n' ${commands} help --help --version)
        return
      fi
      command=\${words[1]} at=2
      ;;
  esac
  for ((; at < \${#words[@]} - 1; at++)); do
    if [ -n "$flag" ]; then
      flag=''
    elif [ -n "$isEnded" ]; then
      ((position += 1))
    else
      case \${words[at]} in
        --) isEnded=yes ;;
        -*) [ -z "$(_minitalk_value "$command \${words[at]}")" ] || flag=\${words[at]} ;;
        *)
          ((position += 1))
          [ "$command" != guard ] || isEnded=yes
          ;;
      esac
    fi
  done
  if [ -z "$flag$isEnded" ]; then
    case $word in
      --*=*) flag=\${word%%=*} rest=\${word#*=} ;;
      -*)
        _minitalk_reply < <(_minitalk_flags "$command")
        return
        ;;
    esac
  fi
  if [ -n "$flag" ]; then
    wanted=$(_minitalk_value "$command $flag")
  else
    wanted=$(_minitalk_word "$command $position")
  fi
  case $wanted in
    '' | none) ;;
    server) _minitalk_reply < <(_minitalk_servers) ;;
    pid) _minitalk_reply < <(_minitalk_servers | grep -v @) ;;
    command) _minitalk_reply < <(compgen -c -- "$rest") ;;
    file)
      compopt -o filenames
      _minitalk_reply < <(compgen -f -- "$rest")
      ;;
    *) _minitalk_reply <<<"$wanted" ;;
  esac
}

complete -F _minitalk minitalk ${programs(grammars).join(' ')}
`;
}

function quoted(value: Value): string {
  return typeof value === 'string' ? value : value.join(' ');
}
