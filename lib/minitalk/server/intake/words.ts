// A frame whose data words the handler puts into its memory: only the last leaves a record.
import type { IncomingMessage } from '../incoming.js';
import type { Intake } from './intake.js';

/** @param copyFrame fills the buffer from the handler's memory */
export function wordIntake(copyFrame: (wire: Buffer) => void): Intake {
  let message: IncomingMessage;
  let hasLast = false;
  return {
    begin(incoming) {
      message = incoming;
      hasLast = false;
      message.begins(process.hrtime.bigint());
    },
    take(_bit, batch, i) {
      hasLast = true;
      message.ends(batch.time(i));
    },
    whole() {
      if (!hasLast) return undefined;
      const wire = Buffer.allocUnsafe(message.awaitedBytes);
      copyFrame(wire);
      return wire;
    },
  };
}
