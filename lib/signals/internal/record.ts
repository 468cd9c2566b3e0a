import { binding } from '../../binding/signals.js';

const WORDS = binding.recordBytes / 4;
const LONGS = binding.recordBytes / 8;
const SNAPSHOT_MASK = 0xffff;
const ORIGIN_SHIFT = 16;
const REFUSED = 1 << 24;
const RELATION_SHIFT = 25;

/** Records drained in one go, read in place: native/handler/signals/record.h is the layout. */
export class RecordBatch {
  readonly buffer: ArrayBuffer;
  /** How many records the last drain gave. */
  count = 0;
  readonly #ints: Int32Array;
  readonly #longs: BigUint64Array;

  constructor(capacity: number) {
    this.buffer = new ArrayBuffer(capacity * binding.recordBytes);
    this.#ints = new Int32Array(this.buffer);
    this.#longs = new BigUint64Array(this.buffer);
  }

  /** How many records it can hold. */
  get capacity(): number {
    return this.buffer.byteLength / binding.recordBytes;
  }

  /** Counts all arrivals of the channel, lost ones included. */
  sequence(i: number): bigint {
    return this.#longs[i * LONGS] as bigint;
  }

  /** CLOCK_MONOTONIC in ns, the clock of process.hrtime.bigint(). */
  time(i: number): bigint {
    return this.#longs[i * LONGS + 1] as bigint;
  }

  /** The 64 bits of a queued signal; else 0n. */
  value(i: number): bigint {
    return this.#longs[i * LONGS + 2] as bigint;
  }

  /** The lower half of the value, unsigned. */
  valueLow(i: number): number {
    return (this.#ints[i * WORDS + 4] as number) >>> 0;
  }

  /** The upper half of the value, unsigned. */
  valueHigh(i: number): number {
    return (this.#ints[i * WORDS + 5] as number) >>> 0;
  }

  /** The signal's number. */
  signo(i: number): number {
    return this.#ints[i * WORDS + 6] as number;
  }

  /** si_code, see sigaction(2). */
  code(i: number): number {
    return this.#ints[i * WORDS + 7] as number;
  }

  /** The sender's, 0 where nobody told it. */
  pid(i: number): number {
    return this.#ints[i * WORDS + 8] as number;
  }

  /** -1 where nobody told it. */
  uid(i: number): number {
    const uid = this.#ints[i * WORDS + 9] as number;
    return uid === -1 ? -1 : uid >>> 0;
  }

  /** What the protocol that took it in the handler says of it; 0: nobody took it. */
  tag(i: number): number {
    return this.#ints[i * WORDS + 10] as number;
  }

  /** The place of the origin in SignalOrigin's order. */
  origin(i: number): number {
    return (this.#extra(i) >>> ORIGIN_SHIFT) & 0xff;
  }

  /** Whether the channel's policy refused it. */
  isRefused(i: number): boolean {
    return (this.#extra(i) & REFUSED) !== 0;
  }

  /** The index of the sender's snapshot; -1: there is none. */
  snapshot(i: number): number {
    return (this.#extra(i) & SNAPSHOT_MASK) - 1;
  }

  /** The place of the sender's relation in SenderRelation's order; -1: not known, or not looked. */
  relation(i: number): number {
    return ((this.#extra(i) >>> RELATION_SHIFT) & 0xf) - 1;
  }

  #extra(i: number): number {
    return this.#ints[i * WORDS + 11] as number;
  }
}
