// Messages to another minitalk's server.
import { binding, type NativeStepSender } from '../../binding/dialects.js';
import type {
  ConnectOptions,
  Delivery,
  SendOptions,
} from '../../minitalk/client/client-options.js';
import { MinitalkError } from '../../minitalk/errors.js';
import { pidOf } from '../../minitalk/peer/address.js';
import { acquireEndpoint, type Endpoint } from '../../minitalk/peer/endpoint.js';
import type { PinnedThread } from '../../minitalk/peer/pinned.js';
import { abortError, check } from '../../signals/errors.js';
import { monotonicMs } from '../../signals/internal/clock.js';
import { type Dialect, isAnswered, signalOf, tellsDelivery } from '../dialect.js';
import { encode, stepCount } from '../encode.js';
import { openForeignServer } from './foreign-server.js';
import { sendSteps } from './send-steps.js';

const DEFAULT_TIMEOUT_MS = 10_000;
/** So long a server may signal still that has nothing more to say: it would end us. */
const LATE_MS = 2000;

/** Sends messages to one server that speaks `dialect`; see connect in lib/index.ts. */
export class DialectClient {
  /** The server's process. */
  readonly pid: number;
  readonly #dialect: Dialect;
  readonly #timeout: number;
  readonly #endpoint: Endpoint;
  readonly #target: PinnedThread;
  readonly #sender: NativeStepSender;
  readonly #closing = new AbortController();
  /** Sends wait for each other here. */
  #tail: Promise<unknown> = Promise.resolve();
  #ended: Promise<void> | undefined;
  /** Why the server has half a message, to which nothing can be added. */
  #broken: Error | undefined;

  /** @internal use connect() */
  constructor(pid: number, dialect: Dialect, options: ConnectOptions) {
    this.pid = pid;
    this.#dialect = dialect;
    this.#timeout = options.timeout ?? DEFAULT_TIMEOUT_MS;
    if (!(this.#timeout > 0)) {
      throw new MinitalkError(
        'ERR_OUT_OF_RANGE',
        `timeout ${this.#timeout}: expected more than 0 ms`,
      );
    }
    this.#target = openForeignServer(pid, isAnswered(dialect));
    try {
      // Before the first signal: what the server answers would end us.
      this.#endpoint = acquireEndpoint();
    } catch (error) {
      this.#target.unpin();
      throw error;
    }
    this.#sender = new binding.StepSender();
    const opened = this.#sender.open({
      pid,
      pidfd: this.#target.process.pidfd,
      status: this.#target.status.descriptor,
      busy: dialect.busy === undefined ? 0 : signalOf(dialect.busy),
      gap: dialect.gap ?? -1,
    });
    if (opened < 0) this.#free();
    check(opened, 'open', () => `send to process ${pid}`);
  }

  /**
   * Sends one message; resolves when the server has answered all that the dialect has it
   * answer. Sends of one client go one after another.
   * @param data text (as UTF-8) or bytes
   * @throws MinitalkError EILSEQ and EMSGSIZE (the dialect cannot carry it), ESRCH (the server
   * ended), ETIMEDOUT, ERR_SERVER_FULL (it refuses), ERR_SERVER_CLOSED, ABORT_ERR,
   * ERR_CLIENT_CLOSED, ENOTSUP (the mode)
   */
  send(data: string | Uint8Array, options: SendOptions = {}): Promise<Delivery> {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    const sent = this.#tail.then(() => this.#sendNow(bytes, options));
    this.#tail = sent.catch(() => {});
    return sent;
  }

  /** Sends that are not done reject with ERR_CLIENT_CLOSED. Safe to repeat. */
  close(): Promise<void> {
    this.#closing.abort();
    this.#ended ??= this.#tail.then(() => this.#free());
    return this.#ended;
  }

  /** As close(). */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #sendNow(data: Uint8Array, options: SendOptions): Promise<Delivery> {
    const { mode = 'bit' } = options;
    if (mode !== 'bit' && mode !== 'auto') {
      throw new MinitalkError('ENOTSUP', `mode ${mode}: a dialect has bits only`);
    }
    if (this.#closing.signal.aborted) throw clientClosed();
    if (options.signal?.aborted) throw abortError(options.signal);
    if (this.#broken !== undefined) {
      throw new MinitalkError(
        'ERR_CLIENT_CLOSED',
        `server ${this.pid} has the beginning of a message that failed: nothing can be sent behind it`,
        { cause: this.#broken },
      );
    }
    const start = monotonicMs();
    const pieces = encode(this.#dialect, data); // throws before the first signal
    const letGo = this.#endpoint.hold();
    try {
      await this.#transmit(pieces, data.length, options);
    } finally {
      letGo();
    }
    return {
      bytes: data.length,
      mode: 'bit',
      durationMs: monotonicMs() - start,
      delivered: tellsDelivery(this.#dialect),
    };
  }

  async #transmit(
    pieces: Iterable<Uint8Array>,
    bytes: number,
    { signal, onProgress }: SendOptions,
  ): Promise<void> {
    const total = stepCount(this.#dialect, bytes);
    const lead = total - 8 * bytes;
    const closing = this.#closing.signal;
    let sent = 0;
    try {
      await sendSteps({
        sender: this.#sender,
        pid: this.pid,
        pieces,
        total,
        timeout: this.#timeout,
        signal: signal === undefined ? closing : AbortSignal.any([signal, closing]),
        progress(done) {
          sent = done;
          const whole = done === total ? bytes : Math.max(0, Math.floor((done - lead) / 8));
          onProgress?.({ sent: whole, total: bytes });
        },
      });
    } catch (error) {
      if (sent > 0 || (error as NodeJS.ErrnoException).code === 'ETIMEDOUT') {
        this.#broken = error as Error;
      }
      throw closing.aborted && !signal?.aborted ? clientClosed() : error;
    }
  }

  #free(): void {
    this.#sender.close();
    this.#target.unpin();
    // Many signal though their clients await nothing.
    setTimeout(() => this.#endpoint.release(), LATE_MS).unref();
  }
}

function clientClosed(): MinitalkError {
  return new MinitalkError(
    'ERR_CLIENT_CLOSED',
    'the client was closed before the message was sent',
  );
}

/**
 * @param server as connect's
 * @throws as connect, and ERR_INVALID_DIALECT; nothing is sent
 */
export async function connectInDialect(
  server: number | string,
  dialect: Dialect,
  options: ConnectOptions,
): Promise<DialectClient> {
  if (options.signal?.aborted) throw abortError(options.signal);
  return new DialectClient(pidOf(server), dialect, options);
}
