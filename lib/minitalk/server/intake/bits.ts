// A frame that comes bit by bit, each in a record of its own.
import { type IncomingMessage, maxWireBytes } from '../incoming.js';
import type { Intake } from './intake.js';

/** Puts data bits together, most significant first, into one frame. */
export interface BitAssembler {
  /** Starts a frame of so many bytes; what was there is dropped. */
  begin(bytes: number): void;
  push(bit: 0 | 1): void;
  isWhole(): boolean;
  /** The frame's bytes; valid until the next begin. */
  frame(): Buffer;
}

export function bitAssembler(maxBytes: number): BitAssembler {
  const buffer = Buffer.alloc(maxBytes);
  let size = 0;
  let filled = 0;
  let octet = 1; // a leading 1 marks how many bits it holds
  return {
    begin(bytes) {
      size = bytes;
      filled = 0;
      octet = 1;
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
  };
}

export function bitIntake(): Intake {
  const assembler = bitAssembler(maxWireBytes('bit'));
  let message: IncomingMessage;
  return {
    begin(incoming) {
      message = incoming;
      assembler.begin(incoming.awaitedBytes);
    },
    take(bit, batch, i) {
      message.begins(batch.time(i), batch.uid(i));
      assembler.push(bit);
      if (assembler.isWhole()) message.ends(batch.time(i));
    },
    whole: () => (assembler.isWhole() ? Buffer.from(assembler.frame()) : undefined),
  };
}
