// Writes each signal of this process into a file: docs/recording.md.
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { hasEndpoint } from '../minitalk/peer/endpoint.js';
import { onFrame, type TakenFrame } from '../minitalk/server/frames.js';
import { SignalError } from '../signals/errors.js';
import { Tracer } from '../signals/internal/trace.js';
import { DEFAULT_LIMIT, LEAST_LIMIT, RecordingFile } from './file.js';
import { type RecordedEvent, VERSION } from './format.js';
import { Interpreter } from './interpret.js';

export interface RecordOptions {
  /**
   * Bytes, of the file and the one before it together: at half of it the file becomes
   * `<path>.1`, and begins anew. At least 4,096. Default: 67,108,864.
   */
  limit?: number;
}

export interface RecordingEvents {
  /** It ended: the file takes nothing any more. What was written stays. Without a listener: a warning of the process. */
  error: [error: NodeJS.ErrnoException];
}

/** What the command line knows besides. */
export interface Recorded {
  /** The name of what runs. */
  readonly command: string;
  /** SIGUSR1 and SIGUSR2 are for conversations, whoever holds them. */
  readonly isConversing: boolean;
}

/** A recording that is being written. */
export class Recording extends EventEmitter<RecordingEvents> {
  readonly #start = process.hrtime.bigint();
  readonly #file: RecordingFile;
  readonly #interpreter: Interpreter;
  readonly #tracer: Tracer;
  readonly #offFrame: () => void;
  readonly #onExit = () => this.close();
  #events: RecordedEvent[] = [];
  #isOpen = true;

  /** @internal see record */
  constructor(path: string, { limit = DEFAULT_LIMIT }: RecordOptions, recorded: Recorded) {
    super();
    if (!(Number.isInteger(limit) && limit >= LEAST_LIMIT)) {
      throw new SignalError(
        'ERR_OUT_OF_RANGE',
        `limit ${limit} is out of range: expected bytes, at least ${LEAST_LIMIT}`,
      );
    }
    this.#interpreter = new Interpreter(this.#start, () => recorded.isConversing || hasEndpoint());
    this.#tracer = new Tracer({
      onBatch: (batch, order) => {
        for (const i of order) this.#events.push(this.#interpreter.event(batch, i));
        this.#write();
      },
      onLost: (count) => this.#note({ is: 'unrecorded', count }),
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
          clock: String(this.#start),
          boot: bootId(),
        },
        limit,
      );
    } catch (error) {
      this.#isOpen = false;
      this.#tracer.close();
      throw error;
    }
    this.#offFrame = onFrame((frame) => this.#takeFrame(frame));
    process.on('exit', this.#onExit);
  }

  /** Writes what is there, and ends. Does nothing the second time. */
  close(): void {
    if (!this.#isOpen) return;
    this.#tracer.close();
    this.#note({ is: 'end' });
    this.#end();
  }

  #end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    process.off('exit', this.#onExit);
    this.#offFrame();
    this.#file.close();
  }

  /** A service is not to end of it, whether it listens or not. */
  #tell(error: NodeJS.ErrnoException): void {
    if (this.listenerCount('error') > 0) this.emit('error', error);
    else
      process.emitWarning(
        `the recording has ended: ${error.message}`,
        'MinitalkWarning',
        error.code,
      );
  }

  #takeFrame({ pid, session, message, frame }: TakenFrame): void {
    const t = this.#now();
    this.#tracer.drain(); // what it is made of
    this.#events.push({ t, is: 'frame', pid, session, message, frame });
  }

  #note(what: { is: 'unrecorded'; count: number } | { is: 'end' }): void {
    this.#events.push({ t: this.#now(), ...what });
    this.#write();
  }

  #now(): number {
    return Number(process.hrtime.bigint() - this.#start);
  }

  #write(): void {
    if (!this.#isOpen) return;
    const events = this.#events;
    this.#events = [];
    try {
      this.#file.write(events);
    } catch (error) {
      this.#end();
      this.#tracer.close();
      this.#tell(error as NodeJS.ErrnoException);
    }
  }
}

/**
 * Records each signal that this process captures, and each that its conversations send, in a file
 * that nobody else may read: see docs/recording.md. A file that is there is overwritten. One
 * recording at a time; it keeps no event loop alive, and is closed at the process's end.
 * Signals that nobody watches here are none that it captures.
 * @throws SignalError EBUSY (this process is recorded already), EINVAL (no regular file), ENOMEM,
 * ERR_OUT_OF_RANGE; Node's errors of open(2)
 */
export function record(path: string, options: RecordOptions = {}): Recording {
  return new Recording(path, options, { command: 'node', isConversing: false });
}

/** Where there is none, recordings of this machine cannot be told from another's. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return '';
  }
}
