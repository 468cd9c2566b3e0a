// The command line of minitalk plot.
import { runCommand } from './command.js';
import { type Definition, define, meanings, newCommand } from './definition.js';
import { parseMoment, parsePid } from './values.js';

/** What `minitalk plot` is told. */
export interface PlotOptions {
  readonly output: string;
  /** ns */
  readonly from?: number;
  readonly to?: number;
  readonly sender?: readonly number[];
}

export function definePlot(name = 'minitalk plot'): Definition {
  const command = newCommand(name, 'draw a recording')
    .description(
      'Draw recordings: who sent which signal when, when it was handled, and the bits, bytes and characters that came of it.',
    )
    .argument('<recording...>', 'files of --record; both sides of a conversation, drawn as one')
    .requiredOption(
      '-o, --output <path>',
      'the picture: a .svg, or a .html page that zooms and moves',
    )
    .option('--from <time>', 'what is before is left out: seconds, or 800us, 20ms', parseMoment)
    .option('--to <time>', 'what is after is left out', parseMoment)
    .option(
      '--sender <pid>',
      'this process alone, or these: can be said more than once',
      (text, given: readonly number[] | undefined) => [...(given ?? []), parsePid(text)],
    );
  return define(command, {
    notes: [
      'Times count from the beginning of the recording, as the axis does. Where there are more signals than there is room, they are summed up; the picture names a time that shows each.',
    ],
    examples: [
      [`${name} session.ndjson -o session.svg`, 'the whole of it, for a page or a text'],
      [
        `${name} server.ndjson client.ndjson -o both.html`,
        'both sides, with what was pending and what was lost, for a browser',
      ],
      [
        `${name} session.ndjson --from 1.2s --to 1.25s --sender 4712 -o a.svg`,
        'what one process sent in 50 ms',
      ],
    ],
    exitCodes: [
      [0, 'done'],
      [64, 'usage: the command line is wrong, or nothing of the recording is in that time'],
      [65, 'a file is no recording, or has a line that is wrong: the error names it'],
      meanings.fault,
      [74, 'input or output failed'],
    ],
  });
}

/** Parses `args` and calls `plot` with what they say. */
export function plotWithOptions(
  args: readonly string[],
  name: string,
  plot: (recordings: readonly string[], options: PlotOptions) => Promise<number>,
): Promise<number> {
  const definition = definePlot(name);
  const { command } = definition;
  return runCommand(definition, args, () =>
    plot(command.processedArgs[0] as string[], command.opts<PlotOptions>()),
  );
}
