// The command line of minitalk convert.
import { Option } from 'commander';
import { UsageError } from '../run.js';
import { runCommand } from './command.js';
import { type Definition, define, meanings, newCommand } from './definition.js';

const FORMATS = ['vcd', 'trace', 'messages'] as const;

export type Format = (typeof FORMATS)[number];

/** By the ending of the file that is written. */
const byEnding: Readonly<Record<string, Format>> = {
  vcd: 'vcd',
  json: 'trace',
  ndjson: 'messages',
};

/** What `minitalk convert` is told besides the recordings. */
export interface ConvertOptions {
  /** A path; "-": standard output. */
  readonly output: string;
  readonly to: Format;
}

export function defineConvert(name = 'minitalk convert'): Definition {
  const command = newCommand(name, 'turn a recording into what other programs show')
    .description(
      'Turn recordings into a value change dump for GTKWave and Surfer, a trace for Perfetto and chrome://tracing, or the messages that they hold. Several are read as one: both sides of a conversation, or the parts of one recording.',
    )
    .argument('<recording...>', 'files that --record has written')
    .option('-o, --output <path>', 'what to write; - is standard output', '-')
    .addOption(
      new Option(
        '--to <format>',
        'the format, whatever the path ends in; without it, the ending says it',
      ).choices(FORMATS),
    );
  return define(command, {
    notes: [
      'Endings: .vcd, .json (trace), .ndjson (messages). A trace has an arrow from each signal that was sent to where it was handled, if both sides were recorded. Of messages each is a line of JSON: its text, or base64 where it is not UTF-8; what is missing of it, and which checksums are wrong.',
      'A recording whose last line was not written to its end is read as far as it goes, and a warning says so.',
    ],
    examples: [
      [`${name} session.ndjson -o session.vcd`, 'for gtkwave session.vcd'],
      [`${name} server.ndjson client.ndjson -o both.json`, 'both sides, for ui.perfetto.dev'],
      [`${name} --to messages server.ndjson | jq .text`, 'what was said'],
      [`${name} long.ndjson.1 long.ndjson -o long.vcd`, 'both parts of a long recording'],
    ],
    exitCodes: [
      [0, 'done'],
      meanings.usage,
      [65, 'a file is no recording, or has a line that is wrong: the error names it'],
      meanings.fault,
      [74, 'input or output failed'],
    ],
  });
}

/** Parses `args` and calls `convert` with what they say. */
export function convertWithOptions(
  args: readonly string[],
  name: string,
  convert: (recordings: readonly string[], options: ConvertOptions) => Promise<number>,
): Promise<number> {
  const definition = defineConvert(name);
  const { command } = definition;
  return runCommand(definition, args, () => {
    const { output, to } = command.opts<{ output: string; to?: Format }>();
    return convert(command.processedArgs[0] as string[], { output, to: to ?? formatOf(output) });
  });
}

function formatOf(output: string): Format {
  const ending = /\.(\w+)$/.exec(output)?.[1] ?? '';
  const format = Object.hasOwn(byEnding, ending) ? byEnding[ending] : undefined;
  if (format !== undefined) return format;
  throw new UsageError(
    output === '-'
      ? `no format: say --to ${FORMATS.join(', ')}, or --output`
      : `no format: ${JSON.stringify(output)} does not end in ${Object.keys(byEnding)
          .map((each) => `.${each}`)
          .join(', ')}: say --to ${FORMATS.join(', ')}`,
  );
}
