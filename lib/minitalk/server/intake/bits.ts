// A frame that comes bit by bit, each in a record of its own.
import { type FramePart, type IncomingMessage, maxWireBytes } from '../incoming.js';
import type { Intake } from './intake.js';

/** Puts data bits together, most significant first, into one frame. */
export interface BitAssembler {
  /** Starts a frame of so many bytes, with its beginning; what was there is dropped. */
  begin(bytes: number, part?: FramePart): void;
  push(bit: 0 | 1): void;
  isWhole(): boolean;
  /** The frame's bytes; valid until the next begin. */
  frame(): Buffer;
  /** A copy of what is there. */
  part(): FramePart;
}

export function bitAssembler(maxBytes: number): BitAssembler {
  const buffer = Buffer.alloc(maxBytes);
  let size = 0;
  let filled = 0;
  let octet = 1; // a leading 1 marks how many bits it holds
  return {
    begin(bytes, part) {
      size = bytes;
      const count = part?.count ?? 0;
      filled = count >> 3;
      part?.bytes.copy(buffer);
      const rest = count & 7;
      octet = (1 << rest) | ((buffer[filled] ?? 0) >> (8 - rest));
    },
    push(bit) {
      octet = (octet << 1) | bit;
      if (octet < 256) return;
      buffer[filled] = octet;
      filled += 1;
      octet = 1;
    },
    isWhole: () => filled >= size,
    frame: () => buffer.subarray(0, size),
    part() {
      const rest = 31 - Math.clz32(octet);
      const bytes = Buffer.from(buffer.subarray(0, rest === 0 ? filled : filled + 1));
      if (rest > 0) bytes[filled] = octet << (8 - rest);
      return { count: 8 * filled + rest, bytes };
    },
  };
}

export function bitIntake(): Intake {
  const assembler = bitAssembler(maxWireBytes('bit'));
  let message: IncomingMessage;
  return {
    begin(incoming) {
      message = incoming;
      assembler.begin(incoming.awaitedBytes, incoming.part);
    },
    take(bit, batch, i) {
      message.begins(batch.time(i), batch.uid(i));
      assembler.push(bit);
      if (assembler.isWhole()) message.ends(batch.time(i));
    },
    part(count) {
      const part = assembler.part();
      return part.count === count ? part : undefined;
    },
    whole: () => (assembler.isWhole() ? Buffer.from(assembler.frame()) : undefined),
  };
}
