// What may stand where on a command line, from the definitions: all that the completions of the shells need.
import { constants } from 'node:os';
import type { Argument, Command, Option } from 'commander';
import { presets } from '../../dialects/presets.js';
import { type CommandName, commandNames, definitions } from '../arguments/definitions.js';

/** What completes a word: one of these, or what it is; a server is its pid, or @name. */
export type Value = readonly string[] | 'server' | 'pid' | 'file' | 'command' | 'none';

export interface Flag {
  readonly names: readonly string[];
  readonly does: string;
  /** Undefined where it takes no word. */
  readonly value: Value | undefined;
}

export interface Grammar {
  readonly command: CommandName;
  readonly does: string;
  readonly flags: readonly Flag[];
  /** What the words besides options are, in their order. */
  readonly words: readonly Value[];
  /** Whether the last of them may come again. */
  readonly isVariadic: boolean;
  /** Whether it is a program of its own, too: minitalk-COMMAND. */
  readonly isProgram: boolean;
}

const ownPrograms: readonly CommandName[] = ['server', 'client'];

/** As a user writes them; of the realtime ones, those to count from. */
const signals = [...Object.keys(constants.signals), 'SIGRTMIN', 'SIGRTMAX'];

/** By the names that the definitions give them. */
const values: Readonly<Record<string, Value>> = {
  target: 'server',
  pid: 'pid',
  path: 'file',
  signal: signals,
  command: 'command',
  spec: presets.map((preset) => preset.name),
  argument: 'file',
  recording: 'file',
};

/** A line for a POSIX shell: pids and @names of the running servers, one on each line. */
export const SERVERS = String.raw`minitalk list --json 2>/dev/null | tr , '\n' | sed -n 's/.*"pid":\([0-9]*\).*/\1/p; s/.*"name":"\([^"]*\)".*/@\1/p'`;

/** The programs besides minitalk itself. */
export function programs(grammars: readonly Grammar[]): string[] {
  return grammars.filter(({ isProgram }) => isProgram).map(({ command }) => `minitalk-${command}`);
}

export function grammars(): Grammar[] {
  return commandNames.map((name) => grammarOf(name, definitions[name]().command));
}

function grammarOf(name: CommandName, command: Command): Grammar {
  const words = command.registeredArguments;
  return {
    command: name,
    does: command.summary(),
    flags: command.createHelp().visibleOptions(command).map(flagOf),
    words: words.map((word) => valueFor(word, word.name())),
    isVariadic: words.at(-1)?.variadic ?? false,
    isProgram: ownPrograms.includes(name),
  };
}

function flagOf(option: Option): Flag {
  const takes = /[<[](\w+)/.exec(option.flags)?.[1];
  return {
    names: [option.short, option.long].filter((each) => each !== undefined && each !== null),
    does: option.description,
    value: takes === undefined ? undefined : valueFor(option, takes),
  };
}

function valueFor({ argChoices }: Argument | Option, name: string): Value {
  return argChoices ?? values[name] ?? 'none';
}
