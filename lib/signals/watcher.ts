import { EventEmitter } from 'node:events';
import { binding } from '../binding/signals.js';
import { abortError, check } from './errors.js';
import { SignalInfo } from './info.js';
import { SignalChannel } from './internal/channel.js';
import { checkChoice, checkRange } from './internal/checks.js';
import { publication } from './internal/publication.js';
import type { RecordBatch } from './internal/record.js';
import { createSignalQueue, type SignalQueue } from './internal/signal-queue.js';
import { type SignalName, type SignalSet, signalList, signalName, signalNumber } from './names.js';
import { nativePolicy, type SenderPolicy } from './policy.js';
import { SenderBuffer } from './sender.js';

/** What follows a signal, whose it may be, and how much is kept. */
export interface WatchOptions {
  /**
   * What follows: `chain`, the default: the earlier handler runs too, process.on's
   * listeners among them, and a default action is replaced. `stop`: it ends here.
   * `default`: the default action follows once listeners have run or the iterating side
   * asks for the next signal, so that the process still dies of SIGTERM.
   * Of several watchers the strongest decides: `stop`, then `default`, then `chain`.
   */
  after?: 'chain' | 'stop' | 'default';
  /**
   * With `after: 'default'`: how long an event loop that is blocked, so that it does not take
   * the signal, can hold the default action up, in ms, 0 to 3,600,000, default 1,000. With 0
   * nobody gets the signal before.
   */
  grace?: number;
  /**
   * With `after: 'default'`: how long listeners and the iterating side can hold the default
   * action up, in ms since the first signal came, 1 to 3,600,000; as long as they take unless
   * told. It holds while they block the event loop, too.
   */
  deadline?: number;
  /** Whose signals; everybody's unless told. */
  from?: SenderPolicy;
  /**
   * Have the handler read who the sender is, which takes it 50 to 100 µs a signal, up to 0.5 ms
   * where many parents stand above both.
   */
  snapshot?: boolean;
  /**
   * Records held while the event loop is busy, and again while an iteration is; 64 to
   * 4,194,304, rounded up to a power of two, default 16,384. 64 bytes each once used.
   */
  capacity?: number;
  /**
   * What realtime signals do that come faster than the event loop takes them. `hold`, the
   * default: the kernel keeps them, in order, so that none is lost and the loop gets its
   * turn; once RLIMIT_SIGPENDING is reached, which all processes of the user share, their
   * senders get EAGAIN. `drop`: what finds no room is a `gap`. Standard signals are always
   * dropped: the kernel would merge them unseen.
   */
  overflow?: 'hold' | 'drop';
  /** Look every so many ms whether another addon's sigaction(2) displaced ours; default: never. */
  recheck?: number;
  /** Closes the watcher. */
  signal?: AbortSignal;
}

/** Signals that were lost because they came too fast. */
export interface Gap {
  /** Signals that arrived while there was no room. */
  readonly lost: number;
  readonly bySignal: Readonly<Record<string, number>>;
}

/** What a watcher emits. */
export type SignalWatcherEvents = {
  /** Every signal; it is emitted by its own name, too. */
  signal: [SignalInfo];
  /** A signal that the policy `from` refused. */
  refused: [SignalInfo];
  gap: [Gap];
  /** Another handler had displaced ours; it was put back. The signal's name. */
  displaced: [string];
} & { [name in SignalName]: [SignalInfo] };

const MIN_CAPACITY = 64;
const MAX_CAPACITY = 2 ** 22;
/** For `grace` and `deadline`. */
export const MAX_GRACE_MS = 3_600_000;

// What arrived last must not be lost with the process. One listener for all: many
// watchers would make Node warn of a leak.
const open = new Set<SignalChannel>();

function flushAll(): void {
  for (const channel of open) channel.finish();
}

function track(channel: SignalChannel): void {
  if (open.size === 0) process.on('exit', flushAll);
  open.add(channel);
}

function untrack(channel: SignalChannel): void {
  if (open.delete(channel) && open.size === 0) process.off('exit', flushAll);
}

interface Arrival {
  readonly info: SignalInfo;
  readonly isRefused: boolean;
}

/** Emits each watched signal with its sender. */
export class SignalWatcher extends EventEmitter<SignalWatcherEvents> {
  readonly #channel: SignalChannel;
  readonly #queue: SignalQueue;
  readonly #endsByDefault: boolean;
  readonly #names = new Map<number, Set<SignalName>>();
  readonly #sender: SenderBuffer | undefined;
  readonly #abort: AbortSignal | undefined;
  readonly #recheck: NodeJS.Timeout | undefined;
  readonly #arrivals: Arrival[] = [];
  #delivered = 0;

  /** @internal use watch() */
  constructor(signals: SignalSet, options: WatchOptions) {
    super();
    const { after = 'chain', grace = 1000, capacity = 16_384, overflow = 'hold' } = options;
    const { deadline, from, recheck, signal } = options;
    checkChoice('after', after, ['chain', 'stop', 'default']);
    checkChoice('overflow', overflow, ['hold', 'drop']);
    checkRange('grace', grace, 0, MAX_GRACE_MS);
    if (deadline !== undefined) checkRange('deadline', deadline, 1, MAX_GRACE_MS);
    checkRange('capacity', capacity, MIN_CAPACITY, MAX_CAPACITY);
    if (recheck !== undefined) checkRange('recheck', recheck, 1, 2 ** 31 - 1);
    const policy = from === undefined ? undefined : nativePolicy(from);
    for (const each of signalList(signals)) this.#addName(each);
    if (signal?.aborted) throw abortError(signal);
    this.#endsByDefault = after === 'default';
    this.#sender = options.snapshot ? new SenderBuffer() : undefined;
    this.#queue = createSignalQueue(capacity, (info) => this.#actByDefault(info));
    this.#channel = new SignalChannel({
      capacity,
      onBatch: (batch) => this.#take(batch),
      onGap: (lost, bySignal) => this.emit('gap', Object.freeze({ lost, bySignal })),
      onDisplaced: (signo) => this.emit('displaced', signalName(signo)),
    });
    const { native } = this.#channel;
    try {
      if (options.snapshot) check(native.enableSnapshots(), 'mmap', () => 'keep snapshots');
      if (policy !== undefined) {
        const { only, never, attestedOnly, refusesOthers } = policy;
        native.setPolicy(only, never, attestedOnly, refusesOthers);
      }
      native.setGrace(grace, deadline);
      if (overflow === 'hold') native.hold();
      for (const number of this.#names.keys()) this.#channel.subscribe(number, after);
    } catch (error) {
      this.#channel.close();
      throw error;
    }
    track(this.#channel);
    if (recheck !== undefined) {
      this.#recheck = setInterval(() => this.#channel.verify(), recheck).unref();
    }
    this.#abort = signal;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Keeps the process alive; the default. */
  ref(): this {
    this.#channel.ref();
    return this;
  }

  /** Lets the process end although it is open. */
  unref(): this {
    this.#channel.unref();
    return this;
  }

  /** Puts the earlier dispositions back, and hands over what came until then. */
  close(): void {
    this.#close();
  }

  /** As close(). */
  [Symbol.dispose](): void {
    this.#close();
  }

  /**
   * The signals in order, also those that came before and that nobody listened to. There
   * can be one iterator. It ends with the watcher, and throws when that was aborted.
   * @throws SignalError ERR_ALREADY_ITERATED
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<SignalInfo, undefined> {
    const iterator = this.#queue.iterate();
    return Object.assign(iterator, {
      [Symbol.asyncIterator]() {
        return this;
      },
    }) as AsyncIterableIterator<SignalInfo, undefined>;
  }

  readonly #onAbort = () => this.#close(abortError(this.#abort as AbortSignal));

  #addName(signal: SignalName | number): void {
    const number = signalNumber(signal);
    const names = this.#names.get(number) ?? new Set([signalName(number) as SignalName]);
    if (typeof signal === 'string') names.add(signal);
    this.#names.set(number, names);
  }

  #close(reason?: Error): void {
    clearInterval(this.#recheck);
    this.#abort?.removeEventListener('abort', this.#onAbort);
    untrack(this.#channel);
    this.#channel.close();
    this.#queue.end(reason);
  }

  // A listener may close the watcher, which drains into the same batch again: so all of
  // it is read first. The nested call goes on where the outer one is, in order.
  #take(batch: RecordBatch): void {
    const now = process.hrtime.bigint();
    for (let i = 0; i < batch.count; i += 1) {
      const sender = this.#sender?.fetch(this.#channel.native, batch.snapshot(i));
      this.#arrivals.push({
        info: new SignalInfo(batch, i, now, sender),
        isRefused: batch.isRefused(i),
      });
    }
    while (this.#delivered < this.#arrivals.length) {
      const arrival = this.#arrivals[this.#delivered] as Arrival;
      this.#delivered += 1;
      this.#deliver(arrival);
    }
    this.#arrivals.length = 0;
    this.#delivered = 0;
  }

  #deliver({ info, isRefused }: Arrival): void {
    if (publication.hasSubscribers) publication.publish(info);
    if (isRefused) {
      this.#emitSafely('refused', info);
      return;
    }
    let isHeard = this.#emitSafely('signal', info);
    for (const name of this.#names.get(info.number) ?? []) {
      isHeard = this.#emitSafely(name, info) || isHeard;
    }
    if (this.#queue.isIterating || !isHeard) {
      if (!this.#queue.push(info)) this.#overflow(info);
      if (this.#queue.isIterating) return; // who has it says when it is done with
    }
    this.#actByDefault(info);
  }

  // A listener's error is uncaught, as ever, and keeps nobody from the next signal.
  #emitSafely(event: 'signal' | 'refused' | SignalName, info: SignalInfo): boolean {
    try {
      return (this as EventEmitter).emit(event, info);
    } catch (error) {
      process.nextTick(() => {
        throw error;
      });
      return true;
    }
  }

  #overflow({ signal }: SignalInfo): void {
    this.emit('gap', Object.freeze({ lost: 1, bySignal: { [signal]: 1 } }));
  }

  #actByDefault(info: SignalInfo): void {
    if (this.#endsByDefault) binding.doDueAction(info.number);
  }
}

/**
 * Watches signals, see sigaction(2): a handler records each one's sender.
 * @throws SignalError ERR_UNKNOWN_SIGNAL, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE; EINVAL
 * for SIGKILL, SIGSTOP, SIGCHLD, SIGPROF, faults, and libc's own signals; ENOSPC with 64
 * watchers open; ENOMEM, EMFILE; ENOSYS in a runtime without libuv for addons, such as Bun
 * and Deno; EAGAIN where `default` finds no timer. An AbortError when `signal` is aborted
 * already.
 */
export function watch(signals: SignalSet, options: WatchOptions = {}): SignalWatcher {
  return new SignalWatcher(signals, options);
}
