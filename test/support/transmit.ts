// A frame of this thread's own client, as the transmitter sends it to this thread.
import { binding, DataMode, TransmitStatus } from '../../lib/binding/minitalk.js';
import { pinThread } from '../../lib/minitalk/peer/pinned.js';
import { outgoingMessage } from '../../lib/minitalk/wire/frame.js';
import type { Kind, Word } from '../../lib/minitalk/wire/word.js';

/** On a busy machine a slice may stall. */
const goesOn: number[] = [TransmitStatus.sliceOver, TransmitStatus.stalled];

export interface Transmitted {
  readonly mode?: 'bit' | 'word';
  /** The server's threads by which the data go; none: not by lanes. */
  readonly lanes?: readonly number[];
}

/** Sends a message of one frame under this grant, until its server has all of it. */
export function transmitFrame(
  text: string,
  { session, grant, message }: Word & { kind: typeof Kind.grant },
  { mode = 'bit', lanes = [] }: Transmitted = {},
): void {
  const thread = binding.currentThread();
  const self = pinThread(process.pid, thread);
  const transmitter = new binding.Transmitter();
  expect(transmitter.open(process.pid, thread, self.process.pidfd)).toBe(0);
  const wire = outgoingMessage(Buffer.from(text), mode).wireFrame({ session, message, frame: 0 });
  const frame = { session, grant, bytes: wire, mode: DataMode[mode], payload: 8, burstSignal: 0 };
  const by = { window: 1, lanes: Int32Array.from(lanes), cpu: -1 };
  expect(transmitter.begin({ ...frame, ...by })).toBe(0);
  let status: number = TransmitStatus.sliceOver;
  const ends = performance.now() + 10_000;
  while (goesOn.includes(status) && performance.now() < ends) {
    status = transmitter.transmit(-1, 100_000);
  }
  transmitter.close();
  self.unpin();
  expect(status).toBe(TransmitStatus.frameDone);
}
