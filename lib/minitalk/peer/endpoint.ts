// This environment's one channel for SIGUSR1 and SIGUSR2, shared by its server and
// its clients: decodes control words and routes every record.
import { constants } from 'node:os';
import { SignalInfo } from '../../signals/info.js';
import { SignalChannel } from '../../signals/internal/channel.js';
import type { RecordBatch } from '../../signals/internal/record.js';
import { decode, Kind, type Word } from '../wire/word.js';

const { SIGUSR1, SIGUSR2 } = constants.signals;
const SI_QUEUE = -1;
// Seven eighths of a frame's bits have room, see ClaimForData: so late may the loop be
// before the handler has to withhold an ACK.
const RING_RECORDS = 8192;

/** Who may send data now. */
export interface Granted {
  readonly pid: number;
  /** Data signals taken from it; negative before the start. */
  readonly count: number;
}

export interface ServerPort {
  /**
   * The batch's i-th record, that the handler counted for `grant`: a frame's first or last bit,
   * or a data word at its end.
   */
  takeData(grant: number, batch: RecordBatch, i: number): void;
  takeWord(word: Word, pid: number): void;
  /** A signal that is no part of the protocol. */
  takeStray(info: SignalInfo): void;
  /** After each batch. */
  drained(): void;
  takeGap(lost: number, bySignal: Record<string, number>): void;
  /** The client that may send data now, if any. */
  granted(): Granted | undefined;
  /** Something changed that a waiting grant may have waited for. */
  schedule(): void;
}

/** One that hears its own words only. */
export interface WordPort {
  /** True when the word was for it. */
  accept(word: Word, pid: number): boolean;
}

export interface Endpoint {
  readonly channel: SignalChannel;
  server: ServerPort | undefined;
  readonly clients: Set<WordPort>;
  /** Closed servers that clients may still signal. */
  readonly leaving: Set<WordPort>;
  /** Frames that this environment's clients are transmitting now. */
  transmitting: number;
  /** Keeps the event loop alive until the returned function is called. */
  hold(): () => void;
  /** Catches another signal until the returned function is called; throws as SignalChannel.subscribe. */
  catch(signo: number): () => void;
  /** Gives the endpoint back; the last user closes it. */
  release(): void;
}

let shared: { endpoint: Endpoint; users: number } | undefined;

/** The shared endpoint, opened for its first user: from then on both signals are caught. */
export function acquireEndpoint(): Endpoint {
  shared ??= { endpoint: openEndpoint(), users: 0 };
  shared.users += 1;
  return shared.endpoint;
}

/** Whether SIGUSR1 and SIGUSR2 are for conversations now. */
export function hasEndpoint(): boolean {
  return shared !== undefined;
}

function openEndpoint(): Endpoint {
  let holds = 0;
  const catchers = new Map<number, number>();
  const channel = new SignalChannel({
    capacity: RING_RECORDS,
    onBatch: (batch) => route(endpoint, batch),
    onGap: (lost, bySignal) => endpoint.server?.takeGap(lost, bySignal),
  });
  const endpoint: Endpoint = {
    channel,
    server: undefined,
    clients: new Set(),
    leaving: new Set(),
    transmitting: 0,
    hold() {
      if (holds++ === 0) channel.ref();
      let held = true;
      return () => {
        if (held && --holds === 0) channel.unref();
        held = false;
      };
    },
    catch(signo) {
      const others = catchers.get(signo) ?? 0;
      if (others === 0) channel.subscribe(signo, 'chain');
      catchers.set(signo, others + 1);
      return () => {
        const left = (catchers.get(signo) ?? 0) - 1;
        catchers.set(signo, left);
        if (left === 0) channel.unsubscribe(signo);
      };
    },
    release() {
      if (shared === undefined || --shared.users > 0) return;
      shared = undefined;
      channel.close();
    },
  };
  channel.unref();
  try {
    channel.subscribe(SIGUSR1, 'chain');
    channel.subscribe(SIGUSR2, 'chain');
  } catch (error) {
    channel.close();
    throw error;
  }
  return endpoint;
}

/** Returns how many of the records were data: the handler wakes us when a frame is whole. */
function route(endpoint: Endpoint, batch: RecordBatch): number {
  const { server } = endpoint;
  const now = process.hrtime.bigint();
  let data = 0;
  for (let i = 0; i < batch.count; i += 1) {
    const tag = batch.tag(i); // DataTag in native/handler/minitalk/grant.h
    if (tag !== 0) {
      data += 1;
      server?.takeData((tag - 1) & 0xfff, batch, i);
      continue;
    }
    const word = wordOf(batch, i);
    if (word === undefined) {
      endpoint.server?.takeStray(new SignalInfo(batch, i, now));
    } else if (isForServer(word)) {
      if (!isAccepted(endpoint.leaving, word, batch.pid(i))) {
        server?.takeWord(word, batch.pid(i));
      }
    } else {
      isAccepted(endpoint.clients, word, batch.pid(i));
    }
  }
  endpoint.server?.drained();
  return data;
}

function isAccepted(ports: Iterable<WordPort>, word: Word, pid: number): boolean {
  for (const port of ports) {
    if (port.accept(word, pid)) return true;
  }
  return false;
}

function wordOf(batch: RecordBatch, i: number): Word | undefined {
  if (batch.code(i) !== SI_QUEUE || batch.signo(i) !== SIGUSR2) return undefined;
  return decode(batch.valueHigh(i), batch.valueLow(i));
}

function isForServer(word: Word): boolean {
  return word.kind < Kind.welcome;
}
