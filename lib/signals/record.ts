import { binding } from '../binding.js';

const WORDS = binding.recordBytes / 4;
const LONGS = binding.recordBytes / 8;

/** Records drained in one go, read in place: native/core/handler/record.h is the layout. */
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

  get capacity(): number {
    return this.buffer.byteLength / binding.recordBytes;
  }

  sequence(i: number): bigint {
    return this.#longs[i * LONGS] as bigint;
  }

  /** CLOCK_MONOTONIC in ns, the clock of process.hrtime.bigint(). */
  time(i: number): bigint {
    return this.#longs[i * LONGS + 1] as bigint;
  }

  value(i: number): bigint {
    return this.#longs[i * LONGS + 2] as bigint;
  }

  valueLow(i: number): number {
    return (this.#ints[i * WORDS + 4] as number) >>> 0;
  }

  valueHigh(i: number): number {
    return (this.#ints[i * WORDS + 5] as number) >>> 0;
  }

  signo(i: number): number {
    return this.#ints[i * WORDS + 6] as number;
  }

  code(i: number): number {
    return this.#ints[i * WORDS + 7] as number;
  }

  pid(i: number): number {
    return this.#ints[i * WORDS + 8] as number;
  }

  uid(i: number): number {
    return (this.#ints[i * WORDS + 9] as number) >>> 0;
  }

  /** 1 + the grant under which the handler counted this data bit, or 0. */
  grant(i: number): number {
    return this.#ints[i * WORDS + 10] as number;
  }
}
