import { setTimeout as sleep } from 'node:timers/promises';
import { abortError, check } from '../signals/errors.js';
import { createTransmitter, currentThread, type Transmitter } from '../signals/primitives.js';
import type { ConnectOptions, Delivery, SendOptions } from './client-options.js';
import { assertWish, type DataPlan, planData } from './data-plan.js';
import { acquireEndpoint, type Endpoint, type WordPort } from './endpoint.js';
import { MinitalkError, refused } from './errors.js';
import { FRAME_BYTES, frameCount, type OutgoingMessage, outgoingMessage } from './frame.js';
import { sayGoodbye } from './goodbye.js';
import { clientTurn } from './half-duplex.js';
import { createMailbox } from './mailbox.js';
import { randomSession } from './random.js';
import { createLink, type ServerLink } from './server-link.js';
import { openTarget, type Target } from './target.js';
import { FIRST_ASK_MS, LAST_ASK_MS, transmitFrame } from './transmission.js';
import { Kind, NO_CPU, NO_MESSAGE, offerKind, VERSION, type Word } from './word.js';

const DEFAULT_TIMEOUT = 10_000;
/** How long close() waits for the server to confirm; the handlers may stay longer. */
const GOODBYE_MS = 500;
const LONGEST_MESSAGE = 2 ** 32 - 1;

type GrantWord = Word & { kind: typeof Kind.grant };

/** A connection to one server; see connect. */
export class MinitalkClient {
  /** The server's process. */
  readonly pid: number;
  readonly #target: Target;
  readonly #link: ServerLink;
  readonly #options: ConnectOptions;
  readonly #endpoint: Endpoint;
  readonly #port: WordPort;
  readonly #transmitter: Transmitter = createTransmitter();
  readonly #mailbox = createMailbox();
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
    this.#options = options;
    this.#target = openTarget(pid, options.force ?? false);
    this.#link = createLink(this.#target, options.timeout ?? DEFAULT_TIMEOUT);
    this.#endpoint = acquireEndpoint();
    this.#port = { takeWord: (word, from) => this.#takeWord(word, from) };
    const { thread, process } = this.#target;
    const opened = this.#transmitter.open(pid, thread, process.pidfd);
    if (opened < 0) {
      this.#free();
      check(opened, 'open', () => `open a line to server ${pid}`);
    }
    this.#endpoint.clients.add(this.#port);
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
        return this.#link.isUnreachable() ? undefined : withinPatience(confirmed, GOODBYE_MS);
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
      const message = outgoingMessage(data, chosen.mode);
      await this.#converse(message, chosen, signal, options.onProgress);
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
    const letGo = this.#endpoint.hold();
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
    const open: Word = {
      kind: Kind.open,
      session: this.#nonce,
      version: VERSION,
      thread: currentThread(),
    };
    await this.#ask(open, 'connecting', signal, (word) => {
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

  /** One message, from OFFER to DELIVERED. */
  async #converse(
    message: OutgoingMessage,
    plan: DataPlan,
    signal: AbortSignal,
    onProgress: SendOptions['onProgress'],
  ): Promise<void> {
    this.#message = (this.#message % 255) + 1;
    const offer: Word = {
      kind: offerKind[message.mode],
      session: this.#session,
      message: this.#message,
      length: message.length,
    };
    let frame = 0;
    let finished = -1; // the grant whose frame is done
    onProgress?.({ sent: 0, total: message.length });
    await this.#ask(offer, 'sending', signal, async (word) => {
      if (!('message' in word) || word.message !== this.#message) return undefined;
      if (word.kind === Kind.delivered) return true;
      if (word.kind !== Kind.grant || word.grant === finished) return undefined;
      if (word.frame !== (frame & 0xff)) frame += 1;
      if (word.frame !== (frame & 0xff) || frame >= frameCount(message.length, message.mode)) {
        throw new MinitalkError(
          'EPROTO',
          `server ${this.pid} granted frame ${word.frame} out of turn`,
        );
      }
      const place = { session: this.#session, message: this.#message, frame };
      const base = frame * FRAME_BYTES[message.mode];
      const wire = message.wireFrame(place);
      const isDone = await this.#transmit(word, wire, plan, offer, signal, (taken) =>
        onProgress?.({ sent: Math.min(base + taken, message.length), total: message.length }),
      );
      if (isDone) finished = word.grant;
      return undefined;
    });
  }

  /**
   * Sends `question`, again and again while there is no reply, and hands each word to
   * `answer` until that returns true.
   */
  async #ask(
    question: Word,
    doing: string,
    signal: AbortSignal,
    answer: (word: Word) => true | undefined | Promise<true | undefined>,
  ): Promise<void> {
    const link = this.#link;
    let patience = FIRST_ASK_MS;
    link.say(question, doing);
    link.heard();
    for (;;) {
      const word = await this.#mailbox.next(patience, signal);
      if (word === undefined) {
        link.checkSilence(doing);
        patience = Math.min(patience * 2, LAST_ASK_MS);
        link.say(question, doing);
        continue;
      }
      link.heard();
      if (word.kind === Kind.refused) {
        if (word.session === this.#nonce || word.message === this.#message) {
          throw refused(this.pid, word.reason);
        }
        // The server takes its leave, or repeats itself about an earlier message. How
        // this one ended it tells who asks.
        if (word.message === NO_MESSAGE) {
          link.look(); // the word may have been pending while we were stopped
          link.say(question, doing);
        }
        continue;
      }
      patience = word.kind === Kind.wait ? LAST_ASK_MS : FIRST_ASK_MS;
      if ((await answer(word)) === true) return;
    }
  }

  /** Sends one frame; false when the grant ended before the frame. */
  #transmit(
    granted: GrantWord,
    wire: Uint8Array,
    plan: DataPlan,
    offer: Word,
    signal: AbortSignal,
    onTaken: (bytes: number) => void,
  ): Promise<boolean> {
    const { grant } = granted;
    let { cpu } = granted;
    const session = this.#session;
    const link = this.#link;
    const doing = 'sending';
    return transmitFrame({
      transmitter: this.#transmitter,
      session,
      grant,
      wire,
      plan,
      cpu: () => (this.#options.place === 'off' || cpu === NO_CPU ? -1 : cpu),
      turn: clientTurn(this.#endpoint, this.pid),
      link,
      progress: onTaken,
      offerAgain: () => link.say(offer, doing),
      restart: () => link.say({ kind: Kind.restart, session, grant }, doing),
      isOver: () => {
        if (signal.aborted) throw abortError(signal);
        link.checkSilence(doing);
        return this.#mailbox.skip((word) => {
          if (word.kind !== Kind.grant || word.grant !== grant) return false;
          cpu = word.cpu; // repeated, or moved
          return true;
        });
      },
    });
  }

  #takeWord(word: Word, from: number): boolean {
    if (from !== this.pid) return false;
    const isOpening = word.kind === Kind.welcome || word.kind === Kind.refused;
    if (word.session !== this.#session && !(isOpening && word.session === this.#nonce))
      return false;
    if (this.#conversing) this.#mailbox.put(word);
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
    this.#mailbox.skip(() => true);
  }

  #free(): void {
    this.#endpoint.clients.delete(this.#port);
    this.#transmitter.close();
    this.#endpoint.release();
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
