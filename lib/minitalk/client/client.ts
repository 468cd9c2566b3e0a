import { abortError } from '../../signals/errors.js';
import { monotonicMs } from '../../signals/internal/clock.js';
import { MinitalkError, tooLong } from '../errors.js';
import { pidOf } from '../peer/address.js';
import { listenFor } from '../peer/attention.js';
import { openTarget } from '../peer/target.js';
import { outgoingMessage } from '../wire/frame.js';
import type { ConnectOptions, Delivery, SendOptions } from './client-options.js';
import { assertWish, planData } from './data-plan.js';
import { remoteServer } from './remote-server.js';
import { sendMessage } from './send-message.js';
import { Session } from './session.js';

const DEFAULT_TIMEOUT_MS = 10_000;
/** How long close() waits for the server to confirm; the handlers may stay longer. */
const GOODBYE_MS = 500;
const LONGEST_MESSAGE = 2 ** 32 - 1;

/** Sends messages to one server; see connect. */
export class MinitalkClient {
  /** The server's process. */
  readonly pid: number;
  readonly #session: Session;
  readonly #place: boolean;
  /** Bytes. */
  readonly #maxMessage: number;
  readonly #closing = new AbortController();
  /** Sends wait for each other here. */
  #tail: Promise<unknown> = Promise.resolve();
  #closed = false;
  #ended: Promise<void> = Promise.resolve();

  /** @internal use connect() */
  constructor(pid: number, options: ConnectOptions) {
    this.pid = pid;
    this.#place = options.place !== 'off';
    const { timeout = DEFAULT_TIMEOUT_MS } = options;
    if (!(timeout > 0)) {
      throw new MinitalkError('ERR_OUT_OF_RANGE', `timeout ${timeout}: expected more than 0 ms`);
    }
    const target = openTarget(pid, options.force ?? false);
    this.#maxMessage = Math.min(target.maxMessage ?? LONGEST_MESSAGE, LONGEST_MESSAGE);
    this.#session = new Session(target, remoteServer(target, timeout, options.onWarning));
  }

  /**
   * Sends one message; resolves when the server's consumer has all of it. Sends of
   * one client arrive in the order of the calls.
   * @param data text (as UTF-8) or bytes, at most 4 GiB - 1
   * @throws MinitalkError EMSGSIZE, ESRCH (the server ended), ETIMEDOUT, EAGAIN (a signal queue is full), EIO (the
   * server's output failed), ERR_NOT_ALLOWED, ERR_SERVER_CLOSED, ERR_ABANDONED,
   * ABORT_ERR, ERR_CLIENT_CLOSED, ENOTSUP and ERR_OUT_OF_RANGE (the mode)
   */
  send(data: string | Uint8Array, options: SendOptions = {}): Promise<Delivery> {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    const sent = this.#tail.then(() => this.#sendNow(bytes, options));
    this.#tail = sent.catch(() => {});
    return sent;
  }

  /** Ends the session; sends that are not delivered reject with ERR_CLIENT_CLOSED. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#closing.abort();
      this.#ended = this.#tail.then(() => {
        this.#session.end();
        const confirmed = this.#session.ended().then(() => this.#session.free());
        // Who timed out will confirm nothing soon.
        return this.#session.server.isUnreachable()
          ? undefined
          : withinPatience(confirmed, GOODBYE_MS);
      });
    }
    return this.#ended;
  }

  /** As close(). */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @internal opens connect()'s session */
  async open(signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.#keepAlive(signal, (either) => this.#session.open(either));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async #sendNow(data: Uint8Array, options: SendOptions): Promise<Delivery> {
    if (data.byteLength > this.#maxMessage) {
      throw tooLong(this.pid, `a message of ${data.byteLength} bytes`, this.#maxMessage);
    }
    const start = monotonicMs();
    const wish = { mode: options.mode ?? 'bit', payload: options.payload };
    assertWish(wish);
    const session = this.#session;
    const plan = await this.#keepAlive(options.signal, async (signal) => {
      await session.open(signal);
      const chosen = planData(wish, data.byteLength, session.dataOffer);
      await sendMessage(session, {
        number: session.nextMessage(),
        message: outgoingMessage(data, chosen.mode),
        plan: chosen,
        place: this.#place,
        signal,
        onProgress: options.onProgress,
      });
      return chosen;
    });
    const durationMs = monotonicMs() - start;
    return { bytes: data.byteLength, mode: plan.mode, durationMs, delivered: true };
  }

  /** Keeps the loop alive during `work`, and ends the session when it fails halfway. */
  async #keepAlive<T>(
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const closing = this.#closing.signal;
    const either = signal === undefined ? closing : AbortSignal.any([signal, closing]);
    const letGo = this.#session.endpoint.hold();
    const stopReading = this.#session.read();
    try {
      if (this.#closed) throw abortError(closing);
      if (signal?.aborted) throw abortError(signal);
      return await work(either);
    } catch (error) {
      // The server need not keep what will not be finished.
      this.#session.end();
      if (closing.aborted && !signal?.aborted && (error as Error).name === 'AbortError') {
        throw new MinitalkError(
          'ERR_CLIENT_CLOSED',
          'the client was closed before the message was delivered',
        );
      }
      throw error;
    } finally {
      stopReading();
      letGo();
    }
  }
}

/** Waits for `work`, but not longer than `ms` in which we could have heard of it. */
async function withinPatience(work: Promise<void>, ms: number): Promise<void> {
  const done = new AbortController();
  await Promise.race([work.finally(() => done.abort()), listenFor(ms, done.signal)]);
}

/**
 * Connects to a server: checks that the process may be signalled and is a minitalk
 * server, then opens a session. Nothing is sent to a process that fails the checks.
 * @param server its pid, 2 to 4,194,304 (1 where a server is that, in a container) and not this
 * process; or a string, as on the command line: a pid in decimal digits, or `@name`, a server of
 * this user that listServers() has
 * @throws MinitalkError or SignalError ERR_INVALID_PID, ERR_INVALID_NAME, ESRCH (no process of that
 * pid, no server of that name), ERR_AMBIGUOUS_NAME (several have it), ERR_OUT_OF_RANGE (the
 * time-out), EPERM, ERR_NOT_A_SERVER, ERR_NOT_ALLOWED, ETIMEDOUT, EAGAIN (a signal queue is full), ERR_SERVER_CLOSED,
 * ERR_SERVER_FULL, ERR_TOO_MANY_SESSIONS (this process has 256 with it), ENOSPC (this process has
 * 256 clients, or 64 channels), ABORT_ERR
 */
export async function connect(
  server: number | string,
  options: ConnectOptions = {},
): Promise<MinitalkClient> {
  if (options.signal?.aborted) throw abortError(options.signal);
  const client = new MinitalkClient(pidOf(server), options);
  await client.open(options.signal);
  return client;
}
