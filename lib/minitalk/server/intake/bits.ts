// A frame that comes bit by bit: the addon puts it together, most significant first, from the records.
import type { IncomingMessage } from '../incoming.js';
import type { FrameMemory, Intake } from './intake.js';

export function bitIntake(memory: FrameMemory): Intake {
  let message: IncomingMessage;

  function copyOf(bytes: number): Buffer {
    const buffer = Buffer.alloc(bytes);
    memory.copy(buffer);
    return buffer;
  }

  return {
    begin(incoming) {
      message = incoming;
      const bytes = Buffer.alloc(message.awaitedBytes);
      message.part?.bytes.copy(bytes);
      memory.restore(bytes);
    },
    take(batch, i) {
      message.begins(batch.time(i), batch.uid(i));
      message.ends(batch.time(i)); // the last that is noted is the last bit's
    },
    whole() {
      const bytes = message.awaitedBytes;
      return memory.bitCount() < 8 * bytes ? undefined : copyOf(bytes);
    },
    part(count) {
      if (count > memory.bitCount()) return undefined;
      const bytes = copyOf((count + 7) >> 3);
      // By lanes, those of a round that is not complete may be there.
      const rest = count & 7;
      if (rest > 0) (bytes[count >> 3] as number) &= 0xff00 >> rest;
      return { count, bytes };
    },
  };
}
