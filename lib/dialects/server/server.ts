// A server for other minitalks' clients.
import { EventEmitter } from 'node:events';
import { constants } from 'node:os';
import { AckBy, binding, type NativeDialectServer } from '../../binding/dialects.js';
import { MinitalkError } from '../../minitalk/errors.js';
import { DEFAULT_MAX_MESSAGE } from '../../minitalk/peer/registration.js';
import { type Consumer, createConsumer } from '../../minitalk/server/consumer.js';
import { createDeliveries, type Deliveries } from '../../minitalk/server/deliveries.js';
import { assertLimits } from '../../minitalk/server/limits.js';
import type { Message } from '../../minitalk/server/message.js';
import type { MinitalkServerEvents, ServerOptions } from '../../minitalk/server/server.js';
import { systemError } from '../../signals/errors.js';
import { SignalInfo } from '../../signals/info.js';
import { SignalChannel } from '../../signals/internal/channel.js';
import type { RecordBatch } from '../../signals/internal/record.js';
import type { Dialect } from '../dialect.js';
import { createReception, type Reception } from './reception.js';

const { SIGUSR1, SIGUSR2 } = constants.signals;
/** Seconds of signals, however late the loop is: where nothing is acknowledged they don't wait. */
const RING_RECORDS = 65_536;
const LOOK_MS = 50;
const DEFAULT_IDLE_TIMEOUT = 5000;
/** A client that knows nothing of the end may signal so much later. */
const LATE_MS = 2000;

interface Listening {
  readonly channel: SignalChannel;
  readonly native: NativeDialectServer;
  readonly reception: Reception;
  readonly timer: NodeJS.Timeout;
}

/** Takes messages of one dialect; see createServer in lib/index.ts. */
export class DialectServer extends EventEmitter<MinitalkServerEvents> {
  readonly #dialect: Dialect;
  readonly #options: ServerOptions;
  readonly #consumer: Consumer;
  readonly #deliveries: Deliveries;
  #state: 'new' | 'listening' | 'closed' = 'new';
  #listening: Listening | undefined;
  #closed: Promise<void> | undefined;
  #isReferenced = true;

  /** @internal use createServer() */
  constructor(dialect: Dialect, options: ServerOptions) {
    super();
    this.#dialect = dialect;
    this.#options = options;
    if (options.name !== undefined) {
      throw new MinitalkError(
        'ENOTSUP',
        `name ${JSON.stringify(options.name)}: a server of a dialect is found by its pid alone`,
      );
    }
    assertLimits(options);
    this.#consumer = createConsumer(options.deliver, (message) => this.emit('message', message));
    this.#deliveries = createDeliveries(this.#consumer.take);
  }

  /** True between `listen` and `close`. */
  get listening(): boolean {
    return this.#state === 'listening';
  }

  /**
   * Installs the handlers. From the resolution on clients can send.
   * @throws MinitalkError EADDRINUSE (this process has a server of a dialect), ENOSYS (not
   * Linux), ERR_SERVER_CLOSED; SignalError ENOSPC, EMFILE and others of a channel
   */
  async listen(): Promise<void> {
    if (this.#state !== 'new') {
      throw new MinitalkError('ERR_SERVER_CLOSED', `cannot listen: the server is ${this.#state}`);
    }
    if (!binding.hasQueue) {
      throw new MinitalkError('ENOSYS', `minitalk servers need Linux, not ${process.platform}`);
    }
    this.#listening = this.#open();
    this.#state = 'listening';
    if (!this.#isReferenced) this.#listening.channel.unref();
    this.emit('listening');
  }

  /** Keeps the process alive while listening; the default. */
  ref(): this {
    this.#isReferenced = true;
    if (this.listening) this.#listening?.channel.ref();
    return this;
  }

  /** Lets the process end although the server listens. */
  unref(): this {
    this.#isReferenced = false;
    this.#listening?.channel.unref();
    return this;
  }

  /**
   * Finishes what is whole. The signals stay caught as long as a client that is known lives,
   * since none of them learns of the end. Safe to repeat.
   */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** As close(). */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Messages one after another, until the server closes. @throws MinitalkError ERR_ALREADY_ITERATED */
  [Symbol.asyncIterator](): AsyncIterator<Message, undefined> {
    return this.#consumer.iterate();
  }

  #open(): Listening {
    const native = new binding.DialectServer();
    const channel = new SignalChannel({
      capacity: RING_RECORDS,
      onBatch: (batch) => this.#takeBatch(batch),
      onGap: (lost, bySignal) => this.emit('gap', { lost, bySignal }),
    });
    try {
      const { ack } = this.#dialect;
      const claimed = native.claim(
        channel.native,
        ack?.of === 'bit' ? AckBy[ack.by] : AckBy.nothing,
      );
      if (claimed < 0) {
        throw systemError(
          claimed,
          'listen',
          'listen: this process already has a server of a dialect',
        );
      }
      const reception = this.#newReception(native);
      channel.subscribe(SIGUSR1, 'chain');
      channel.subscribe(SIGUSR2, 'chain');
      native.gather(); // once the handlers stand
      const timer = setInterval(() => this.#lookAround(), LOOK_MS).unref();
      return { channel, native, reception, timer };
    } catch (error) {
      native.close();
      channel.close();
      throw error;
    }
  }

  #newReception(native: NativeDialectServer): Reception {
    const { allowUids, maxMessage, idleTimeout } = this.#options;
    return createReception({
      dialect: this.#dialect,
      native,
      uids: allowUids && [...allowUids, process.getuid?.() ?? 0],
      maxMessage: maxMessage ?? DEFAULT_MAX_MESSAGE,
      idleTimeout: idleTimeout ?? DEFAULT_IDLE_TIMEOUT,
      deliver: (message, taken) =>
        this.#deliveries.begin(message, (isTaken) => {
          if (isTaken) taken();
        }),
      partial: (partial) => this.emit('partial', partial),
    });
  }

  #takeBatch(batch: RecordBatch): void {
    const { reception } = this.#listening as Listening;
    const now = process.hrtime.bigint();
    for (let i = 0; i < batch.count; i += 1) {
      if (reception.take(batch, i)) continue;
      if (this.listening) this.emit('stray', new SignalInfo(batch, i, now));
    }
  }

  #lookAround(): void {
    const { channel, reception } = this.#listening as Listening;
    if (reception.clients === 0) return;
    channel.flush(); // what came before the silence
    reception.lookAround(process.hrtime.bigint());
  }

  async #close(): Promise<void> {
    const listening = this.#listening;
    this.#state = 'closed';
    if (listening !== undefined) {
      const { channel, reception } = listening;
      channel.flush();
      reception.abandon();
      this.#consumer.dropBacklog();
      await this.#deliveries.settled();
      await reception.settled();
      channel.unref();
      this.#linger(listening);
    }
    this.#consumer.end();
    this.emit('close');
  }

  /** Until nobody can signal any more who believes in this server. */
  #linger({ channel, native, reception, timer }: Listening): void {
    const since = Date.now();
    const end = setInterval(() => {
      if (reception.clients > 0 || Date.now() - since < LATE_MS) return;
      clearInterval(end);
      clearInterval(timer);
      native.close();
      channel.close();
    }, LOOK_MS).unref();
  }
}
