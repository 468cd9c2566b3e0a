// Writes each signal of this process into a file: docs/recording.md.
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { SignalError } from '../signals/errors.js';
import { RecordingFile } from './file.js';
import { type RecordedEvent, VERSION } from './format.js';
import type { Conversing } from './interpret.js';
import { DEFAULT_LIMIT, LEAST_LIMIT } from './limits.js';
import { Observer } from './observer.js';

/** How much record() keeps. */
export interface RecordOptions {
  /**
   * Bytes, of the file and the one before it together: at half of it the file becomes
   * `<path>.1`, and begins anew. At least 4,096. Default: 67,108,864.
   */
  limit?: number;
}

/** What a Recorder emits. */
export interface RecorderEvents {
  /**
   * It ended: the file takes nothing any more. What was written stays. Without a listener:
   * a warning of the process.
   */
  error: [error: NodeJS.ErrnoException];
}

/** What the command line knows besides. */
export interface Recorded {
  /** The name of what runs. */
  readonly command: string;
  /** See ObserverOptions. */
  readonly conversing: Conversing;
  /** Gets the events, too, also where the file takes them no more. */
  readonly also?: (events: readonly RecordedEvent[]) => void;
}

/** Writes a recording. */
export class Recorder extends EventEmitter<RecorderEvents> {
  readonly #observer: Observer;
  readonly #also: Recorded['also'];
  readonly #onExit = () => this.close();
  #file: RecordingFile | undefined;

  /** @internal see record */
  constructor(path: string, { limit = DEFAULT_LIMIT }: RecordOptions, recorded: Recorded) {
    super();
    if (!(Number.isInteger(limit) && limit >= LEAST_LIMIT)) {
      throw new SignalError(
        'ERR_OUT_OF_RANGE',
        `limit ${limit} is out of range: expected bytes, at least ${LEAST_LIMIT}`,
      );
    }
    this.#also = recorded.also;
    this.#observer = new Observer({
      conversing: recorded.conversing,
      take: (events) => this.#take(events),
    });
    try {
      this.#file = new RecordingFile(
        path,
        {
          minitalk: 'recording',
          version: VERSION,
          pid: process.pid,
          command: recorded.command,
          started: new Date().toISOString(),
          clock: String(this.#observer.start),
          boot: bootId(),
        },
        limit,
      );
    } catch (error) {
      this.#observer.close();
      throw error;
    }
    process.on('exit', this.#onExit);
  }

  /** Writes what is there, and ends. Does nothing the second time. */
  close(): void {
    process.off('exit', this.#onExit);
    this.#observer.close();
    this.#file?.close();
    this.#file = undefined;
  }

  #take(events: readonly RecordedEvent[]): void {
    this.#also?.(events);
    try {
      this.#file?.write(events);
    } catch (error) {
      this.#fail(error as NodeJS.ErrnoException);
    }
  }

  #fail(error: NodeJS.ErrnoException): void {
    this.#file?.close();
    this.#file = undefined;
    if (this.#also === undefined) this.close();
    if (this.listenerCount('error') > 0) {
      this.emit('error', error);
    } else {
      // A service is not to end of it.
      const text = `the recording has ended: ${error.message}`;
      process.emitWarning(text, 'MinitalkWarning', error.code);
    }
  }
}

/**
 * Records each signal that this process captures, and each that its conversations send, in a file
 * that nobody else may read: see docs/recording.md. A file that is there is overwritten. One
 * recording at a time; it keeps no event loop alive, and is closed at the process's end.
 * Signals that nobody watches here are none that it captures.
 * @throws SignalError EBUSY (this process is recorded already, or another one records into the file), EINVAL (no regular file), ENOMEM,
 * ERR_OUT_OF_RANGE; Node's errors of open(2)
 */
export function record(path: string, options: RecordOptions = {}): Recorder {
  return new Recorder(path, options, { command: 'node', conversing: 'no' });
}

/** Where there is none, recordings of this machine cannot be told from another's. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return '';
  }
}
