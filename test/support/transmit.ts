// A frame of this thread's own client, as the transmitter sends it to this thread.
import { binding, DataMode, TransmitStatus } from '../../lib/binding/minitalk.js';
import { pinThread } from '../../lib/minitalk/peer/pinned.js';
import { outgoingMessage } from '../../lib/minitalk/wire/frame.js';
import type { Kind, Word } from '../../lib/minitalk/wire/word.js';

/** On a busy machine a slice may stall. */
const goesOn: number[] = [TransmitStatus.sliceOver, TransmitStatus.stalled];

/** Sends a message of one frame under this grant, until its server has all of it. */
export function transmitFrame(
  text: string,
  { session, grant, message }: Word & { kind: typeof Kind.grant },
): void {
  const thread = binding.currentThread();
  const self = pinThread(process.pid, thread);
  const transmitter = new binding.Transmitter();
  expect(transmitter.open(process.pid, thread, self.process.pidfd)).toBe(0);
  const wire = outgoingMessage(Buffer.from(text), 'bit').wireFrame({ session, message, frame: 0 });
  const frame = { session, grant, bytes: wire, mode: DataMode.bit, payload: 8, burstSignal: 0 };
  const lanes = new Int32Array(); // a QUERY without them starts the grant as it is without lanes
  expect(transmitter.begin({ ...frame, window: 1, lanes, cpu: -1 })).toBe(0);
  let status: number = TransmitStatus.sliceOver;
  const ends = performance.now() + 10_000;
  while (goesOn.includes(status) && performance.now() < ends) {
    status = transmitter.transmit(-1, 100_000);
  }
  transmitter.close();
  self.unpin();
  expect(status).toBe(TransmitStatus.frameDone);
}
