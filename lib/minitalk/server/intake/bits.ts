// A frame that comes bit by bit, each in a record of its own.
import { type FramePart, type IncomingMessage, maxWireBytes } from '../incoming.js';
import type { Intake } from './intake.js';

/** Puts data bits together, most significant first, into one frame. */
export interface BitAssembler {
  /** Starts a frame of so many bytes, with its beginning; what was there is dropped. */
  begin(bytes: number, part?: FramePart): void;
  /** The bit that has so many before it; each once. */
  put(bit: 0 | 1, before: number): void;
  isWhole(): boolean;
  /** The frame's bytes; valid until the next begin. */
  frame(): Buffer;
  /** A copy of the first bits; undefined when fewer are there. */
  part(count: number): FramePart | undefined;
}

export function bitAssembler(maxBytes: number): BitAssembler {
  const buffer = Buffer.alloc(maxBytes);
  let size = 0;
  let there = 0;
  return {
    begin(bytes, part) {
      size = bytes;
      there = part?.count ?? 0;
      buffer.fill(0);
      part?.bytes.copy(buffer);
    },
    put(bit, before) {
      there += 1;
      if (bit === 1) (buffer[before >> 3] as number) |= 0x80 >> (before & 7);
    },
    isWhole: () => there >= 8 * size,
    frame: () => buffer.subarray(0, size),
    part(count) {
      if (count > there) return undefined;
      const bytes = Buffer.from(buffer.subarray(0, (count + 7) >> 3));
      const rest = count & 7;
      if (rest > 0) (bytes[count >> 3] as number) &= 0xff00 >> rest;
      return { count, bytes };
    },
  };
}

export function bitIntake(): Intake {
  const assembler = bitAssembler(maxWireBytes('bit'));
  let message: IncomingMessage;
  let hasBegun = false;
  return {
    begin(incoming) {
      message = incoming;
      hasBegun = false;
      assembler.begin(incoming.awaitedBytes, incoming.part);
    },
    take(bit, before, batch, i) {
      if (!hasBegun) message.begins(batch.time(i), batch.uid(i));
      hasBegun = true;
      assembler.put(bit, before);
      if (assembler.isWhole()) message.ends(batch.time(i));
    },
    part: (count) => assembler.part(count),
    whole: () => (assembler.isWhole() ? Buffer.from(assembler.frame()) : undefined),
  };
}
