// What a server does with each signal of its clients.
import { constants } from 'node:os';
import { ALL_PLAIN, type NativeDialectServer, Tag } from '../../binding/dialects.js';
import {
  type Message,
  type PartialMessage,
  type Sender,
  utf8,
} from '../../minitalk/server/message.js';
import type { RecordBatch } from '../../signals/internal/record.js';
import type { Reaction } from '../decode.js';
import { type Dialect, isAnswered, type Signal, signalOf, tellsEnd } from '../dialect.js';
import { type Correspondent, meet } from './correspondent.js';
import { createTurn } from './turn.js';

const { SIGUSR2 } = constants.signals;
const SI_USER = 0;
/** Where nothing ends a text but the silence after it. */
const END_OF_ENDLESS_MS = 300;

export interface ReceptionOptions {
  readonly dialect: Dialect;
  readonly native: NativeDialectServer;
  /** Uids that may send; undefined: all. */
  readonly uids: readonly number[] | undefined;
  /** Bytes. */
  readonly maxMessage: number;
  /** ms */
  readonly idleTimeout: number;
  /** `taken` is called once somebody has the message, and not where nobody could take it. */
  readonly deliver: (message: Message, taken: () => void) => void;
  readonly partial: (partial: PartialMessage) => void;
}

export interface Reception {
  /** False for a signal of no client. */
  take(batch: RecordBatch, i: number): boolean;
  /** Notices who has ended or fallen silent; to be called now and then, after all records were taken. */
  lookAround(now: bigint): void;
  /** How many clients are known. */
  readonly clients: number;
  /** No message that has begun is finished any more. */
  abandon(): void;
  /** Resolves when all that was to be said has been. */
  settled(): Promise<unknown>;
}

export function createReception(options: ReceptionOptions): Reception {
  const { dialect, native, maxMessage } = options;
  const answered = isAnswered(dialect);
  const takesTurns = dialect.ack?.of === 'bit' || dialect.ack?.of === 'byte';
  const turn = createTurn<Correspondent>();
  const clients = new Map<number, Correspondent>();
  const silence = BigInt(1e6 * (tellsEnd(dialect) ? options.idleTimeout : END_OF_ENDLESS_MS));
  let isLeaving = false;
  /** Whose signals the handler acknowledges. */
  let acknowledged: Correspondent | undefined;

  function clientOf(pid: number, uid: number): Correspondent | undefined {
    const known = clients.get(pid);
    if (known !== undefined) return known;
    const client = meet(pid, uid, dialect, answered, maxMessage);
    if (client === undefined) return undefined;
    clients.set(pid, client);
    native.gather();
    const { pinned } = client;
    // Where it has no room the loop acknowledges, later.
    if (pinned) native.admit(pid, pinned.process.pidfd, pinned.status.descriptor, 0);
    return client;
  }

  function react(client: Correspondent, reaction: Reaction, isAcknowledged: boolean): void {
    // The handler has given the plain one.
    const answers = isAcknowledged ? reaction.answers.slice(1) : reaction.answers;
    const isOver = reaction.message !== undefined || reaction.fault !== undefined;
    if (!takesTurns) client.outbox?.say(answers);
    else if (isOver || turn.want(client)) {
      // One that got its acknowledgement may be further already.
      if (!isAcknowledged && !isOver) acknowledge(client);
      client.outbox?.say([...client.owed, ...answers]);
      client.owed = [];
    } else client.owed = [...client.owed, ...answers];
    if (reaction.fault !== undefined) refuse(client);
    if (reaction.message !== undefined) finish(client, reaction);
    if (isOver) passTurn(client);
  }

  /** From now on the handler acknowledges this one, as far as its dialect lets it. */
  function acknowledge(client: Correspondent): void {
    if (acknowledged !== client) hush();
    acknowledged = client;
    const { plain } = client.decoder;
    native.setPlain(client.pid, plain === Number.POSITIVE_INFINITY ? ALL_PLAIN : plain);
  }

  function hush(): void {
    if (acknowledged !== undefined) native.setPlain(acknowledged.pid, 0);
    acknowledged = undefined;
  }

  function passTurn(client: Correspondent): void {
    const next = turn.leave(client);
    if (next === undefined || isLeaving) return;
    acknowledge(next);
    const { owed } = next;
    next.owed = [];
    next.quietSince = process.hrtime.bigint();
    next.outbox?.say(owed);
  }

  function finish(client: Correspondent, { message, confirmations = [] }: Reaction): void {
    const data = Buffer.from(message as Uint8Array);
    options.deliver(messageOf(client, data), () => client.outbox?.say(confirmations));
  }

  function refuse(client: Correspondent): void {
    giveUp(client, 'corrupt');
    if (dialect.busy !== undefined) client.outbox?.say([signalOf(dialect.busy)]);
  }

  function giveUp(client: Correspondent, reason: PartialMessage['reason']): void {
    const { bytes, expected } = client.decoder;
    client.decoder.finish();
    client.owed = [];
    client.isGivenUp = true;
    native.setPlain(client.pid, 0);
    options.partial({ sender: senderOf(client), bytes, expected, reason });
  }

  function drop(client: Correspondent): void {
    clients.delete(client.pid);
    if (acknowledged === client) acknowledged = undefined;
    native.dismiss(client.pid);
    client.pinned?.unpin();
    passTurn(client);
  }

  /** A message whose client says no more of it. */
  function end(client: Correspondent, reason: 'died' | 'idle'): void {
    if (!client.decoder.hasBegun) return;
    if (tellsEnd(dialect)) giveUp(client, reason);
    else finish(client, { answers: [], message: client.decoder.finish() });
  }

  return {
    take(batch, i) {
      const pid = batch.pid(i);
      const uid = batch.uid(i);
      if (batch.code(i) !== SI_USER || pid <= 0 || pid === process.pid) return false;
      if (options.uids !== undefined && !options.uids.includes(uid)) return false;
      if (isLeaving) return clients.has(pid);
      const client = clientOf(pid, uid);
      if (client === undefined || client.isGivenUp) return false;
      const time = batch.time(i);
      if (!client.decoder.hasBegun) client.first = time;
      client.latest = time;
      client.quietSince = time;
      const signal: Signal = batch.signo(i) === SIGUSR2 ? 2 : 1;
      const reaction = client.decoder.take(signal);
      react(client, reaction, batch.tag(i) === Tag.acknowledged);
      return true;
    },
    lookAround(now) {
      for (const client of [...clients.values()]) {
        if (client.isEnding) {
          end(client, 'died');
          drop(client);
        } else if (
          !client.isGivenUp &&
          client.owed.length === 0 &&
          now - client.quietSince > silence
        ) {
          end(client, 'idle');
          if (client.isGivenUp) passTurn(client);
          else drop(client);
        } else {
          // Its last signals may be on their way still.
          client.isEnding = client.hasEnded();
        }
      }
    },
    get clients() {
      return clients.size;
    },
    abandon() {
      isLeaving = true;
      hush();
      for (const client of clients.values()) {
        if (client.decoder.hasBegun) giveUp(client, 'closing');
      }
    },
    settled: () => Promise.all([...clients.values()].map(({ outbox }) => outbox?.settled())),
  };
}

function messageOf(client: Correspondent, data: Buffer): Message {
  return {
    data,
    text: utf8(data),
    sender: senderOf(client),
    mode: 'bit',
    durationMs: Number(client.latest - client.first) / 1e6,
  };
}

function senderOf({ pid, uid }: Correspondent): Sender {
  return { pid, uid, attested: true };
}
