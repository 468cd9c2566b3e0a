import { EventEmitter } from 'node:events';
import { SignalChannel } from './channel.js';
import { type SignalInfo, signalInfo } from './info.js';
import { type SignalName, signalName, signalNumber } from './names.js';

export interface WatchOptions {
  /** What becomes of the signal next: the earlier handler runs too, or it ends here. */
  after?: 'chain' | 'stop';
  /** Records held while the event loop is busy; 64 to 4,194,304, default 16,384. */
  capacity?: number;
}

export interface Gap {
  /** Signals that arrived while the ring was full. */
  readonly lost: number;
  readonly bySignal: Readonly<Record<string, number>>;
}

export interface SignalWatcherEvents {
  signal: [SignalInfo];
  gap: [Gap];
  /** Another handler had displaced ours; it was put back. */
  displaced: [string];
}

// What arrived last must not be lost with the process. One listener for all: many
// watchers would make Node warn of a leak.
const open = new Set<SignalChannel>();

function drainAll(): void {
  for (const channel of open) channel.drain();
}

function track(channel: SignalChannel): void {
  if (open.size === 0) process.on('exit', drainAll);
  open.add(channel);
}

function untrack(channel: SignalChannel): void {
  if (open.delete(channel) && open.size === 0) process.off('exit', drainAll);
}

/** Emits each watched signal with its sender. */
export class SignalWatcher extends EventEmitter<SignalWatcherEvents> {
  readonly #channel: SignalChannel;

  /** @internal use watch() */
  constructor(signals: readonly (SignalName | number)[], options: WatchOptions) {
    super();
    const numbers = signals.map(signalNumber);
    this.#channel = new SignalChannel({
      capacity: options.capacity ?? 16_384,
      onBatch: (batch) => {
        for (let i = 0; i < batch.count; i += 1) this.emit('signal', signalInfo(batch, i));
      },
      onGap: (lost, bySignal) => this.emit('gap', { lost, bySignal }),
      onDisplaced: (signo) => this.emit('displaced', signalName(signo)),
    });
    try {
      for (const number of new Set(numbers)) {
        this.#channel.subscribe(number, { chain: options.after !== 'stop' });
      }
    } catch (error) {
      this.#channel.close();
      throw error;
    }
    track(this.#channel);
  }

  /** Keeps the process alive; the default. */
  ref(): this {
    this.#channel.ref();
    return this;
  }

  unref(): this {
    this.#channel.unref();
    return this;
  }

  /** Hands over what is still held, then puts the earlier dispositions back. */
  close(): void {
    untrack(this.#channel);
    this.#channel.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Watches signals, see sigaction(2): installs a handler that records each one's
 * sender. Like process.on, it replaces a default action.
 * @throws SignalError ERR_UNKNOWN_SIGNAL; EINVAL for SIGKILL, SIGSTOP, SIGCHLD,
 * SIGPROF, faults, and libc's own signals; ENOSPC with 64 watchers open.
 */
export function watch(
  signals: readonly (SignalName | number)[],
  options: WatchOptions = {},
): SignalWatcher {
  return new SignalWatcher(signals, options);
}
