// The files of a recording whose size is limited, and those of several processes, in the one time that they share.
import type { Header, RecordedEvent } from './format.js';
import { invalidRecording } from './lines.js';

/** One file. */
export interface Part {
  readonly file: string;
  readonly header: Header;
  readonly events: readonly RecordedEvent[];
}

/** The files of one recording, in the order in which they were written. */
export type Parts = readonly [Part, ...Part[]];

export const clockOf = ({ header }: Part): bigint => BigInt(header.clock);

/**
 * What belongs together, in the order in which it was given.
 * @throws MinitalkError ERR_INVALID_RECORDING
 */
export function joinParts(given: readonly Part[]): Parts[] {
  assertSameBoot(given);
  const all: [Part, ...Part[]][] = [];
  for (const part of [...given].sort(byClock)) {
    const before = all.findLast((parts) => isOfSameProcess(parts[0], part));
    // A number that comes again is another recording: of the same process, or of one that got its pid.
    if (before !== undefined && (before.at(-1) as Part).header.part < part.header.part) {
      before.push(part);
    } else {
      all.push([part]);
    }
  }
  const place = (parts: Parts) => Math.min(...parts.map((part) => given.indexOf(part)));
  return all.sort((a, b) => place(a) - place(b));
}

function isOfSameProcess({ header: a }: Part, { header: b }: Part): boolean {
  return a.pid === b.pid && a.command === b.command;
}

function byClock(a: Part, b: Part): number {
  const ns = clockOf(a) - clockOf(b);
  if (ns !== 0n) return ns < 0n ? -1 : 1;
  if (a.header.pid === b.header.pid && a.header.part === b.header.part) {
    throw invalidRecording(b.file, 1, `this is the same recording as ${a.file}`);
  }
  return a.header.part - b.header.part;
}

function assertSameBoot([first, ...others]: readonly Part[]): void {
  const other = others.find(({ header }) => header.boot !== first?.header.boot);
  if (first === undefined || other === undefined) return;
  throw invalidRecording(
    other.file,
    1,
    `the machine was booted between this recording and ${first.file}: their clocks have nothing in common`,
  );
}
