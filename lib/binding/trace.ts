// The contract with the native addon, what a recorder sees: native/handler/signals/trace.h.
import { addon } from './load.js';

/** What became of a signal: `Traced`. */
export const Traced = {
  signal: 0,
  word: 1,
  data: 2,
  spare: 3,
  step: 4,
  sent: 5,
  sentData: 6,
  sentStep: 7,
} as const;

/** The place of a bit whose place is not known. */
export const NO_PLACE = 0xfffff;

/** The process's one trace. */
export interface NativeTrace {
  /** From now on signals are traced. Errors: EBUSY (somebody else traces), ENOMEM. */
  open(): number;
  /** Fills the buffer with the next events; returns how many those are. */
  drain(events: ArrayBuffer): number;
  /** How many events found no room since `open`. */
  lost(): number;
  /** No more events; those that are there can still be drained. */
  stop(): void;
  /** Another may have it. */
  close(): void;
}

interface TraceBinding {
  readonly Trace: new () => NativeTrace;
  readonly traceEventBytes: number;
}

export const binding = addon as unknown as TraceBinding;
