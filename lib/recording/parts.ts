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
    const last = before?.at(-1);
    if (last !== undefined && byClock(last, part) === 0) {
      throw invalidRecording(part.file, 1, `this is the same recording as ${last.file}`);
    }
    // A number that comes again is another recording: of the same process, or of one that got its pid.
    if (before !== undefined && last !== undefined && last.header.part < part.header.part) {
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
  return ns === 0n ? a.header.part - b.header.part : Number(ns);
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
