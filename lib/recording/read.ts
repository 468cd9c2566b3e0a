// Reading recordings: docs/recording.md.
import { SignalError } from '../signals/errors.js';
import { parseEvent, parseHeader } from './check.js';
import type { Header, RecordedEvent } from './format.js';
import { invalidRecording, readLines } from './lines.js';
import { clockOf, joinParts, type Part, type Parts } from './parts.js';

/** A process that was recorded. */
export interface RecordedProcess {
  readonly pid: number;
  /** The name of what ran. */
  readonly command: string;
  /** When its recording began: ISO 8601, by the wall clock. */
  readonly started: string;
  /** The files that its recording is in, in their order. */
  readonly files: readonly string[];
}

/** An event, and whose recording has it. */
export type ReadEvent = RecordedEvent & { readonly process: RecordedProcess };

/** What stands in one file, or in several that are read as one. */
export interface Recording {
  /** In the order in which they were given. */
  readonly processes: readonly RecordedProcess[];
  /** In the order of time. Their `t` count from `clock`. */
  readonly events: readonly ReadEvent[];
  /** When the earliest file began: CLOCK_MONOTONIC, ns. */
  readonly clock: bigint;
  /** Last lines that were not written to their end: they are left out. */
  readonly cutOff: readonly CutOffLine[];
}

/** Where a recording was cut off. */
export interface CutOffLine {
  readonly file: string;
  readonly line: number;
}

/**
 * Reads recordings as one: the parts of one, or those of several processes of this machine since it was booted. All
 * events are kept in memory.
 * @throws MinitalkError ERR_INVALID_RECORDING (its message names file and line); SignalError ERR_INVALID_ARG_VALUE (no
 * file is given); the error of open(2) or read(2)
 */
export async function readRecording(files: string | readonly string[]): Promise<Recording> {
  const cutOff: CutOffLine[] = [];
  const parts: Part[] = [];
  for (const file of typeof files === 'string' ? [files] : files) {
    parts.push(await readPart(file, (line) => cutOff.push({ file, line })));
  }
  if (parts.length === 0) {
    throw new SignalError('ERR_INVALID_ARG_VALUE', 'no recording to read: no file is given');
  }
  const clock = parts.map(clockOf).reduce((least, each) => (each < least ? each : least));
  const joined = joinParts(parts).map((each) => ({ process: processOf(each), parts: each }));
  const events = joined.flatMap(({ process, parts }) =>
    parts.flatMap((part) => timed(part, Number(clockOf(part) - clock), process)),
  );
  return {
    processes: joined.map(({ process }) => process),
    events: events.sort((a, b) => a.t - b.t),
    clock,
    cutOff,
  };
}

function processOf(parts: Parts): RecordedProcess {
  const { pid, command, started } = parts[0].header;
  return { pid, command, started, files: parts.map(({ file }) => file) };
}

/** In place: there may be a million. */
function timed({ events }: Part, offset: number, process: RecordedProcess): ReadEvent[] {
  return events.map((event) => Object.assign(event, { t: event.t + offset, process }));
}

async function readPart(file: string, onCutOff: (line: number) => void): Promise<Part> {
  let header: Header | undefined;
  const events: RecordedEvent[] = [];
  const take = (line: string): void => {
    if (header === undefined) {
      header = parseHeader(line);
      return;
    }
    const event = parseEvent(line);
    if (event !== undefined) events.push(event);
  };
  await readLines(file, take, (line, number) => {
    if (header === undefined || isJson(line)) take(line);
    else onCutOff(number);
  });
  if (header === undefined) throw invalidRecording(file, 1, 'this is no recording: it is empty');
  return { file, header, events };
}

/** The beginning of an object is not. */
function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
