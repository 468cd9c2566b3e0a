// Completion for zsh, by its own _arguments.
import { type Flag, type Grammar, programs, SERVERS, type Value } from './grammar.js';

export function zshCompletion(grammars: readonly Grammar[]): string {
  return `#compdef minitalk ${programs(grammars).join(' ')}
# Completion of minitalk for zsh, as "minitalk completion zsh" prints it.
_minitalk_servers() {
  local -a servers
  servers=(\${(f)"$(${SERVERS})"})
  compadd "$@" -a servers
}

_minitalk_pids() {
  _minitalk_servers -F '(@*)'
}

_minitalk_commands() {
  local -a commands
  commands=(
${grammars.map(({ command, does }) => `    ${quoted(`${command}:${does}`)}`).join('\n')}
  )
  _describe command commands
}

${grammars.map(functionOf).join('\n\n')}

_minitalk() {
  case $service in
    minitalk-*) _\${service//-/_}; return ;;
  esac
  if ((CURRENT == 2)); then
    _alternative 'commands:command:_minitalk_commands' 'options:option:(help --help --version)'
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
    help) _minitalk_commands ;;
    ${grammars.map(({ command }) => command).join(' | ')}) _minitalk_$command ;;
  esac
}

if [[ $funcstack[1] == _minitalk ]]; then
  _minitalk "$@"
else
  compdef _minitalk minitalk ${programs(grammars).join(' ')}
fi
`;
}

function functionOf({ command, flags, words, isVariadic }: Grammar): string {
  // A command of its own takes all that follows.
  const isCommand = words[0] === 'command';
  const specs = [
    ...flags.flatMap(flagSpecs),
    ...words.map((value, i) => {
      if (isCommand) return i === 0 ? ':command:_command_names -e' : '*::argument:_normal';
      return `${isVariadic && i === words.length - 1 ? '*' : ''}:word:${action(value)}`;
    }),
  ];
  return `_minitalk_${command}() {
  _arguments -S ${isCommand ? '-A "-*" ' : ''}\\
${specs.map((spec) => `    ${quoted(spec)}`).join(' \\\n')}
}`;
}

function flagSpecs({ names, does, value }: Flag): string[] {
  const others = names.length > 1 ? `(${names.join(' ')})` : '';
  const text = does.replace(/[[\]:\\]/g, '\\$&');
  return names.map((name) => {
    const equals = value !== undefined && name.startsWith('--') ? '=' : '';
    const takes = value === undefined ? '' : `:value:${action(value)}`;
    return `${others}${name}${equals}[${text}]${takes}`;
  });
}

function action(value: Value): string {
  if (value === 'server') return '_minitalk_servers';
  if (value === 'pid') return '_minitalk_pids';
  if (value === 'file') return '_files';
  if (typeof value === 'string') return ' ';
  return `(${value.join(' ')})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
