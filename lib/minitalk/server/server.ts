import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { binding, type NativeServer } from '../../binding/minitalk.js';
import { systemError } from '../../signals/errors.js';
import type { SignalInfo } from '../../signals/info.js';
import { type SignalName, signalNumber } from '../../signals/names.js';
import type { Gap } from '../../signals/watcher.js';
import { linger } from '../endings/linger.js';
import { MinitalkError } from '../errors.js';
import { register } from '../peer/announcement.js';
import { acquireEndpoint, type Endpoint } from '../peer/endpoint.js';
import { assertName, DEFAULT_MAX_MESSAGE } from '../peer/registration.js';
import { fullQueue, queueFullError } from '../peer/signal-queue.js';
import { type Consumer, createConsumer } from './consumer.js';
import { createLanePool, type LanePool } from './lanes.js';
import { assertLimits } from './limits.js';
import type { Message, PartialMessage } from './message.js';
import { Reception } from './reception.js';

/** What a server takes, from whom, and who gets it. */
export interface ServerOptions {
  /**
   * A name that this user's clients can use instead of the pid, as `@name`: 1 to 64 letters,
   * digits, ".", "_" or "-", the first a letter or a digit.
   */
  name?: string;
  /** Uids whose messages are taken, besides the server's own; default: all whom the kernel lets signal it. */
  allowUids?: readonly number[];
  /** Longest message taken, bytes; default 64 MiB, at most 4 GiB - 1. */
  maxMessage?: number;
  /** How long a client with an unfinished message may be silent, ms, more than 0; default 30,000. */
  idleTimeout?: number;
  /** 'auto': share a CPU with the sending client for the length of a frame. Default. */
  place?: 'auto' | 'off';
  /**
   * The realtime signal on which bursts are taken, or null: none are. Default
   * SIGRTMIN+7. It is caught between `listen` and `close`.
   */
  burstSignal?: SignalName | null;
  /**
   * Takes each message before its client is told "delivered". When it throws or
   * rejects the client is told that nothing was delivered.
   */
  deliver?: (message: Message) => void | Promise<void>;
}

/** What a server emits. */
export interface MinitalkServerEvents {
  listening: [];
  message: [Message];
  partial: [PartialMessage];
  /** A SIGUSR1 or SIGUSR2 that was no part of the protocol. */
  stray: [SignalInfo];
  /** Records lost because the ring was full; no message's bits are among them. */
  gap: [Gap];
  /**
   * Why clients are not heard, or are turned away; once each time that it begins: EAGAIN (the
   * signal queue is full), ERR_SERVER_FULL, ERR_TOO_MANY_SESSIONS (one process's).
   */
  warning: [MinitalkError];
  close: [];
}

const DEFAULT_BURST_SIGNAL = 'SIGRTMIN+7';
const DEFAULT_IDLE_TIMEOUT = 30_000;
/** A client that has just seen the registration may signal so much later. */
const LOOKED_MS = 20;

/** What a listening server holds. */
interface Listening {
  readonly endpoint: Endpoint;
  readonly native: NativeServer;
  readonly reception: Reception;
  readonly uncatch: () => void;
  readonly unregister: () => void;
}

/** Takes messages from clients of this machine; see createServer. */
export class MinitalkServer extends EventEmitter<MinitalkServerEvents> {
  readonly #options: ServerOptions;
  readonly #burstSignal: number;
  readonly #consumer: Consumer;
  #state: 'new' | 'listening' | 'closed' = 'new';
  #listening: Listening | undefined;
  #closed: Promise<void> | undefined;
  #isReferenced = true;
  #letGo: (() => void) | undefined;

  /** @internal use createServer() */
  constructor(options: ServerOptions) {
    super();
    this.#options = options;
    this.#consumer = createConsumer(options.deliver, (message) => this.emit('message', message));
    if (options.name !== undefined) assertName(options.name);
    this.#burstSignal = burstNumber(options.burstSignal);
    assertLimits(options);
  }

  /** True between `listen` and `close`. */
  get listening(): boolean {
    return this.#state === 'listening';
  }

  /**
   * Installs the handlers, then announces the server. From the resolution on
   * clients can send.
   * @throws MinitalkError EADDRINUSE (this process has a server), EEXIST (the name is
   * taken), ERR_NO_RUNTIME_DIR, ENOSYS (not Linux), EAGAIN (it may have no signal queued:
   * it would hear nothing), ERR_SERVER_CLOSED
   */
  async listen(): Promise<void> {
    if (this.#state !== 'new') {
      throw new MinitalkError('ERR_SERVER_CLOSED', `cannot listen: the server is ${this.#state}`);
    }
    if (!binding.hasQueue) {
      throw new MinitalkError(
        'ENOSYS',
        `minitalk servers need Linux: ${process.platform} has no thread-directed signals with values`,
      );
    }
    const queue = fullQueue(process.pid);
    if (queue?.limit === 0) throw queueFullError(queue);
    const endpoint = acquireEndpoint();
    const native = new binding.Server();
    const claimed = native.claim(endpoint.channel.native, this.#burstSignal);
    if (claimed < 0) {
      endpoint.release();
      throw systemError(claimed, 'listen', 'listen: this process already has a minitalk server');
    }
    let uncatch = () => {};
    try {
      if (this.#burstSignal > 0) uncatch = endpoint.catch(this.#burstSignal);
      const { name, maxMessage = DEFAULT_MAX_MESSAGE } = this.#options;
      const announcement = register(binding.currentThread(), {
        name,
        maxMessage,
        onFiles: (paths) => native.announce(...paths),
      });
      const lanes = createLanePool(native, announcement.tellLanes);
      const reception = this.#newReception(endpoint, native, lanes);
      endpoint.server = reception.port;
      const unregister = announcement.takeBack;
      this.#listening = { endpoint, native, reception, uncatch, unregister };
    } catch (error) {
      native.close();
      uncatch();
      endpoint.release();
      throw error;
    }
    this.#state = 'listening';
    if (this.#isReferenced) this.#letGo = endpoint.hold();
    this.emit('listening');
  }

  /** Keeps the process alive while listening; the default. */
  ref(): this {
    this.#isReferenced = true;
    this.#letGo ??= this.#listening?.endpoint.hold();
    return this;
  }

  /** Lets the process end although the server listens. */
  unref(): this {
    this.#isReferenced = false;
    this.#letGo?.();
    this.#letGo = undefined;
    return this;
  }

  /**
   * Finishes what was verified, tells waiting clients, takes the announcement back
   * and restores the signals; as long as a client has not heard of it, because it is
   * stopped or busy, they stay caught, after the resolution too. Safe to repeat.
   */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** As close(). */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /**
   * Messages one after another, until the server closes. A message counts as
   * delivered when the loop takes it. There can be one iterator.
   * @throws MinitalkError ERR_ALREADY_ITERATED
   */
  [Symbol.asyncIterator](): AsyncIterator<Message, undefined> {
    return this.#consumer.iterate();
  }

  #newReception(endpoint: Endpoint, native: NativeServer, lanes: LanePool): Reception {
    const { place, allowUids, maxMessage, idleTimeout } = this.#options;
    return new Reception({
      endpoint,
      native,
      place: place !== 'off',
      lanes,
      burstSignal: this.#burstSignal,
      allowUids,
      maxMessage: maxMessage ?? DEFAULT_MAX_MESSAGE,
      idleTimeout: idleTimeout ?? DEFAULT_IDLE_TIMEOUT,
      deliver: this.#consumer.take,
      partial: (partial) => this.emit('partial', partial),
      stray: (info) => this.emit('stray', info),
      warning: (warning) => this.emit('warning', warning),
      gap: (gap) => this.emit('gap', gap),
    });
  }

  async #close(): Promise<void> {
    this.#state = 'closed';
    const listening = this.#listening;
    if (listening !== undefined) {
      const { endpoint, native, reception, uncatch, unregister } = listening;
      reception.abandonUnfinished();
      this.#consumer.dropBacklog();
      await reception.takeLeave();
      unregister();
      await sleep(LOOKED_MS);
      endpoint.server = undefined;
      native.close();
      this.#letGo?.();
      linger(endpoint, reception.end(), () => {
        uncatch();
        endpoint.release();
      });
    }
    this.#consumer.end();
    this.emit('close');
  }
}

/** @throws MinitalkError ERR_OUT_OF_RANGE, SignalError ERR_UNKNOWN_SIGNAL */
function burstNumber(signal: SignalName | null = DEFAULT_BURST_SIGNAL): number {
  if (signal === null || !binding.hasQueue) return 0;
  const number = signalNumber(signal);
  if (signal.startsWith('SIGRT')) return number;
  throw new MinitalkError(
    'ERR_OUT_OF_RANGE',
    `burstSignal ${signal}: expected a realtime signal such as SIGRTMIN+7: others do not queue`,
  );
}

/**
 * A server for minitalk messages. One process can have one.
 * @throws MinitalkError ERR_INVALID_NAME, ERR_OUT_OF_RANGE; SignalError ERR_UNKNOWN_SIGNAL
 */
export function createServer(options: ServerOptions = {}): MinitalkServer {
  return new MinitalkServer(options);
}
