// A man page, man-pages(7), from a command's definition.
import type { Argument, Option } from 'commander';
import type { Definition } from '../arguments/definition.js';
import { bold, italic, paragraphs, plain, section, terms, usage } from './roff.js';

export interface PageTexts {
  /** The page's name, such as minitalk-server. */
  readonly page: string;
  /** How the command is called; the first one is how the definition has it. */
  readonly calls: readonly string[];
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly version: string;
  readonly environment: readonly (readonly [variable: string, does: string])[];
  readonly files: readonly (readonly [path: string, what: string])[];
  /** `name(section)` */
  readonly seeAlso: readonly string[];
}

export function manPage(definition: Definition, texts: PageTexts): string {
  const { command, notes, examples, exitCodes } = definition;
  const help = command.createHelp();
  const named = (list: PageTexts['files']) => terms(list.map(([name, text]) => [bold(name), text]));
  return [
    `.TH ${texts.page.toUpperCase()} 1 ${texts.date} "minitalk ${texts.version}"`,
    ...section('NAME', [`${plain(texts.page)} \\- ${plain(command.summary())}`]),
    ...section(
      'SYNOPSIS',
      texts.calls.flatMap((call, i) => [
        ...(i === 0 ? [] : ['.br']),
        `${bold(call)} ${synopsis(command.usage())}`,
      ]),
    ),
    ...section('DESCRIPTION', [
      ...paragraphs([command.description(), ...notes]),
      ...terms(
        help
          .visibleArguments(command)
          .map((each) => [argumentTerm(each), help.argumentDescription(each)]),
      ),
    ]),
    ...section(
      'COMMANDS',
      terms(
        command.commands.map((each) => [
          `${bold(each.name())} ${synopsis(each.usage().replace('[options]', ''))}`.trim(),
          `${each.summary()}; see minitalk-${each.name()}(1)`,
        ]),
      ),
    ),
    ...section(
      'OPTIONS',
      terms(
        help.visibleOptions(command).map((each) => [flags(each), help.optionDescription(each)]),
      ),
    ),
    ...section('EXIT STATUS', terms(exitCodes.map(([code, means]) => [bold(String(code)), means]))),
    ...section('ENVIRONMENT', named(texts.environment)),
    ...section('FILES', named(texts.files)),
    ...section(
      'EXAMPLES',
      examples.flatMap(([line, does], i) => [
        ...(i === 0 ? [] : ['.PP']),
        `${plain(does)}:`,
        '.PP',
        '.RS 4',
        '.nf',
        plain(line),
        '.fi',
        '.RE',
      ]),
    ),
    ...section('SEE ALSO', [texts.seeAlso.map(reference).join(',\n')]),
    '',
  ].join('\n');
}

function reference(page: string): string {
  const [, name = page, chapter = ''] = /^(.*)(\(\d\))$/.exec(page) ?? [];
  return `${bold(name)}${chapter}`;
}

/** `[options] <target> [message]`: what is to be replaced in italics. */
function synopsis(text: string): string {
  return text
    .trim()
    .split(/([\w…]+(?:\.\.\.)?)/)
    .map((part, i) => (i % 2 === 1 ? italic(part) : plain(part.replace(/[<>]/g, ''))))
    .join('');
}

function argumentTerm(argument: Argument): string {
  return `${italic(argument.name())}${argument.variadic ? ' ...' : ''}`;
}

/** `-f, --file <path>` */
function flags({ flags: text }: Option): string {
  return text.split(', ').map(usage).join(', ');
}
