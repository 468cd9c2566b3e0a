/**
 * Messages between processes by SIGUSR1 and SIGUSR2: {@link createServer} takes them, {@link connect}
 * sends them. All times are in ms.
 * @module minitalk
 */
import type { EventEmitter } from 'node:events';
import { connectInDialect } from './dialects/client/client.js';
import type { Dialect } from './dialects/dialect.js';
import { formatDialect } from './dialects/format.js';
import { parseDialect } from './dialects/parse.js';
import { DialectServer } from './dialects/server/server.js';
import { connect as connectByProtocol } from './minitalk/client/client.js';
import type {
  ConnectOptions as ConnectByProtocolOptions,
  Delivery,
  SendOptions,
} from './minitalk/client/client-options.js';
import type { Message } from './minitalk/server/message.js';
import {
  createServer as createServerByProtocol,
  type MinitalkServerEvents,
  type ServerOptions as ServerByProtocolOptions,
} from './minitalk/server/server.js';

export type {
  Acknowledgement,
  Dialect,
  Handshake,
  LengthHeader,
  Terminator,
  UserSignal,
} from './dialects/dialect.js';
export type { Delivery, Progress, SendOptions } from './minitalk/client/client-options.js';
export { MinitalkError, type MinitalkErrorCode } from './minitalk/errors.js';
export { listServers, type RunningServer } from './minitalk/peer/running-servers.js';
export type { Message, PartialMessage, Sender } from './minitalk/server/message.js';
export type { MinitalkServerEvents } from './minitalk/server/server.js';
export type {
  AckEvent,
  AnswerEvent,
  BitEvent,
  ControlEvent,
  EndEvent,
  FrameEvent,
  PlainEvent,
  QueryEvent,
  RecordedData,
  RecordedEvent,
  RecordedSignal,
  SignalEvent,
  StepEvent,
  UnrecordedEvent,
  WordEvent,
} from './recording/format.js';
export {
  type CutOffLine,
  type ReadEvent,
  type RecordedProcess,
  type Recording,
  readRecording,
} from './recording/read.js';
export {
  type Recorder,
  type RecorderEvents,
  type RecordOptions,
  record,
} from './recording/record.js';
export {
  kill,
  queue,
  type SignalDestination,
  SignalError,
  type SignalErrorCode,
  type SignalInfo,
  type SignalName,
  type SignalSet,
} from './signals/index.js';

interface InDialect {
  /**
   * Speak another minitalk's dialect: its spec, the name of a preset, or what these say. See
   * docs/dialects.md. Default: minitalk's own protocol, see docs/protocol.md.
   */
  dialect?: string | Dialect;
}

/**
 * How connect() reaches a server. In a dialect `force` and `place` say nothing: a process that
 * does not catch both signals is never signalled.
 */
export interface ConnectOptions extends ConnectByProtocolOptions, InDialect {}

/**
 * What a server takes, from whom, and who gets it. In a dialect `place` and `burstSignal` say
 * nothing, there is no `name`, and `idleTimeout` is 5,000 unless told.
 */
export interface ServerOptions extends ServerByProtocolOptions, InDialect {}

/** Sends messages to one server; see {@link connect}. */
export interface MinitalkClient {
  /** The server's process. */
  readonly pid: number;
  /**
   * Sends one message; resolves when the server's consumer has all of it, in a dialect when it
   * was sent and answered as that has it. Sends of one client arrive in the order of the calls.
   * @param data text (as UTF-8) or bytes, at most 4 GiB - 1
   * @throws MinitalkError EMSGSIZE, ESRCH (the server ended), ETIMEDOUT, EAGAIN (a signal queue
   * is full), EIO (the server's output failed), ERR_NOT_ALLOWED, ERR_SERVER_CLOSED,
   * ERR_SERVER_FULL, ERR_ABANDONED, ABORT_ERR, ERR_CLIENT_CLOSED, ENOTSUP and ERR_OUT_OF_RANGE
   * (the mode), EILSEQ (the dialect cannot carry it)
   */
  send(data: string | Uint8Array, options?: SendOptions): Promise<Delivery>;
  /** Ends it; sends that are not delivered reject with ERR_CLIENT_CLOSED. Safe to repeat. */
  close(): Promise<void>;
  /** As close(). */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Takes messages from clients of this machine; see {@link createServer}. */
export interface MinitalkServer extends EventEmitter<MinitalkServerEvents> {
  /** True between `listen` and `close`. */
  readonly listening: boolean;
  /**
   * Installs the handlers, then announces the server; one of a dialect is announced nowhere.
   * From the resolution on clients can send.
   * @throws MinitalkError EADDRINUSE (this process has a server), EEXIST (the name is taken),
   * ERR_NO_RUNTIME_DIR, ENOSYS (not Linux), EAGAIN (it may have no signal queued: it would hear
   * nothing), ERR_SERVER_CLOSED
   */
  listen(): Promise<void>;
  /** Keeps the process alive while listening; the default. */
  ref(): this;
  /** Lets the process end although the server listens. */
  unref(): this;
  /**
   * Finishes what is whole, tells waiting clients, takes the announcement back and restores the
   * signals; as long as a client has not heard of it they stay caught, after the resolution too.
   * Safe to repeat.
   */
  close(): Promise<void>;
  /** As close(). */
  [Symbol.asyncDispose](): Promise<void>;
  /**
   * Messages one after another, until the server closes. A message counts as delivered when the
   * loop takes it. There can be one iterator.
   * @throws MinitalkError ERR_ALREADY_ITERATED
   */
  [Symbol.asyncIterator](): AsyncIterator<Message, undefined>;
}

/**
 * Connects to a server: checks that the process may be signalled and is a minitalk
 * server, then opens a session. Nothing is sent to a process that fails the checks. In a dialect
 * it checks that the process catches both signals; nothing is sent before the first message.
 * @param server its pid, 2 to 4,194,304 (1 where a server is that, in a container) and not this
 * process; or a string, as on the command line: a pid in decimal digits, or `@name`, a server of
 * this user that listServers() has
 * @throws MinitalkError or SignalError ERR_INVALID_PID, ERR_INVALID_NAME, ERR_INVALID_DIALECT,
 * ESRCH (no process of that pid, no server of that name), ERR_AMBIGUOUS_NAME (several have it),
 * ERR_OUT_OF_RANGE (the time-out), EPERM, ERR_NOT_A_SERVER, ERR_NOT_ALLOWED, ENOTSUP (a dialect, and a
 * server that speaks none), ETIMEDOUT, EAGAIN (a signal queue is full), ERR_SERVER_CLOSED,
 * ERR_SERVER_FULL, ERR_TOO_MANY_SESSIONS (this process has 256 with it), ENOSPC (this process has
 * 256 clients, 16 in dialects, or 64 channels), ABORT_ERR
 */
export async function connect(
  server: number | string,
  options: ConnectOptions = {},
): Promise<MinitalkClient> {
  const { dialect, ...others } = options;
  if (dialect === undefined) return connectByProtocol(server, others);
  return connectInDialect(server, dialectOf(dialect), others);
}

/**
 * A server for minitalk messages. One process can have one, and one of a dialect.
 * @throws MinitalkError ERR_INVALID_NAME, ERR_INVALID_DIALECT, ERR_OUT_OF_RANGE, ENOTSUP (a name
 * in a dialect); SignalError ERR_UNKNOWN_SIGNAL
 */
export function createServer(options: ServerOptions = {}): MinitalkServer {
  const { dialect, ...others } = options;
  if (dialect === undefined) return createServerByProtocol(others);
  return new DialectServer(dialectOf(dialect), others);
}

/** A value is read as its spec is, so that it contradicts itself no more than that. */
function dialectOf(dialect: string | Dialect): Dialect {
  return parseDialect(typeof dialect === 'string' ? dialect : formatDialect(dialect));
}
