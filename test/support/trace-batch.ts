// Traced signals as the addon would hand them over.
import { binding } from '../../lib/binding/trace.js';
import { TraceBatch } from '../../lib/signals/internal/trace.js';

export interface Traced {
  readonly kind: number;
  readonly signo: number;
  readonly code: number;
  /** ns */
  readonly time?: bigint;
  readonly high?: number;
  readonly low?: number;
  readonly payload?: Uint8Array;
  readonly data?: number;
  readonly pid?: number;
  readonly uid?: number;
  readonly thread?: number;
  readonly lane?: number;
}

/** The layout is native/handler/signals/trace.h. */
export function traceBatch(events: readonly Traced[]): TraceBatch {
  const batch = new TraceBatch(events.length);
  const view = new DataView(batch.buffer);
  events.forEach((event, i) => {
    const at = i * binding.traceEventBytes;
    view.setBigUint64(at, event.time ?? 0n, true);
    view.setUint32(at + 8, event.low ?? 0, true);
    view.setUint32(at + 12, event.high ?? 0, true);
    new Uint8Array(batch.buffer).set(event.payload ?? [], at + 8);
    view.setUint32(at + 32, event.data ?? 0, true);
    view.setInt32(at + 36, event.pid ?? 0, true);
    view.setInt32(at + 40, event.uid ?? 0, true);
    view.setInt32(at + 44, event.thread ?? 0, true);
    view.setUint32(at + 48, event.lane === undefined ? 0 : 1 + event.lane, true);
    view.setInt16(at + 52, event.code, true);
    view.setUint8(at + 54, event.signo);
    view.setUint8(at + 55, event.kind);
  });
  return batch;
}
