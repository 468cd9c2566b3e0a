import { setTimeout as sleep } from 'node:timers/promises';
import { abortError, check } from '../../signals/errors.js';
import { createTransmitter, currentThread } from '../../signals/internal/primitives.js';
import { sayGoodbye } from '../endings/goodbye.js';
import { MinitalkError } from '../errors.js';
import { acquireEndpoint, type WordPort } from '../peer/endpoint.js';
import { randomSession } from '../peer/random.js';
import { openTarget, type Target } from '../peer/target.js';
import { outgoingMessage } from '../wire/frame.js';
import { Kind, NO_MESSAGE, VERSION, type Word } from '../wire/word.js';
import { ask, type Connection } from './ask.js';
import type { ConnectOptions, Delivery, SendOptions } from './client-options.js';
import { assertWish, planData } from './data-plan.js';
import { createMailbox } from './mailbox.js';
import { sendMessage } from './send-message.js';
import { createLink } from './server-link.js';

const DEFAULT_TIMEOUT = 10_000;
/** How long close() waits for the server to confirm; the handlers may stay longer. */
const GOODBYE_MS = 500;
const LONGEST_MESSAGE = 2 ** 32 - 1;

/** A connection to one server; see connect. */
export class MinitalkClient {
  /** The server's process. */
  readonly pid: number;
  readonly #target: Target;
  readonly #connection: Connection;
  readonly #port: WordPort;
  readonly #closing = new AbortController();
  /** Sends wait for each other here. */
  #tail: Promise<unknown> = Promise.resolve();
  #nonce = 0;
  /** 0: not open; the next send opens one. */
  #session = 0;
  /** The server's, as WELCOME said; 0: none. */
  #burstSignal = 0;
  #message = NO_MESSAGE;
  /** Somebody reads the mailbox. */
  #conversing = false;
  #closed = false;
  #ended: Promise<void> = Promise.resolve();
  /** Sessions whose end the server has not confirmed yet. */
  readonly #goodbyes = new Set<Promise<void>>();

  /** @internal use connect() */
  constructor(pid: number, options: ConnectOptions) {
    this.pid = pid;
    this.#target = openTarget(pid, options.force ?? false);
    this.#connection = {
      pid,
      link: createLink(this.#target, options.timeout ?? DEFAULT_TIMEOUT),
      mailbox: createMailbox(),
      endpoint: acquireEndpoint(),
      transmitter: createTransmitter(),
      place: options.place !== 'off',
    };
    this.#port = { takeWord: (word, from) => this.#takeWord(word, from) };
    const { endpoint, transmitter } = this.#connection;
    const { thread, process } = this.#target;
    const opened = transmitter.open(pid, thread, process.pidfd);
    if (opened < 0) {
      this.#free();
      check(opened, 'open', () => `open a line to server ${pid}`);
    }
    endpoint.clients.add(this.#port);
  }

  /**
   * Sends one message; resolves when the server's consumer has all of it. Sends of
   * one client arrive in the order of the calls.
   * @param data text (as UTF-8) or bytes, at most 4 GiB - 1
   * @throws MinitalkError EMSGSIZE, ESRCH (the server ended), ETIMEDOUT, EIO (the
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
        this.#endSession();
        const confirmed = Promise.all(this.#goodbyes).then(() => this.#free());
        // Who timed out will confirm nothing soon.
        return this.#connection.link.isUnreachable()
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

  /** @internal the first conversation of connect() */
  async open(signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.#whileHeld(signal, (either) => this.#openSession(either));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async #sendNow(data: Uint8Array, options: SendOptions): Promise<Delivery> {
    if (data.byteLength > LONGEST_MESSAGE) {
      throw new MinitalkError(
        'EMSGSIZE',
        `message of ${data.byteLength} bytes: at most ${LONGEST_MESSAGE} can be sent`,
      );
    }
    const start = performance.now();
    const wish = { mode: options.mode ?? 'bit', payload: options.payload };
    assertWish(wish);
    const plan = await this.#whileHeld(options.signal, async (signal) => {
      if (this.#session === 0) await this.#openSession(signal);
      const server = { pid: this.pid, burstSignal: this.#burstSignal };
      const chosen = planData(wish, data.byteLength, server);
      this.#message = (this.#message % 255) + 1;
      await sendMessage(this.#connection, {
        session: this.#session,
        number: this.#message,
        message: outgoingMessage(data, chosen.mode),
        plan: chosen,
        signal,
        onProgress: options.onProgress,
      });
      return chosen;
    });
    const durationMs = performance.now() - start;
    return { bytes: data.byteLength, mode: plan.mode, durationMs };
  }

  /** Keeps the loop alive during `work`, and ends the session when it fails halfway. */
  async #whileHeld<T>(
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const closing = this.#closing.signal;
    const either = signal === undefined ? closing : AbortSignal.any([signal, closing]);
    const letGo = this.#connection.endpoint.hold();
    this.#conversing = true;
    try {
      if (this.#closed) throw abortError(closing);
      if (signal?.aborted) throw abortError(signal);
      return await work(either);
    } catch (error) {
      // The server need not keep what will not be finished.
      this.#endSession();
      if (closing.aborted && !signal?.aborted && (error as Error).name === 'AbortError') {
        throw new MinitalkError(
          'ERR_CLIENT_CLOSED',
          'the client was closed before the message was delivered',
        );
      }
      throw error;
    } finally {
      this.#conversing = false;
      letGo();
    }
  }

  async #openSession(signal: AbortSignal): Promise<void> {
    this.#nonce = randomSession();
    this.#message = NO_MESSAGE;
    const open = {
      kind: Kind.open,
      session: this.#nonce,
      version: VERSION,
      thread: currentThread(),
    };
    await ask(this.#connection, open, 'connecting', signal, (word) => {
      if (word.kind !== Kind.welcome) return undefined;
      if (word.version !== VERSION)
        throw new MinitalkError(
          'EPROTO',
          `server ${this.pid} speaks version ${word.version}, not ${VERSION}`,
        );
      this.#session = word.newSession;
      this.#burstSignal = word.burstSignal;
      return true;
    });
  }

  #takeWord(word: Word, from: number): boolean {
    if (from !== this.pid) return false;
    const isOpening = word.kind === Kind.welcome || word.kind === Kind.refused;
    if (word.session !== this.#session && !(isOpening && word.session === this.#nonce))
      return false;
    if (this.#conversing) this.#connection.mailbox.put(word);
    else if (word.kind === Kind.refused) this.#endSession(); // the server is closing
    return true;
  }

  #endSession(): void {
    if (this.#session === 0) return;
    const goodbye = sayGoodbye(this.#target, this.#session).then(() => {
      this.#goodbyes.delete(goodbye);
    });
    this.#goodbyes.add(goodbye);
    this.#session = 0;
    this.#nonce = 0;
    this.#connection.mailbox.skip(() => true);
  }

  #free(): void {
    const { endpoint, transmitter } = this.#connection;
    endpoint.clients.delete(this.#port);
    transmitter.close();
    endpoint.release();
    this.#target.process.close();
  }
}

/** Waits for `work`, but not longer than `ms`. */
async function withinPatience(work: Promise<void>, ms: number): Promise<void> {
  const done = new AbortController();
  await Promise.race([
    work.finally(() => done.abort()),
    sleep(ms, undefined, { signal: done.signal }).catch(() => {}),
  ]);
}

/**
 * Connects to a server: checks that the process may be signalled and is a minitalk
 * server, then opens a session. Nothing is sent to a process that fails the checks.
 * @param pid 2 to 4,194,304, not this process
 * @throws MinitalkError or SignalError ERR_INVALID_PID, ESRCH, EPERM,
 * ERR_NOT_A_SERVER, ERR_NOT_ALLOWED, ETIMEDOUT, ERR_SERVER_CLOSED, ABORT_ERR
 */
export async function connect(pid: number, options: ConnectOptions = {}): Promise<MinitalkClient> {
  if (options.signal?.aborted) throw abortError(options.signal);
  const client = new MinitalkClient(pid, options);
  await client.open(options.signal);
  return client;
}
