// What is said of a command. Its help, its man page and its completions come from here, so nothing of it loads the
// command or the addon.
import { Command, Option } from 'commander';
import { version } from '../../../package.json';

export interface Definition {
  /** commander's: name, summary, description, arguments and options. */
  readonly command: Command;
  /** Paragraphs for after the options. */
  readonly notes: readonly string[];
  readonly examples: readonly Example[];
  readonly exitCodes: readonly ExitCodeMeaning[];
}

/** A line for a shell, and what it does. */
export type Example = readonly [line: string, does: string];

export type ExitCodeMeaning = readonly [code: number | 'other', means: string];

/** What the exit codes mean that mean the same everywhere. */
export const meanings = {
  usage: [64, 'usage: the command line is wrong'],
  noAddon: [69, 'the native addon is missing, or does not load'],
  fault: [70, 'a fault in minitalk itself'],
  output: [74, 'output failed: its reader is gone, or a disk is full'],
} as const satisfies Record<string, ExitCodeMeaning>;

/** @param summary its line in the list of commands */
export function newCommand(name: string, summary: string): Command {
  return new Command(name)
    .summary(summary)
    .exitOverride()
    .configureOutput({ getOutHelpWidth: helpWidth })
    .allowExcessArguments(false)
    .showHelpAfterError(false)
    .helpOption('-h, --help', 'show this help');
}

/** The whole of it; `texts` also stand in the help. */
export function define(command: Command, texts: Omit<Definition, 'command'>): Definition {
  command.version(version, '--version', 'show the version');
  command.addHelpText('after', () => helpAfterOptions(command, texts));
  return { command, ...texts };
}

function helpAfterOptions(
  command: Command,
  { notes, examples, exitCodes }: Omit<Definition, 'command'>,
): string {
  const width = helpWidth();
  const help = command.createHelp();
  help.prepareContext({ helpWidth: width });
  const longest = Math.max(...exitCodes.map(([code]) => String(code).length));
  const codes = exitCodes.map(([code, means]) =>
    help.formatItem(String(code), longest, means, help),
  );
  return [
    '',
    ...notes.map((note) => `${help.boxWrap(note, width)}\n`),
    'Examples:',
    ...examples.map(([line, does]) => `  ${does}:\n    ${line}`),
    '',
    'Exit codes:',
    ...codes,
  ].join('\n');
}

/** Columns; a terminal of unknown width says 0. */
function helpWidth(): number {
  return process.stdout.columns || 80;
}

export function dialectOption(does: string): Option {
  return new Option('--dialect <spec>', does);
}

export function placeOption(does: string): Option {
  return new Option('--place <when>', does).choices(['auto', 'off']).default('auto');
}
