// A frame whose data words the handler puts into its memory: only the last leaves a record.
import type { IncomingMessage } from '../incoming.js';
import type { Intake } from './intake.js';

/** The most that one carries, bytes. */
const LARGEST_PAYLOAD = 24;

/** The handler's memory of one frame. */
export interface FrameMemory {
  /** Fills the buffer with the frame's beginning. */
  copy(bytes: Buffer): void;
  /** Puts the frame's beginning back. */
  restore(bytes: Buffer): void;
  /** Whether all data words of the frame are in it. */
  isWhole(): boolean;
}

export function wordIntake(memory: FrameMemory): Intake {
  let message: IncomingMessage;
  let hasLast = false;
  return {
    begin(incoming) {
      message = incoming;
      hasLast = false;
      message.begins(process.hrtime.bigint());
      if (message.part !== undefined) memory.restore(message.part.bytes);
    },
    take(_bit, _before, batch, i) {
      hasLast = true;
      message.ends(batch.time(i));
    },
    whole() {
      if (!hasLast || !memory.isWhole()) return undefined;
      const wire = Buffer.allocUnsafe(message.awaitedBytes);
      memory.copy(wire);
      return wire;
    },
    part(count) {
      // How many bytes each carries only its client and the handler know.
      const bytes = Buffer.alloc(Math.min(LARGEST_PAYLOAD * count, message.awaitedBytes));
      memory.copy(bytes);
      return { count, bytes };
    },
  };
}
