// Records from the handler's ring, in batches.
//
// Interrupt mitigation, as in a network card's driver: each record wakes the loop
// at once, until a millisecond brings many; then the ring is polled each
// millisecond, until one brings few. Idle costs nothing.
import { constants } from 'node:os';
import { After, binding, type NativeChannel } from '../../binding/signals.js';
import { check, SignalError, systemError } from '../errors.js';
import { signalName } from '../names.js';
import { monotonicMs } from './clock.js';
import { followListeners, onVerified, verify } from './listeners.js';
import { RecordBatch } from './record.js';
import { unmappedUid } from './unmapped-uid.js';

const POLL_MS = 1;
const MANY_RECORDS = 8; // in POLL_MS
const ARM_TRIES = 4; // records that wake the consumer anyway may come faster than they are taken
const BATCH_RECORDS = 1024;
const BATCHES = 2; // in a turn of the loop: what else is due in it is to come to it

/** Who gets the records of a channel. */
export interface ChannelOptions {
  /** Records the ring can hold; rounded up to a power of two, 64 to 4,194,304. */
  capacity: number;
  /**
   * Called with each drained batch; it is reused, so nothing may keep it. Returns how
   * many of its records wake the consumer at the right time anyway (none: undefined):
   * they do not make it poll.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: most consumers return nothing
  onBatch: (batch: RecordBatch) => number | void;
  /** Called with the records lost since the last call, by signal name. */
  onGap?: (lost: number, bySignal: Record<string, number>) => void;
  /** Called when another handler displaced ours and ours was put back. */
  onDisplaced?: (signo: number) => void;
}

function noLoopError(): SignalError {
  return new SignalError(
    'ENOSYS',
    'uv_poll_init ENOSYS: cannot watch signals: this runtime has no libuv for addons; Node has',
    { errno: -constants.errno.ENOSYS, syscall: 'uv_poll_init' },
  );
}

/** Records of watched signals, in batches as the handler took them: what watchers and minitalk stand on. */
export class SignalChannel {
  readonly native: NativeChannel;
  readonly #options: ChannelOptions;
  readonly #batch = new RecordBatch(BATCH_RECORDS);
  readonly #releases = new Map<number, () => void>();
  readonly #lost = new Map<number, number>();
  readonly #offDisplaced: () => void;
  #timer: NodeJS.Timeout | undefined;
  #recent = 0; // records since #since
  #since = 0;
  #closing = false;
  #closed = false;

  constructor(options: ChannelOptions) {
    this.#options = options;
    if (unmappedUid !== undefined) binding.setUnmappedUid(unmappedUid);
    this.native = new binding.Channel(() => this.#wake());
    const opened = this.native.open(options.capacity);
    if (opened === -constants.errno.ENOSYS) throw noLoopError();
    check(opened, 'mmap', () => 'open a signal channel');
    this.#offDisplaced = onVerified((signo) => {
      if (this.native.takeDisplaced(signo)) options.onDisplaced?.(signo);
    });
  }

  /**
   * @param after what follows a signal: see WatchOptions, and `report`: see register.ts
   * @throws SignalError EINVAL for a signal that cannot be watched, EAGAIN where
   * there is no timer left for `default`
   */
  subscribe(signo: number, after: keyof typeof After): void {
    const name = signalName(signo);
    if (!binding.isWatchable(signo)) {
      throw new SignalError(
        'EINVAL',
        `sigaction EINVAL: cannot watch ${name}: the kernel, libc, V8 or libuv needs it, or it reports a fault`,
        { errno: -constants.errno.EINVAL, syscall: 'sigaction' },
      );
    }
    const release = followListeners(name);
    const result = this.native.subscribe(signo, After[after]);
    if (result < 0) {
      release();
      throw systemError(result, 'sigaction', `watch ${name}`);
    }
    this.#lost.set(signo, this.native.lost(signo));
    this.#releases.set(signo, release);
  }

  /** Undoes `subscribe`; the last one of a signal puts the earlier disposition back. */
  unsubscribe(signo: number): void {
    const isCovered = this.native.unsubscribe(signo);
    // A handler that passes signals on must know for how long nobody listens.
    if (!isCovered) this.#releases.get(signo)?.();
    this.#releases.delete(signo);
  }

  /** Hands over what the ring holds now, and what was lost. */
  flush(): void {
    this.#drain(Infinity);
    this.#reportGap();
  }

  /** The same at the end of the process, with what the kernel keeps, though a flood goes on. */
  finish(): void {
    this.native.stopHolding();
    this.#drain(2 * Math.ceil(this.#options.capacity / BATCH_RECORDS)); // a full ring, at least
    this.#reportGap();
  }

  /** Returns how many records may make it poll. */
  #drain(batches: number): number {
    let total = 0;
    for (let left = batches; left > 0 && !this.#closed; left -= 1) {
      const count = this.native.drain(this.#batch.buffer);
      if (count === 0) break;
      this.#batch.count = count;
      total += count;
      total -= this.#options.onBatch(this.#batch) ?? 0;
      if (count < this.#batch.capacity) break;
    }
    return total;
  }

  /** Keeps the event loop alive; the default. */
  ref(): void {
    this.native.ref();
  }

  /** Lets the event loop end. */
  unref(): void {
    this.native.unref();
  }

  /** Puts our handler back where another one has displaced it without Node's knowledge. */
  verify(): void {
    for (const signo of this.#releases.keys()) verify(signo);
  }

  /** Hands over what arrived until the earlier dispositions were back. */
  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.native.stopHolding(); // before what would get it then returns
    for (const signo of [...this.#releases.keys()]) this.unsubscribe(signo);
    this.native.settle();
    this.flush();
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#offDisplaced();
    this.native.close();
  }

  #wake(): void {
    let count = MANY_RECORDS; // polls on after an error
    try {
      count = this.#drain(BATCHES); // first: all else would make listeners wait
      this.#reportGap();
    } finally {
      const now = monotonicMs();
      if (now - this.#since >= POLL_MS) {
        this.#since = now;
        this.#recent = 0;
      }
      this.#recent += count;
      this.#armUnless(this.#recent >= MANY_RECORDS);
    }
  }

  #poll(): void {
    let count = MANY_RECORDS;
    try {
      count = this.#drain(BATCHES);
    } finally {
      this.#armUnless(count >= MANY_RECORDS);
    }
  }

  #armUnless(isBusy: boolean): void {
    let isArmed = false; // also where a listener throws: it polls on
    try {
      isArmed = !isBusy && this.#arm();
    } finally {
      if (!isArmed && !this.#closed) {
        this.#timer ??= setTimeout(() => this.#poll(), POLL_MS).unref();
        this.#timer.refresh();
      }
    }
  }

  /** False: others came meanwhile than those that wake the consumer at the right time anyway. */
  #arm(): boolean {
    for (let tries = 0; tries < ARM_TRIES; tries += 1) {
      if (this.native.arm()) return true;
      // One batch: with what was drained before, a turn takes no more than BATCHES.
      if (this.#drain(1) > 0) break;
    }
    return false;
  }

  #reportGap(): void {
    let total = 0;
    const bySignal: Record<string, number> = {};
    for (const [signo, before] of this.#lost) {
      const now = this.native.lost(signo);
      if (now === before) continue;
      total += now - before;
      bySignal[signalName(signo)] = now - before;
      this.#lost.set(signo, now);
    }
    if (total > 0) this.#options.onGap?.(total, bySignal);
  }
}
