import { randomInt } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { binding } from '../binding.js';
import { systemError } from '../signals/errors.js';
import type { SignalInfo } from '../signals/info.js';
import { catchesUserSignals, type ProcessStatus, readStatus } from '../signals/proc.js';
import { openProcess } from '../signals/process-handle.js';
import type { Gap } from '../signals/watcher.js';
import { acquireEndpoint, type Endpoint, sendWord } from './endpoint.js';
import { MinitalkError } from './errors.js';
import { createGranting, type Granting } from './granting.js';
import { assertName, register } from './registration.js';
import {
  durationMs,
  type IncomingMessage,
  incomingMessage,
  isWhole,
  type Outcome,
  type Session,
  takeFrame,
  verifiedBytes,
  wholeMessage,
} from './session.js';
import { Kind, NO_MESSAGE, Reason, VERSION, type Word } from './word.js';

/** Who sent something. */
export interface Sender {
  readonly pid: number;
  /** Its real uid. */
  readonly uid: number;
  /** The kernel vouches for pid and uid. */
  readonly attested: boolean;
}

/** A whole, verified message. */
export interface Message {
  readonly data: Buffer;
  /** The data as UTF-8; undefined where it is not valid UTF-8. */
  readonly text: string | undefined;
  readonly sender: Sender;
  readonly mode: 'bit';
  /** From the first bit to the last. */
  readonly durationMs: number;
}

/** A message that ended before it was whole. */
export interface Partial {
  readonly sender: Sender;
  /** Bytes that had arrived in verified frames. */
  readonly bytes: number;
  /** Bytes that were announced. */
  readonly expected: number;
  readonly reason: 'died' | 'cancelled' | 'idle' | 'closing' | 'corrupt';
}

export interface ServerOptions {
  /** A name that clients can use instead of the pid: `@name`. */
  name?: string;
  /** Uids whose messages are taken, besides the server's own; default: all whom the kernel lets signal it. */
  allowUids?: readonly number[];
  /** Longest message taken, bytes; default 64 MiB, at most 4 GiB - 1. */
  maxMessage?: number;
  /** How long a client with an unfinished message may be silent, ms; default 30,000. */
  idleTimeout?: number;
  /** 'auto': share a CPU with the sending client for the length of a frame. Default. */
  place?: 'auto' | 'off';
  /**
   * Takes each message before its client is told "delivered". When it throws or
   * rejects the client is told that nothing was delivered.
   */
  deliver?: (message: Message) => void | Promise<void>;
}

export interface MinitalkServerEvents {
  listening: [];
  message: [Message];
  partial: [Partial];
  /** A SIGUSR1 or SIGUSR2 that was no part of the protocol. */
  stray: [SignalInfo];
  /** Records lost because the ring was full; no message's bits are among them. */
  gap: [Gap];
  close: [];
}

export const DEFAULT_MAX_MESSAGE = 64 * 1024 * 1024;
const LARGEST_MESSAGE = 2 ** 32 - 1;
const DEFAULT_IDLE_TIMEOUT = 30_000;
const LEAVE_MS = 500;
const LEAVE_ASK_MS = 20;
/** A client that has just seen the registration may signal so much later. */
const LOOKED_MS = 20;

interface Waiter {
  resolve(result: IteratorResult<Message, undefined>): void;
}

/** Takes messages from clients of this machine; see createServer. */
export class MinitalkServer extends EventEmitter<MinitalkServerEvents> {
  readonly #options: ServerOptions;
  readonly #sessions = new Map<number, Session>();
  readonly #delivering = new Set<Promise<void>>();
  /** Messages for an iterator that is still busy with an earlier one. */
  readonly #backlog: { message: Message; taken: () => void; dropped: (reason: Error) => void }[] =
    [];
  #waiter: Waiter | undefined;
  #iterating = false;
  #state: 'new' | 'listening' | 'closing' | 'closed' = 'new';
  #endpoint: Endpoint | undefined;
  #granting: Granting | undefined;
  #unregister: (() => void) | undefined;
  #letGo: (() => void) | undefined;
  #referenced = true;
  #sweepAt = 16;
  #closed: Promise<void> | undefined;

  /** @internal use createServer() */
  constructor(options: ServerOptions) {
    super();
    this.#options = options;
    if (options.name !== undefined) assertName(options.name);
    const { maxMessage = 0, idleTimeout = 1 } = options;
    if (!Number.isInteger(maxMessage) || maxMessage < 0 || maxMessage > LARGEST_MESSAGE) {
      throw new MinitalkError(
        'ERR_OUT_OF_RANGE',
        `maxMessage ${maxMessage}: expected 0 to ${LARGEST_MESSAGE} bytes`,
      );
    }
    if (!(idleTimeout > 0)) {
      throw new MinitalkError(
        'ERR_OUT_OF_RANGE',
        `idleTimeout ${idleTimeout}: expected more than 0 ms`,
      );
    }
  }

  /** True between `listen` and `close`. */
  get listening(): boolean {
    return this.#state === 'listening';
  }

  /**
   * Installs the handlers, then announces the server. From the resolution on
   * clients can send.
   * @throws MinitalkError EADDRINUSE (this process has a server), EEXIST (the name is
   * taken), ERR_NO_RUNTIME_DIR, ENOSYS (not Linux), ERR_SERVER_CLOSED
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
    const endpoint = acquireEndpoint();
    const claimed = endpoint.channel.native.claimServer();
    if (claimed < 0) {
      endpoint.release();
      throw systemError(claimed, 'listen', 'listen: this process already has a minitalk server');
    }
    try {
      this.#unregister = register(binding.currentThread(), this.#options.name);
    } catch (error) {
      endpoint.channel.native.releaseServer();
      endpoint.release();
      throw error;
    }
    this.#endpoint = endpoint;
    this.#granting = createGranting({
      endpoint,
      place: this.#options.place !== 'off',
      send: (session, word) => this.#send(session, word),
      takeFrame: (session, wire) => this.#takeFrame(session, wire),
      died: (session) => this.#end(session, 'died'),
      look: () => this.#dropIdle(),
    });
    const granting = this.#granting;
    endpoint.server = {
      takeBit: granting.takeBit,
      takeWord: (word, pid) => this.#takeWord(word, pid),
      takeStray: (info) => this.#takeStray(info),
      drained: granting.drained,
      takeGap: (lost, bySignal) => this.emit('gap', { lost, bySignal }),
      grantedPid: () => granting.holder?.process.pid,
      schedule: granting.schedule,
    };
    this.#state = 'listening';
    if (this.#referenced) this.#letGo = endpoint.hold();
    this.emit('listening');
  }

  /** Keeps the process alive while listening; the default. */
  ref(): this {
    this.#referenced = true;
    if (this.#endpoint !== undefined) this.#letGo ??= this.#endpoint.hold();
    return this;
  }

  /** Lets the process end although the server listens. */
  unref(): this {
    this.#referenced = false;
    this.#letGo?.();
    this.#letGo = undefined;
    return this;
  }

  /**
   * Finishes what was verified, tells waiting clients, takes the announcement back
   * and restores the signals. Safe to repeat.
   */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const endpoint = this.#endpoint;
    if (endpoint === undefined) {
      this.#state = 'closed';
      return;
    }
    this.#state = 'closing';
    this.#granting?.stop();
    for (const session of this.#sessions.values()) {
      if (session.message?.state === 'delivering') continue;
      this.#abandon(session, 'closing', Reason.closing);
    }
    for (const entry of this.#backlog.splice(0)) entry.dropped(new Error('the server is closing'));
    await Promise.allSettled(this.#delivering);
    await this.#takeLeave();
    this.#unregister?.();
    await sleep(LOOKED_MS);
    for (const session of this.#sessions.values()) session.process.close();
    this.#sessions.clear();
    endpoint.server = undefined;
    endpoint.channel.native.releaseServer();
    this.#letGo?.();
    endpoint.release();
    this.#state = 'closed';
    this.#waiter?.resolve({ done: true, value: undefined });
    this.emit('close');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /**
   * Messages one after another, until the server closes. A message counts as
   * delivered when the loop takes it. There can be one iterator.
   */
  [Symbol.asyncIterator](): AsyncIterator<Message, undefined> {
    if (this.#iterating) {
      throw new MinitalkError(
        'ERR_ALREADY_ITERATED',
        'this server already has an iterator: messages cannot go to two',
      );
    }
    this.#iterating = true;
    return {
      next: () => {
        const entry = this.#backlog.shift();
        if (entry !== undefined) {
          entry.taken();
          return Promise.resolve({ done: false, value: entry.message });
        }
        if (this.#state === 'closed') return Promise.resolve({ done: true, value: undefined });
        return new Promise((resolve) => {
          this.#waiter = { resolve };
        });
      },
      return: () => {
        this.#iterating = false;
        for (const entry of this.#backlog.splice(0))
          entry.dropped(new Error('nobody takes messages'));
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  /** Until every client knows, or can be assumed to be stopped: a signal after our handlers are gone would kill. */
  async #takeLeave(): Promise<void> {
    for (let ms = 0; ms < LEAVE_MS; ms += LEAVE_ASK_MS) {
      for (const session of this.#sessions.values()) {
        if (session.process.hasExited()) this.#end(session, 'died');
        else this.#tellOutcome(session, { message: NO_MESSAGE, reason: Reason.closing });
      }
      if (this.#sessions.size === 0) return;
      await sleep(LEAVE_ASK_MS);
    }
  }

  #send(session: Session, word: Word): void {
    // Pinned: a later process of the same pid gets nothing. What cannot be sent
    // counts as lost; the client asks again, or its end is noticed.
    if (session.process.hasExited()) return;
    sendWord(session.process.pid, session.thread, word);
  }

  #takeWord(word: Word, pid: number): void {
    if (word.kind === Kind.open) {
      this.#open(pid, word);
      return;
    }
    const session = this.#sessions.get(word.session);
    if (session === undefined || session.process.pid !== pid) {
      // It did not hear our CLOSED.
      if (word.kind === Kind.close && this.#mayAddress(pid)) this.#confirmClose(pid, word);
      return;
    }
    session.lastHeard = performance.now();
    switch (word.kind) {
      case Kind.offer:
        this.#offer(session, word.message, word.length);
        break;
      case Kind.restart:
        this.#granting?.restart(session, word.grant);
        break;
      case Kind.close:
        this.#end(session, 'cancelled');
        if (!this.#sessions.has(session.id)) this.#confirmClose(pid, word);
        break;
    }
  }

  #open(pid: number, word: Word & { kind: typeof Kind.open }): void {
    for (const session of this.#sessions.values()) {
      if (
        session.process.pid === pid &&
        session.thread === word.thread &&
        session.nonce === word.session
      ) {
        this.#welcome(session);
        return;
      }
    }
    const status = this.#mayAddress(pid);
    if (status === undefined) return;
    const refuse = (reason: number) =>
      sendWord(pid, word.thread, { kind: Kind.refused, session: word.session, message: 0, reason });
    if (word.version !== VERSION) refuse(Reason.version);
    else if (!this.#allows(status.realUid)) refuse(Reason.notAllowed);
    else if (this.#state !== 'listening') refuse(Reason.closing);
    else this.#welcome(this.#newSession(pid, status.realUid, word));
  }

  /** A pid in a word is a claim: whoever it is, a signal must not hurt it. */
  #mayAddress(pid: number): ProcessStatus | undefined {
    const status = pid > 1 && pid !== process.pid ? readStatus(pid) : undefined;
    const may = status !== undefined && status.threadGroup === pid && catchesUserSignals(status);
    return may ? status : undefined;
  }

  #confirmClose(pid: number, { session, thread }: Word & { kind: typeof Kind.close }): void {
    sendWord(pid, thread, { kind: Kind.closed, session });
  }

  #allows(uid: number): boolean {
    const { allowUids } = this.#options;
    return allowUids === undefined || uid === process.getuid?.() || allowUids.includes(uid);
  }

  #newSession(
    pid: number,
    uid: number,
    word: Word & { kind: typeof Kind.open },
  ): Session | undefined {
    this.#sweep();
    let id: number;
    do id = randomInt(1, 2 ** 20);
    while (this.#sessions.has(id));
    try {
      const session: Session = {
        id,
        nonce: word.session,
        thread: word.thread,
        uid,
        process: openProcess(pid),
        message: undefined,
        outcome: undefined,
        lastGrant: -1,
        lastHeard: performance.now(),
      };
      this.#sessions.set(id, session);
      return session;
    } catch {
      return undefined; // it has just ended
    }
  }

  #welcome(session: Session | undefined): void {
    if (session === undefined) return;
    this.#send(session, {
      kind: Kind.welcome,
      session: session.nonce,
      version: VERSION,
      newSession: session.id,
    });
  }

  #offer(session: Session, number: number, length: number): void {
    if (session.message?.number === number) {
      if (session.message.state === 'withdrawn') this.#granting?.enqueue(session);
      this.#tellState(session, session.message);
      return;
    }
    if (session.outcome?.message === number) {
      this.#tellOutcome(session, session.outcome);
      return;
    }
    if (session.message !== undefined) {
      if (session.message.state === 'delivering') {
        this.#send(session, { kind: Kind.wait, session: session.id, message: number });
        return;
      }
      this.#granting?.remove(session);
      this.#emitPartial(session, session.message, 'cancelled');
      session.message = undefined;
    }
    if (this.#state !== 'listening') {
      this.#finish(session, { message: number, reason: Reason.closing });
    } else if (length > (this.#options.maxMessage ?? DEFAULT_MAX_MESSAGE)) {
      this.#finish(session, { message: number, reason: Reason.tooLarge });
    } else {
      session.message = incomingMessage(number, length);
      this.#granting?.enqueue(session);
      if (session.message?.state === 'queued') this.#tellState(session, session.message);
    }
  }

  #tellState(session: Session, message: IncomingMessage): void {
    if (message.state === 'granted') this.#granting?.repeat(session);
    else this.#send(session, { kind: Kind.wait, session: session.id, message: message.number });
  }

  #tellOutcome(session: Session, outcome: Outcome): void {
    const { message, reason } = outcome;
    this.#send(
      session,
      reason === undefined
        ? { kind: Kind.delivered, session: session.id, message }
        : { kind: Kind.refused, session: session.id, message, reason },
    );
  }

  #finish(session: Session, outcome: Outcome): void {
    session.message = undefined;
    session.outcome = outcome;
    this.#tellOutcome(session, outcome);
  }

  #takeFrame(session: Session, wire: Buffer): void {
    const { message } = session;
    if (message === undefined) return;
    session.lastHeard = performance.now();
    takeFrame(session, message, wire); // a failed checksum leaves the frame awaited
    if (!isWhole(message)) {
      this.#granting?.enqueue(session);
      return;
    }
    const data = wholeMessage(message);
    if (data === undefined) {
      this.#abandon(session, 'corrupt', Reason.abandoned);
      return;
    }
    message.state = 'delivering';
    const delivery = this.#deliver(session, message, data).finally(() => {
      this.#delivering.delete(delivery);
    });
    this.#delivering.add(delivery);
  }

  async #deliver(session: Session, incoming: IncomingMessage, data: Buffer): Promise<void> {
    const message: Message = {
      data,
      text: utf8(data),
      sender: senderOf(session, incoming),
      mode: 'bit',
      durationMs: durationMs(incoming),
    };
    let reason: number | undefined;
    try {
      const work = this.#handOver(message);
      if (work !== undefined) await work;
    } catch {
      reason = Reason.failed;
    }
    this.#finish(session, {
      message: incoming.number,
      ...(reason === undefined ? {} : { reason }),
    });
  }

  /** Gives the message to whoever takes messages here; a rejection means nobody has it. */
  #handOver(message: Message): Promise<void> | undefined {
    const { deliver } = this.#options;
    const taken = deliver?.(message);
    const announce = (): Promise<void> | undefined => {
      const heard = this.#emitMessage(message);
      if (this.#iterating) return this.#handToIterator(message);
      if (!heard && deliver === undefined) throw new Error('nobody takes messages');
      return undefined;
    };
    return taken instanceof Promise ? taken.then(announce) : announce();
  }

  /** A listener that throws has not taken the message; its error is uncaught, as ever. */
  #emitMessage(message: Message): boolean {
    try {
      return this.emit('message', message);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
      throw error;
    }
  }

  #handToIterator(message: Message): Promise<void> | undefined {
    if (this.#waiter !== undefined) {
      const { resolve } = this.#waiter;
      this.#waiter = undefined;
      resolve({ done: false, value: message });
      return undefined;
    }
    return new Promise((taken, dropped) => this.#backlog.push({ message, taken, dropped }));
  }

  #takeStray(info: SignalInfo): void {
    // A late bit of a client whose grant was withdrawn is not a stranger's.
    if (info.code === 'SI_TKILL') {
      for (const session of this.#sessions.values()) {
        if (session.process.pid === info.pid) return;
      }
    }
    this.emit('stray', info);
  }

  #emitPartial(session: Session, message: IncomingMessage, reason: Partial['reason']): void {
    this.emit('partial', {
      sender: senderOf(session, message),
      bytes: verifiedBytes(message),
      expected: message.length,
      reason,
    });
  }

  /** Gives up the session's unfinished message and tells the client. */
  #abandon(session: Session, why: Partial['reason'], reason: number): void {
    const { message } = session;
    if (message === undefined) return;
    this.#granting?.remove(session);
    this.#finish(session, { message: message.number, reason });
    this.#emitPartial(session, message, why);
  }

  /** Forgets a session whose client has gone. */
  #end(session: Session, why: 'died' | 'cancelled'): void {
    const { message } = session;
    if (message?.state === 'delivering') return; // swept when that is done
    this.#sessions.delete(session.id);
    session.message = undefined;
    this.#granting?.remove(session);
    session.process.close();
    if (message !== undefined) this.#emitPartial(session, message, why);
  }

  /** Gives up silent clients; true while there are unfinished messages. */
  #dropIdle(): boolean {
    const limit = this.#options.idleTimeout ?? DEFAULT_IDLE_TIMEOUT;
    const now = performance.now();
    let unfinished = false;
    for (const session of this.#sessions.values()) {
      const { message } = session;
      if (message === undefined || message.state === 'delivering') continue;
      if (session.process.hasExited()) this.#end(session, 'died');
      else if (now - session.lastHeard > limit) this.#abandon(session, 'idle', Reason.abandoned);
      else unfinished = true;
    }
    return unfinished;
  }

  /** Forgets clients that ended without a CLOSE. Costs nothing while there are few. */
  #sweep(): void {
    if (this.#sessions.size < this.#sweepAt) return;
    for (const session of this.#sessions.values()) {
      if (session.process.hasExited()) this.#end(session, 'died');
    }
    this.#sweepAt = Math.max(16, 2 * this.#sessions.size);
  }
}

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function utf8(data: Buffer): string | undefined {
  try {
    return utf8Decoder.decode(data);
  } catch {
    return undefined;
  }
}

function senderOf(session: Session, message: IncomingMessage): Sender {
  // Data bits count only as SI_TKILL from the session's pid, so the kernel has
  // vouched for it once the first is there.
  return {
    pid: session.process.pid,
    uid: message.uid ?? session.uid,
    attested: message.uid !== undefined,
  };
}

/**
 * A server for minitalk messages. One process can have one.
 * @throws MinitalkError ERR_INVALID_NAME, ERR_OUT_OF_RANGE
 */
export function createServer(options: ServerOptions = {}): MinitalkServer {
  return new MinitalkServer(options);
}
