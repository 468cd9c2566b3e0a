// minitalk plot
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../../plot/build.js';
import { chosen, type Times, timesOf } from '../../plot/choose.js';
import type { Part } from '../../plot/hint.js';
import { toHtml } from '../../plot/html.js';
import type { Model } from '../../plot/model.js';
import { sceneOf } from '../../plot/scene.js';
import { toSvg } from '../../plot/svg.js';
import { argument, duration } from '../../plot/time.js';
import { readRecording } from '../../recording/read.js';
import { type PlotOptions, plotWithOptions } from '../arguments/plot.js';
import { ExitCode } from '../exit-codes.js';
import { assertOther, writeText } from '../printers/output-file.js';
import { report, UsageError } from '../run.js';

/** Beside the program that this is bundled into. */
const VIEWER = join(__dirname, 'plot-viewer.js');
/** px */
const WIDTH = 1000;

export function plotCommand(args: readonly string[], name = 'minitalk plot'): Promise<number> {
  return plotWithOptions(args, name, (files, options) => plot(name, files, options));
}

async function plot(
  program: string,
  files: readonly string[],
  options: PlotOptions,
): Promise<number> {
  const { output } = options;
  const draw = drawerFor(output);
  assertOther(files, output);
  const recording = await readRecording(files);
  for (const { file, line } of recording.cutOff) {
    const message = `${file}:${line}: this line was not written to its end: it is left out`;
    report(program, { message }, false, 'warning');
  }
  const model = chosen(build(recording), options.sender);
  await writeText(output, draw(model, timesWithin(model, options)));
  return ExitCode.ok;
}

type Draw = (model: Model, times: Times) => string;

const drawers: Readonly<Record<string, Draw>> = {
  svg: (model, { from, to }) => toSvg(sceneOf(model, { from, to, width: WIDTH, hint })),
  html: (model, { from, to }) => toHtml(model, from, to, readFileSync(VIEWER, 'utf8')),
};

function drawerFor(output: string): Draw {
  const ending = /\.(\w+)$/.exec(output)?.[1]?.toLowerCase() ?? '';
  const draw = Object.hasOwn(drawers, ending) ? drawers[ending] : undefined;
  if (draw !== undefined) return draw;
  throw new UsageError(`${JSON.stringify(output)} does not end in .svg or .html`);
}

function hint(find: () => Part | undefined): string {
  const part = find();
  const how = part && `: --from ${part.from} --to ${part.to} shows each of that time`;
  return `Summed up, as there is no room for each signal${how ?? ''}.`;
}

function timesWithin(model: Model, { from = 0, to = Infinity, sender }: PlotOptions): Times {
  if (from >= to) throw new UsageError("'--from' is not before '--to'");
  const times = timesOf(model, from, to);
  if (times !== undefined) return times;
  if (sender !== undefined && timesOf(model, 0, Infinity) === undefined) {
    throw new UsageError(`no signal of ${sender.join(' or ')} is in the recording`);
  }
  if (model.from >= model.to && model.strangers.length + model.conversations.length === 0) {
    throw new UsageError('there is no signal in the recording');
  }
  const length = duration(model.to - model.from);
  throw new UsageError(
    `no signal is in that time: the recording has ${length}, from ${argument(model.from, 1e3)} to ${argument(model.to, 1e3)}`,
  );
}
