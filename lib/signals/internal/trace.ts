// The signals that this process captured and sent, as a recorder sees them.
import { binding, type NativeTrace } from '../../binding/trace.js';
import { systemError } from '../errors.js';

export { NO_PLACE, Traced } from '../../binding/trace.js';

const WORDS = binding.traceEventBytes / 4;
const BATCH_EVENTS = 4096;
/** In one go: as many as the native ring holds. */
const BATCHES = 16;
const PERIOD_MS = 10;

/** Traced signals, read in place: native/handler/signals/trace.h is the layout. */
export class TraceBatch {
  readonly buffer: ArrayBuffer;
  readonly #words: Uint32Array;
  readonly #ints: Int32Array;
  readonly #bytes: Uint8Array;

  constructor(capacity: number) {
    this.buffer = new ArrayBuffer(capacity * binding.traceEventBytes);
    this.#words = new Uint32Array(this.buffer);
    this.#ints = new Int32Array(this.buffer);
    this.#bytes = new Uint8Array(this.buffer);
  }

  /** CLOCK_MONOTONIC, ns since `start`. */
  time(i: number, start: bigint): number {
    // Exact, where a number of all ns would not be.
    const low = (this.#words[i * WORDS] as number) - Number(start & 0xffff_ffffn);
    const high = (this.#words[i * WORDS + 1] as number) - Number(start >> 32n);
    return high * 2 ** 32 + low;
  }

  /** The upper half of a queued signal's value, unsigned. */
  valueHigh(i: number): number {
    return this.#words[i * WORDS + 3] as number;
  }

  /** The lower half, unsigned. */
  valueLow(i: number): number {
    return this.#words[i * WORDS + 2] as number;
  }

  /** The first bytes, at most 24, of a data word. */
  payload(i: number, bytes: number): Uint8Array {
    const start = i * binding.traceEventBytes + 8;
    return this.#bytes.subarray(start, start + bytes);
  }

  /** Of a bit where it belongs, of other signals si_errno, unsigned. */
  data(i: number): number {
    return this.#words[i * WORDS + 8] as number;
  }

  /** The other process's; 0: not told. */
  pid(i: number): number {
    return this.#ints[i * WORDS + 9] as number;
  }

  /** The sender's; -1: not told. */
  uid(i: number): number {
    const uid = this.#ints[i * WORDS + 10] as number;
    return uid === -1 ? -1 : uid >>> 0;
  }

  /** Of one that was sent: the errno with which that failed, or 0. */
  errno(i: number): number {
    return this.#ints[i * WORDS + 10] as number;
  }

  /** Of the receiver; 0: sent to the process. */
  thread(i: number): number {
    return this.#ints[i * WORDS + 11] as number;
  }

  /** By lanes its number; -1: by none. */
  lane(i: number): number {
    return (this.#ints[i * WORDS + 12] as number) - 1;
  }

  /** si_code, see sigaction(2). */
  code(i: number): number {
    return ((this.#ints[i * WORDS + 13] as number) << 16) >> 16;
  }

  signo(i: number): number {
    return this.#bytes[i * binding.traceEventBytes + 54] as number;
  }

  /** One of Traced. */
  kind(i: number): number {
    return this.#bytes[i * binding.traceEventBytes + 55] as number;
  }
}

/** Who gets the events. */
export interface TracerOptions {
  /** Called with each drained batch and the indices of its events in the order of their times. */
  onBatch(batch: TraceBatch, order: Uint32Array): void;
  /** Called with how many events found no room since the last call. */
  onLost(count: number): void;
}

/** Takes all events of this process each 10 ms, until it is closed. Keeps no event loop alive. */
export class Tracer {
  readonly #native: NativeTrace = new binding.Trace();
  readonly #options: TracerOptions;
  readonly #batch = new TraceBatch(BATCH_EVENTS);
  readonly #timer: NodeJS.Timeout;
  #lost = 0;

  /** @throws SignalError EBUSY (this process is recorded already), ENOMEM */
  constructor(options: TracerOptions) {
    this.#options = options;
    const result = this.#native.open();
    if (result < 0) {
      throw systemError(result, 'mmap', 'record signals', undefined, {
        EBUSY: 'this process is being recorded already: close that recording first',
      });
    }
    this.#timer = setInterval(() => this.drain(), PERIOD_MS).unref();
  }

  /** Hands over what is there. */
  drain(): void {
    for (let left = BATCHES; left > 0; left -= 1) {
      const count = this.#native.drain(this.#batch.buffer);
      if (count > 0) this.#options.onBatch(this.#batch, this.#order(count));
      if (count < BATCH_EVENTS) break;
    }
    const lost = this.#native.lost();
    if (lost > this.#lost) this.#options.onLost(lost - this.#lost);
    this.#lost = lost;
  }

  /** Hands over what is there, and ends. */
  close(): void {
    clearInterval(this.#timer);
    this.#native.stop();
    try {
      this.drain();
    } finally {
      this.#native.close();
    }
  }

  /** A reply is traced before the signal that it answers, which is older: a few places at most. */
  #order(count: number): Uint32Array {
    const batch = this.#batch;
    const times = Float64Array.from({ length: count }, (_, i) => batch.time(i, 0n));
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    for (let i = 1; i < count; i += 1) {
      const time = times[i] as number;
      let at = i;
      while (at > 0 && (times[order[at - 1] as number] as number) > time) {
        order[at] = order[at - 1] as number;
        at -= 1;
      }
      order[at] = i;
    }
    return order;
  }
}
