// What the preload has reported and the process lives through, for those who subscribe in it.
import type { NativeChannel } from '../../binding/signals.js';
import { SignalInfo } from '../info.js';
import { SenderBuffer } from '../sender.js';
import { publication } from './publication.js';
import type { RecordBatch } from './record.js';

const buffer = new SenderBuffer();

export function publishReported(batch: RecordBatch, channel: NativeChannel): void {
  const now = process.hrtime.bigint();
  for (let i = 0; i < batch.count; i += 1) {
    // Fetched in any case: that makes room for the next ones.
    const sender = buffer.fetch(channel, batch.snapshot(i));
    if (publication.hasSubscribers) publication.publish(new SignalInfo(batch, i, now, sender));
  }
}
