// A frame whose data words the handler puts into its memory: only the last leaves a record.
import type { IncomingMessage } from '../incoming.js';
import type { FrameMemory, Intake } from './intake.js';

/** The most that one carries, bytes. */
const LARGEST_PAYLOAD = 24;

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
    take(batch, i) {
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
